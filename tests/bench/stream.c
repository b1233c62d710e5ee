/*
 * Data of any size: a file through `pobf call --stream`, beside the same count made of the same
 * file in this process, part by part as well.
 * LINK: -O2 -Ienclave/function examples/stream/function.c
 */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "edge/cli/file.h"
#include "enclave/function/pobf_function.h"
#include "framework/wire/stream.h"
#include "tests/bench/bench.h"
#include "verifier/client/input.h"
#include "verifier/client/parts.h"
#include "verifier/client/stream.h"

enum {
    DATA_BYTES = 128 << 20,
    PART_BYTES = 16 << 20,
    OUTPUT_BYTES = 4096,
    ROUNDS = 5,
    PATH_ROOM = 512
};

/* What the rounds work on, below a folder. */
struct place {
    char data[PATH_ROOM], result[PATH_ROOM], receipts[PATH_ROOM];
    uint8_t output[OUTPUT_BYTES]; /* of the direct count, with its head */
    size_t output_size;
};

static void name_files(struct place *place, const char *folder)
{
    snprintf(place->data, sizeof place->data, "%.400s/stream.fasta", folder);
    snprintf(place->result, sizeof place->result, "%.400s/stream.result", folder);
    snprintf(place->receipts, sizeof place->receipts, "%.400s/stream.receipts", folder);
}

static void make_data(const char *path)
{
    static uint8_t line[1 << 16];
    FILE *out = fopen(path, "wb");

    bench_need(out != NULL, path);
    for (size_t made = 0; made < DATA_BYTES; made += sizeof line) {
        randombytes_buf(line, sizeof line);
        for (size_t i = 0; i < sizeof line; i++) {
            line[i] = i % 71 == 70 ? '\n' : (uint8_t) "ACGT"[line[i] % 4];
        }
        line[0] = '>';
        line[1] = '\n';
        bench_need(fwrite(line, 1, sizeof line, out) == sizeof line, path);
    }
    bench_need(fclose(out) == 0, path);
}

/* As a client and its enclave do it, without both. */
static void fold(struct place *place, struct parts *parts, uint8_t *part)
{
    struct pobf_stream_head head = {.magic = POBF_STREAM_MAGIC};
    int is_last = 0;

    while (!is_last) {
        const size_t before = sizeof head + head.state_size;
        struct pobf_call call = {
            .input = part, .output = place->output, .output_room = sizeof place->output};
        size_t size;

        memcpy(part + sizeof head, place->output, head.state_size);
        bench_need(parts_read(parts, part + before, &size, &is_last, PART_BYTES - before) ==
                       INPUT_GO_ON,
                   "reading");
        head.kind = is_last ? POBF_STREAM_LAST : POBF_STREAM_PART;
        memcpy(part, &head, sizeof head);
        call.input_size = before + size;
        bench_need(pobf_function(&call) == 0, "the function");
        head.index++;
        head.bytes += size;
        head.state_size = (uint32_t)call.output_size;
        place->output_size = call.output_size;
    }
}

static void count_directly(struct bench_series *series, struct place *place)
{
    const double start = bench_now_us();
    uint8_t *part = malloc(PART_BYTES);
    struct parts parts;

    bench_need(part != NULL && parts_open(&parts, place->data) == INPUT_GO_ON, place->data);
    fold(place, &parts, part);
    parts_close(&parts);
    free(part);
    bench_add(series, start);
}

/* The result must be the one of the direct count. */
static void check(const struct place *place)
{
    const size_t head = sizeof(struct pobf_stream_head);
    uint8_t *bytes;
    size_t size;

    bench_need(file_read(&bytes, &size, place->result, OUTPUT_BYTES) == POBF_OK &&
                   size == place->output_size - head &&
                   memcmp(bytes, place->output + head, size) == 0,
               "the same result as directly");
    file_free(bytes, size);
}

static void call(struct bench_series *series, const struct place *place, const char *url,
                 const char *reference)
{
    struct policy policy = {.reference_path = reference, .accept_sim = 1};
    const struct remote_options remote = {.timeout_s = 60};
    const struct stream_options options = {
        .policy = &policy,
        .remote = &remote,
        .in_path = place->data,
        .out_path = place->result,
        .receipts_path = place->receipts,
        .quiet = 1,
    };
    const double start = bench_now_us();

    bench_need(stream_call(&options, url) == 0, "a stream");
    bench_add(series, start);
    check(place);
}

int main(int argc, char **argv)
{
    static struct bench_series direct, streamed;
    static struct place place;
    const double mebibytes = (double)DATA_BYTES / (1 << 20);
    double direct_us, streamed_us;

    bench_need(argc == 4 && sodium_init() >= 0, "stream URL REFERENCE FOLDER");
    name_files(&place, argv[3]);
    make_data(place.data);
    for (int i = 0; i < ROUNDS; i++) { /* turn by turn: whoever else is here slows both */
        count_directly(&direct, &place);
        call(&streamed, &place, argv[1], argv[2]);
    }
    direct_us = bench_median(&direct);
    streamed_us = bench_median(&streamed);
    printf("%.0f MiB: directly %.0f MiB/s, as a stream %.0f MiB/s (%.2f x the time)\n", mebibytes,
           mebibytes / direct_us * 1e6, mebibytes / streamed_us * 1e6, streamed_us / direct_us);
    return 0;
}
