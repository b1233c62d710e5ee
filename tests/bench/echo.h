#ifndef POBF_TESTS_BENCH_ECHO_H
#define POBF_TESTS_BENCH_ECHO_H

/* Calls of the function `echo` on a link of either backend, timed as the host sees them. */

#include "tests/bench/bench.h"
#include "tests/enclave/harness.h"

/* Its image: its limits are the size, so that what is rewound is what is needed. */
static inline void echo_build(char image[HARNESS_PATH_ROOM], unsigned size)
{
    const struct harness_limits limits = {.deadline_ms = 10000,
                                          .input_max = size,
                                          .output_max = size,
                                          .arena = 4096,
                                          .stack = 16 << 10};

    bench_need(harness_build(image, "echo", &limits) == 0, "building echo");
}

/* On the n-th processor, from 1; 0: wherever the kernel likes. */
static inline struct link *echo_open_on(uint32_t core, const char *program, const char *image)
{
    char monitor[HARNESS_PATH_ROOM];
    struct link_options options = {.monitor_path = monitor, .core = core};
    struct link *link;
    uint8_t *bytes;

    snprintf(monitor, sizeof monitor, "%s/%s", harness_folder(), program);
    bench_need(file_read(&bytes, &options.image_size, image, IMAGE_FILE_MAX) == POBF_OK, image);
    options.image = bytes;
    bench_need(link_open(&link, &options) == POBF_OK, program);
    file_free(bytes, options.image_size);
    return link;
}

static inline struct link *echo_open(const char *program, const char *image)
{
    return echo_open_on(0, program, image);
}

/* The host's part of a call, whose sealed input stands where the monitor reads it: say so, take the answer. */
static inline double echo_call_us(struct link *link, const uint8_t *input, size_t size, int rounds)
{
    static struct bench_series series;

    series.count = 0;
    for (int i = 0; i < rounds; i++) {
        const struct pobf_offer offer = harness_start(link);
        struct pobf_provider provider;
        uint8_t commitment[POBF_COMMITMENT_BYTES];
        uint8_t *sealed = harness_seal(&provider, link, &offer, input, size, commitment);
        struct link_answer answer;
        double start;

        memcpy(link_input(link), sealed, size + POBF_SEALED_OVERHEAD);
        start = bench_now_us();
        bench_need(link_ask_call(link, offer.task_id, link_input(link),
                                 size + POBF_SEALED_OVERHEAD) == POBF_OK &&
                       link_take(link, &answer) == POBF_OK && answer.status == POBF_OK,
                   "a call");
        bench_add(&series, start);
        free(sealed);
    }
    return bench_median(&series);
}

#endif
