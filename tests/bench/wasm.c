/*
 * What a function costs as WebAssembly: the same C, as a native function by gcc -O2, and as a WASI
 * command, metered and bounded; with a memory that is fixed, and with one that may grow. All three
 * run in the same place, and give the same; the time is the function's, as its receipt has it.
 * gcc computes two or four numbers at a time where a loop is paid at once (translate/rounds.h); where
 * memory grows each round pays, and each access is compared, so there it does not.
 * LINK: -lm
 */
#include "tests/bench/bench.h"
#include "tests/enclave/harness.h"

#include <math.h>

#include "enclave/host/compile.h"
#include "tests/bench/kernels/kernels.h"

enum { ROUNDS = 15 };

enum mode { NATIVE, FIXED, GROWING, MODES };

/* How each becomes a project in a folder of its own: $1 is the sources', $2 the project's. */
static const char *const recipes[MODES] = {
    "cp $1/kernels.[ch] $1/polybench.c $1/native.c $2",
    "cp $1/kernels.[ch] $1/polybench.c $1/wasi.c $2",
    "clang --target=wasm32-wasi -O2 -Wl,--max-memory=5242880 $1/[kpw]*.c -o $2/k.wasm",
};

static void write_manifest(const char *folder, enum mode mode)
{
    char path[HARNESS_PATH_ROOM + 16];
    FILE *file;

    snprintf(path, sizeof path, "%s/pobf.json", folder);
    file = fopen(path, "w");
    bench_need(file != NULL, path);
    fprintf(file,
            "{\"name\":\"kernels\",\"input_max\":16,\"output_max\":16,\"stack\":262144,"
            "\"deadline_ms\":60000,%s}",
            mode == NATIVE ? "\"arena\":0"
                           : "\"interface\":\"wasi\",\"memory\":5242880,\"fuel\":1000000000000");
    bench_need(fclose(file) == 0, path);
}

static struct link *open_mode(enum mode mode)
{
    char folder[HARNESS_PATH_ROOM], command[3 * HARNESS_PATH_ROOM];
    char image[PLACE_ROOM];

    snprintf(folder, sizeof folder, "%s/tests/bench/kernels-%d", harness_folder(), mode);
    snprintf(command, sizeof command,
             "set -- tests/bench/kernels '%s' && rm -rf \"$2\" && mkdir -p \"$2\" && %s", folder,
             recipes[mode]);
    bench_need(system(command) == 0, recipes[mode]);
    write_manifest(folder, mode);
    bench_need(compile_project(image, folder, NULL) == POBF_OK, folder);
    return harness_open(image);
}

struct sample {
    double us[ROUNDS];        /* the function, as its receipt has it */
    double beyond_us[ROUNDS]; /* of the call, from the sealed input to the answer */
    uint64_t result;
};

static void take(struct sample *sample, int round, struct link *link, uint8_t kernel)
{
    static struct harness_result result;
    const struct pobf_offer offer = harness_start(link);
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t *sealed = harness_seal(&provider, link, &offer, &kernel, 1, commitment);
    const double start = bench_now_us();
    double end;

    bench_need(link_ask_call(link, offer.task_id, sealed, 1 + POBF_SEALED_OVERHEAD) == POBF_OK,
               "a call");
    harness_take(&result, link, &provider);
    end = bench_now_us();
    free(sealed);
    bench_need(result.receipt.exit == POBF_EXIT_RETURNED && result.output_size == 8, "a kernel");
    memcpy(&sample->result, result.output, sizeof sample->result);
    sample->us[round] = (double)result.receipt.time_us;
    sample->beyond_us[round] = end - start - sample->us[round];
}

static double median(double us[ROUNDS])
{
    qsort(us, ROUNDS, sizeof us[0], bench_order);
    return us[ROUNDS / 2];
}

/* One kernel in every mode, turn by turn: all come to the same. */
static void run(struct sample samples[MODES], struct link *const links[MODES], uint8_t kernel)
{
    for (int round = 0; round < ROUNDS; round++) {
        for (int mode = 0; mode < MODES; mode++) {
            take(&samples[mode], round, links[mode], kernel);
        }
    }
    for (int mode = FIXED; mode < MODES; mode++) {
        bench_need(samples[mode].result == samples[NATIVE].result, "the same result");
    }
}

/* Adds the logarithm of each mode's ratio to `logs`. */
static void print(const char *name, struct sample samples[MODES], double logs[MODES])
{
    const double native = median(samples[NATIVE].us);
    const double beyond = median(samples[FIXED].beyond_us);
    const double fixed = median(samples[FIXED].us);

    printf("  %-10s %10.0f", name, native);
    for (int mode = FIXED; mode < MODES; mode++) {
        const double ratio = median(samples[mode].us) / native;

        logs[mode] += log(ratio);
        printf(" %8.2f", ratio);
    }
    printf(" %8.0f %6.1f\n", beyond, beyond / (fixed + beyond) * 100);
}

/* A number that is no kernel's: what it takes to begin and to end, whatever is computed. */
static void print_nothing(struct link *const links[MODES])
{
    struct sample samples[MODES];

    run(samples, links, UINT8_MAX);
    printf("  %-10s %10.0f %+8.0f %+8.0f %8.0f          (us, and us more)\n", "nothing",
           median(samples[NATIVE].us), median(samples[FIXED].us) - median(samples[NATIVE].us),
           median(samples[GROWING].us) - median(samples[NATIVE].us),
           median(samples[FIXED].beyond_us));
}

int main(void)
{
    static const char *const names[] = {
#define X(name, what) #name,
        KERNELS(X)
#undef X
    };
    enum { COUNT = sizeof names / sizeof names[0] };
    struct link *links[MODES];
    struct sample samples[MODES];
    double logs[MODES] = {0};

    if (system("command -v clang >/dev/null && command -v wasm2c >/dev/null") != 0) {
        printf("  not measured: setup/install.sh wasm installs what this needs\n");
        return 0;
    }
    for (int mode = 0; mode < MODES; mode++) {
        links[mode] = open_mode((enum mode)mode);
    }
    printf("  %-10s %10s %8s %8s %8s %6s   (gcc -O2 in us; WebAssembly beside it; what the call of "
           "the first takes beyond it: us, %%)\n",
           "kernel", "native", "fixed", "growing", "beyond", "%");
    for (uint8_t kernel = 0; kernel < COUNT; kernel++) {
        run(samples, links, kernel);
        print(names[kernel], samples, logs);
    }
    printf("  %-10s %10s %8.2f %8.2f\n", "geomean", "1", exp(logs[FIXED] / COUNT),
           exp(logs[GROWING] / COUNT));
    print_nothing(links);
    for (int mode = 0; mode < MODES; mode++) {
        link_close(links[mode]);
    }
    return 0;
}
