#include "tests/bench/bench.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sodium.h>

#include "edge/cli/scratch.h"
#include "enclave/platform/sim.h"
#include "framework/crypto/sign.h"
#include "framework/wire/receipt.h"

/* What a report on a period takes, of a thousand receipts and of a hundred thousand. */
enum { FEW = 1000, MANY = 100 * 1000, PATH_ROOM = PLACE_ROOM + 64, KIB = 1024 };

static char folder[PLACE_ROOM];
static uint8_t signing_key[POBF_SIGNING_KEY_BYTES];

static void put_file(const char *name, const uint8_t *bytes, size_t size)
{
    char path[PATH_ROOM];
    FILE *file;

    snprintf(path, sizeof path, "%s/in/%s", folder, name);
    file = fopen(path, "wb");
    bench_need(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0, path);
}

static void put_evidence(void)
{
    struct pobf_evidence evidence = {.backend = POBF_BACKEND_PROCESS};
    const uint8_t seed[32] = {1};
    uint8_t bytes[POBF_EVIDENCE_ROOM];
    size_t size = 0;

    bench_need(pobf_sign_keypair(evidence.receipt_key, signing_key, seed) == POBF_OK &&
                   sim_sign(bytes, sizeof bytes, &size, &evidence) == POBF_OK,
               "evidence");
    put_file("evidence", bytes, size);
}

/* The receipts from `first` on, each of which names the one before. */
static void put_receipts(uint64_t first, uint64_t last)
{
    static struct pobf_receipt receipt = {.exit = POBF_EXIT_RETURNED,
                                          .zone_bytes = 1,
                                          .restored_bytes = 1,
                                          .registers_cleared = 1,
                                          .key_destroyed = 1};
    uint8_t bytes[POBF_RECEIPT_ROOM];
    char name[64];
    size_t size = 0;

    for (uint64_t i = first; i <= last; i++) {
        receipt.sequence = i;
        receipt.issued_at_s = i;
        bench_need(pobf_receipt_sign(bytes, sizeof bytes, &size, &receipt, signing_key) == POBF_OK,
                   "receipt");
        crypto_hash_sha256(receipt.previous, bytes, size);
        snprintf(name, sizeof name, "%llu.receipt", (unsigned long long)i);
        put_file(name, bytes, size);
    }
}

/* The folder's reference values are zeros: so are those of its evidence. */
static void put_reference(const char *path)
{
    static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
    FILE *file = fopen(path, "w");

    bench_need(file != NULL &&
                   fprintf(file,
                           "{\"measurement\":\"%s\",\"policy\":\"%s\",\"monitor\":\"%s\","
                           "\"backend\":\"process\",\"limits\":{\"input_max\":1}}\n",
                           zeros, zeros, zeros) > 0 &&
                   fclose(file) == 0,
               path);
}

/* Returns the KiB that it took at most. */
static long report(const char *program, double *seconds)
{
    char in[PATH_ROOM], reference[PATH_ROOM], text[PATH_ROOM];
    const double since = bench_now_us();
    struct rusage usage;
    pid_t child;
    int outcome;

    snprintf(in, sizeof in, "%s/in", folder);
    snprintf(reference, sizeof reference, "%s/reference", folder);
    snprintf(text, sizeof text, "%s/text", folder);
    put_reference(reference);
    fflush(stdout);
    child = fork();
    if (child == 0) {
        bench_need(freopen("/dev/null", "w", stdout) != NULL, "/dev/null");
        execl(program, program, "report", "--period", "0..1000000", "--receipts", in, "--reference",
              reference, "--insecure-accept-sim", "--text", text, (char *)NULL);
        _exit(127);
    }
    bench_need(child > 0 && wait4(child, &outcome, 0, &usage) == child && WIFEXITED(outcome) &&
                   WEXITSTATUS(outcome) == 0,
               "pobf report --period");
    *seconds = (bench_now_us() - since) / 1e6;
    return usage.ru_maxrss;
}

int main(void)
{
    const char *build = getenv("POBF_BUILD");
    char program[PATH_ROOM], in[PATH_ROOM];
    double few_s, many_s;
    long few, many;

    bench_need(build != NULL && sodium_init() >= 0, "POBF_BUILD");
    snprintf(program, sizeof program, "%s/pobf", build);
    bench_need(scratch_open(folder, "pobf-bench") == POBF_OK, "temporary folder");
    snprintf(in, sizeof in, "%s/in", folder);
    bench_need(mkdir(in, 0700) == 0, in);
    put_evidence();
    put_receipts(1, FEW);
    few = report(program, &few_s);
    put_receipts(FEW + 1, MANY);
    many = report(program, &many_s);
    printf("report on a period of %d receipts      %6.1f s  %6.1f MiB\n", FEW, few_s,
           (double)few / KIB);
    printf("report on a period of %d receipts    %6.1f s  %6.1f MiB  %5.0f a second\n", MANY,
           many_s, (double)many / KIB, MANY / many_s);
    scratch_close(folder);
    bench_need(many < 2 * few, "memory that does not grow with the receipts");
    return 0;
}
