/*
 * What a proven call costs beside calling the function directly: nonce, evidence, appraisal, one-time
 * key, sealing, HTTP on loopback, the enclave, the receipt's appraisal and opening the answer.
 * LINK: -O2 -Ienclave/function examples/sequence/function.c enclave/function/arena.c
 */
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sodium.h>

#include "enclave/function/pobf_function.h"
#include "tests/bench/bench.h"
#include "verifier/client/session.h"
#include "verifier/report/report.h"

enum { CLIENTS = 8, ARENA_BYTES = 1 << 19 };

struct host {
    const char *url;
    struct policy policy;
};

static void open_host(struct host *host, const char *url, const char *reference)
{
    *host = (struct host){
        .url = url,
        .policy = {.reference_path = reference, .accept_sim = 1},
    };
    bench_need(policy_load(&host->policy) == INPUT_GO_ON, reference);
}

/* A FASTA record of `size` bytes. */
static void make_input(struct input *input, size_t size)
{
    static const char head[] = ">bench\n";

    input->bytes = malloc(size);
    input->size = size;
    bench_need(input->bytes != NULL, "malloc");
    for (size_t i = 0; i < size; i++) {
        input->bytes[i] = (uint8_t) "ACGT"[randombytes_uniform(4)];
    }
    memcpy(input->bytes, head, sizeof head - 1);
}

static void call_directly(struct bench_series *series, const struct input *input)
{
    static uint8_t output[16384];
    static uint8_t arena[ARENA_BYTES];
    const double start = bench_now_us();
    struct pobf_call call = {.input = input->bytes,
                             .input_size = input->size,
                             .output = output,
                             .output_room = sizeof output,
                             .arena = {arena, arena + sizeof arena}};

    memset(arena, 0, sizeof arena);
    bench_need(pobf_function(&call) == 0, "the function");
    bench_add(series, start);
}

/* What a data provider pays later, offline: all checks of the receipt, and of a report. */
struct proofs {
    struct bench_series receipt;
    struct bench_series report;
    struct key *key;
};

static void time_receipt(struct proofs *proofs, const struct session *session)
{
    const struct appraisal_policy policy = policy_of(session->policy);
    const struct appraisal_input input = {
        .scope = APPRAISAL_INVOCATION,
        .evidence = input_view(&session->evidence),
        .receipt = {session->parts.receipt, session->parts.receipt_size},
        .exchange = input_view(&session->exchange),
    };
    static struct appraisal appraisal;
    const double start = bench_now_us();

    appraisal_run(&appraisal, &input, &policy);
    bench_need(appraisal.verdict == VERDICT_AFFIRMED, "the receipt");
    bench_add(&proofs->receipt, start);
}

static void time_report(struct proofs *proofs, const struct session *session)
{
    const struct report_options options = {.key = proofs->key, .now_s = 1000};
    const struct report_expectation expectation = {
        .key = proofs->key,
        .appraisal = &session->appraisal,
        .reference = &session->policy->reference,
        .nonce = session->nonce,
        .now_s = 1000,
        .accept_sim = 1,
    };
    struct checks checks = {.count = 0};
    char *jwt;
    double start;

    bench_need(report_issue(&jwt, &session->appraisal, &options) == POBF_OK, "the report");
    start = bench_now_us();
    json_decref(report_verify(&checks, (const uint8_t *)jwt, strlen(jwt), &expectation));
    bench_need(checks_verdict(&checks) == VERDICT_AFFIRMED, "the report's verification");
    bench_add(&proofs->report, start);
    free(jwt);
}

static void time_proofs(struct proofs *proofs, const struct session *session)
{
    time_receipt(proofs, session);
    time_report(proofs, session);
}

/* One proven call; `whole` with the attestation, `after` from the one-time key on. */
static void call_proven(struct bench_series *whole, struct bench_series *after,
                        struct proofs *proofs, struct remote *remote, const struct host *host,
                        const struct input *input)
{
    struct session session = {.remote = remote, .policy = &host->policy};
    struct input copy = {malloc(input->size), input->size};
    double start;
    double attested;

    bench_need(copy.bytes != NULL, "malloc");
    memcpy(copy.bytes, input->bytes, input->size);
    randombytes_buf(session.nonce, sizeof session.nonce);
    start = bench_now_us();
    bench_need(session_attest(&session) == INPUT_GO_ON, "attestation");
    attested = bench_now_us();
    bench_need(session_ask_key(&session) == INPUT_GO_ON, "the one-time key");
    bench_need(session_send(&session, &copy) == INPUT_GO_ON, "the call");
    bench_need(session_check_receipt(&session) == INPUT_GO_ON, "the receipt");
    bench_need(session_open(&session) == INPUT_GO_ON, "the answer");
    bench_add(whole, start);
    bench_add(after, attested);
    if (proofs != NULL) {
        time_proofs(proofs, &session);
    }
    session.remote = NULL; /* it is kept for the next call */
    session_clear(&session);
}

static struct remote *connect_to(const struct host *host)
{
    const struct remote_options options = {.timeout_s = 60};
    struct remote *remote;

    bench_need(remote_open(&remote, host->url, &options) == INPUT_GO_ON, host->url);
    return remote;
}

static void compare(const struct host *host, struct proofs *proofs, const char *label, size_t size,
                    int rounds)
{
    static struct bench_series direct;
    static struct bench_series whole;
    static struct bench_series after;
    struct remote *remote = connect_to(host);
    struct input input;
    double direct_us;

    direct.count = whole.count = after.count = 0;
    make_input(&input, size);
    for (int i = 0; i < rounds; i++) {
        call_directly(&direct, &input);
        call_proven(&whole, &after, proofs, remote, host, &input);
    }
    direct_us = bench_median(&direct);
    printf("%-7s direct %9.1f us   call %9.1f us (%.2f x)   with attestation %9.1f us (%.2f x)\n",
           label, direct_us, bench_median(&after), bench_median(&after) / direct_us,
           bench_median(&whole), bench_median(&whole) / direct_us);
    input_free(&input);
    remote_close(remote);
}

static void call_many(const struct host *host, int calls)
{
    static struct bench_series ignored;
    struct remote *remote = connect_to(host);
    struct input input;

    make_input(&input, 64);
    for (int i = 0; i < calls; i++) {
        call_proven(&ignored, &ignored, NULL, remote, host, &input);
    }
    input_free(&input);
    remote_close(remote);
}

static void throughput(const struct host *host, int clients, int calls)
{
    const double start = bench_now_us();

    fflush(stdout); /* or each client would print it once more */
    for (int i = 0; i < clients; i++) {
        if (fork() == 0) {
            call_many(host, calls);
            _exit(0);
        }
    }
    for (int i = 0; i < clients; i++) {
        int status;

        bench_need(wait(&status) > 0 && status == 0, "a client");
    }
    printf("%d client%s  %8.0f calls a second of 64 B, attestation included\n", clients,
           clients == 1 ? " " : "s", clients * calls / (bench_now_us() - start) * 1e6);
}

int main(int argc, char **argv)
{
    static struct proofs proofs;
    struct host host;

    bench_need(argc >= 3 && sodium_init() >= 0, "call URL REFERENCE [throughput]");
    open_host(&host, argv[1], argv[2]);
    if (argc > 3) { /* of a host that writes more down */
        throughput(&host, 1, 400);
        throughput(&host, CLIENTS, 100);
        policy_close(&host.policy);
        return 0;
    }
    bench_need(key_generate(&proofs.key, KEY_ES256) == POBF_OK, "a report key");
    compare(&host, &proofs, "64 B", 64, 301);
    compare(&host, NULL, "64 KiB", 64 << 10, 201);
    compare(&host, NULL, "1 MiB", 1 << 20, 51);
    throughput(&host, 1, 400);
    throughput(&host, CLIENTS, 100);
    printf("offline: all checks of a receipt %.1f us, of a report %.1f us\n",
           bench_median(&proofs.receipt), bench_median(&proofs.report));
    key_close(proofs.key);
    policy_close(&host.policy);
    return 0;
}
