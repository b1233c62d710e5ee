#ifndef POBF_TESTS_ENCLAVE_HARNESS_H
#define POBF_TESTS_ENCLAVE_HARNESS_H

/*
 * What the tests of the enclave share: an image built from a source, a monitor started on it, and
 * a small data provider that makes one call through a real link.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "edge/cli/file.h"
#include "enclave/image/image.h"
#include "enclave/monitor/link.h"
#include "framework/chain/provider.h"
#include "framework/wire/cose.h"

enum { HARNESS_PATH_ROOM = 512, HARNESS_OUTPUT_ROOM = 1 << 20 };

struct harness_limits {
    unsigned deadline_ms;
    unsigned input_max;
    unsigned output_max;
    unsigned arena;
    unsigned stack;
};

/* The program that a test's links are to; a test of another backend says which before this. */
#ifndef HARNESS_MONITOR
#define HARNESS_MONITOR "pobf-monitor"
#endif

/* 1, and it is said, where this machine cannot run that program. */
static inline int harness_skips(void)
{
    const int skips =
        strcmp(HARNESS_MONITOR, "pobf-trustlet") == 0 && access("/dev/kvm", R_OK | W_OK) != 0;

    if (skips) {
        printf("SKIP: no /dev/kvm\n");
    }
    return skips;
}

static inline const char *harness_folder(void)
{
    const char *folder = getenv("POBF_BUILD");

    return folder == NULL ? "build" : folder;
}

/*
 * Build tests/hostile/NAME.c with the command that function.ld gives. 0 on success. Tests run side
 * by side: the image's name says its limits, and it is moved into place whole.
 */
static inline int harness_build(char path[HARNESS_PATH_ROOM], const char *name,
                                const struct harness_limits *limits)
{
    char command[4096];

    snprintf(path, HARNESS_PATH_ROOM, "%s/tests/hostile/%s-%u-%u-%u-%u-%u.image", harness_folder(),
             name, limits->deadline_ms, limits->input_max, limits->output_max, limits->arena,
             limits->stack);
    snprintf(command, sizeof command,
             "mkdir -p '%s/tests/hostile' && gcc -std=c11 -O2 -g0 -Wall -Wextra -ffreestanding "
             "-fno-pic -no-pie -static -nostdlib -fno-stack-protector -fstack-clash-protection "
             "-fcf-protection=none "
             "-fno-asynchronous-unwind-tables -fno-ident -fno-tree-loop-distribute-patterns "
             "-DPOBF_MANIFEST_NAME='\"%s\"' -DPOBF_MANIFEST_DEADLINE_MS=%u "
             "-DPOBF_MANIFEST_INPUT_MAX=%u -DPOBF_MANIFEST_OUTPUT_MAX=%u -DPOBF_MANIFEST_ARENA=%u "
             "-DPOBF_MANIFEST_STACK=%u -Ienclave/function -o '%s.%d' tests/hostile/%s.c "
             "enclave/function/arena.c enclave/function/manifest.c enclave/function/memory.c "
             "enclave/function/file.c -lgcc "
             "-Wl,-T,enclave/function/function.ld -Wl,--build-id=none -Wl,-s "
             "-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--orphan-handling=error "
             "-Wl,--fatal-warnings && mv '%s.%d' '%s'",
             harness_folder(), name, limits->deadline_ms, limits->input_max, limits->output_max,
             limits->arena, limits->stack, path, (int)getpid(), name, path, (int)getpid(), path);
    return system(command);
}

/* A monitor that is told the rest of `as`. */
static inline struct link *harness_open_as(const char *image, const struct link_options *as)
{
    char monitor[HARNESS_PATH_ROOM];
    struct link_options options = *as;
    struct link *link = NULL;
    uint8_t *bytes;

    snprintf(monitor, sizeof monitor, "%s/" HARNESS_MONITOR, harness_folder());
    options.monitor_path = monitor;
    assert_int_equal(file_read(&bytes, &options.image_size, image, IMAGE_FILE_MAX), POBF_OK);
    options.image = bytes;
    assert_int_equal(link_open(&link, &options), POBF_OK);
    file_free(bytes, options.image_size);
    return link;
}

static inline struct link *harness_open(const char *image)
{
    return harness_open_as(image, &(struct link_options){0});
}

/* This process' children, from 0: who serves are in the order of the seats, before those of the pool. */
static inline pid_t harness_child(size_t number)
{
    char path[64];
    char line[256] = "";
    char *at = line;
    FILE *file;

    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    for (size_t i = 0; i < number; i++) {
        (void)strtol(at, &at, 10);
    }
    return (pid_t)strtol(at, NULL, 10);
}

/* What one call came to. */
struct harness_result {
    enum pobf_status status;
    struct pobf_receipt receipt; /* all zeros where there is none */
    uint8_t signed_receipt[POBF_RECEIPT_ROOM];
    size_t receipt_size;
    uint8_t output[HARNESS_OUTPUT_ROOM];
    size_t output_size;
    int answered; /* 1: the answer opened and its commitment is the receipt's */
};

static inline struct pobf_offer harness_start(struct link *link)
{
    struct link_answer answer;
    struct pobf_offer offer;

    assert_int_equal(link_ask_start(link), POBF_OK);
    assert_int_equal(link_take(link, &answer), POBF_OK);
    assert_int_equal(answer.status, POBF_OK);
    assert_int_equal(pobf_offer_parse(&offer, answer.body, answer.body_size), POBF_OK);
    return offer;
}

/* Seal `size` bytes to the offer; the message is freed by the caller. */
static inline uint8_t *harness_seal(struct pobf_provider *provider, const struct link *link,
                                    const struct pobf_offer *offer, const uint8_t *input,
                                    size_t size, uint8_t commitment[POBF_COMMITMENT_BYTES])
{
    const struct link_limits *limits = link_limits(link);
    uint8_t *message = calloc(1, size + POBF_SEALED_OVERHEAD);
    uint8_t ephemeral[POBF_X25519_BYTES];

    assert_non_null(message);
    randombytes_buf(ephemeral, sizeof ephemeral);
    assert_int_equal(
        pobf_provider_begin(provider, offer, limits->measurement, limits->policy, ephemeral),
        POBF_OK);
    if (size > 0) {
        memcpy(message + POBF_X25519_BYTES, input, size);
    }
    assert_int_equal(pobf_provider_seal(provider, message, size, commitment), POBF_OK);
    return message;
}

/* Take an answer and read what it says. `provider` may be NULL where none can be opened. */
static inline void harness_take(struct harness_result *result, struct link *link,
                                struct pobf_provider *provider)
{
    struct link_answer answer;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t *copy;

    memset(result, 0, offsetof(struct harness_result, output));
    result->output_size = 0;
    result->answered = 0;
    result->status = link_take(link, &answer);
    if (result->status != POBF_OK) {
        return;
    }
    result->status = answer.status;
    if (answer.receipt != NULL) {
        memcpy(result->signed_receipt, answer.receipt, answer.receipt_size);
        result->receipt_size = answer.receipt_size;
        assert_int_equal(pobf_receipt_parse(&result->receipt, answer.receipt, answer.receipt_size),
                         POBF_OK);
        assert_memory_equal(result->receipt.boot_id, link_limits(link)->boot_id,
                            POBF_BOOT_ID_BYTES);
        assert_int_equal(result->receipt.mismatches, 0);
    }
    if (answer.body == NULL || provider == NULL) {
        return;
    }
    copy = malloc(answer.body_size);
    assert_non_null(copy);
    memcpy(copy, answer.body, answer.body_size);
    assert_int_equal(
        pobf_provider_open(provider, copy, answer.body_size, &result->output_size, commitment),
        POBF_OK);
    assert_true(result->output_size <= HARNESS_OUTPUT_ROOM);
    memcpy(result->output, copy + POBF_X25519_BYTES, result->output_size);
    assert_memory_equal(commitment, result->receipt.output_commitment, sizeof commitment);
    result->answered = 1;
    free(copy);
}

/* One whole call. */
static inline void harness_call(struct harness_result *result, struct link *link,
                                const uint8_t *input, size_t size)
{
    const struct pobf_offer offer = harness_start(link);
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t *message = harness_seal(&provider, link, &offer, input, size, commitment);

    assert_int_equal(link_ask_call(link, offer.task_id, message, size + POBF_SEALED_OVERHEAD),
                     POBF_OK);
    harness_take(result, link, &provider);
    if (result->answered) {
        assert_memory_equal(commitment, result->receipt.input_commitment, sizeof commitment);
    }
    free(message);
}

/* A figure of /proc/PROCESS/status, -1 where there is none. */
static inline int harness_status_of(pid_t process, const char *name)
{
    char path[64];
    char line[256];
    char format[64];
    int value = -1;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    snprintf(format, sizeof format, "%s: %%d", name);
    file = fopen(path, "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL && sscanf(line, format, &value) != 1) {
    }
    fclose(file);
    return value;
}

#endif
