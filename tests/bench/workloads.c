/*
 * Whole workloads: each example once as a native library of the same sources by gcc -O2, in this
 * process; then in an enclave of each backend: the function alone, as its receipt has it, and the
 * call, from the sealed input to the sealed answer. What is beyond the function there is all that
 * pobf does: open, seal, wipe, bring back, compare, sign.
 * LINK: -ldl
 */
#include "tests/bench/echo.h"

#include <dlfcn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "enclave/function/pobf_function.h"
#include "enclave/host/compile.h"
#include "enclave/host/manifest.h"

enum { ROUNDS = 11, COMMAND_ROOM = 4096, NOT_FETCHED = 3 };

#define IDENTITY(label, bytes)                                                                     \
    {                                                                                              \
        "examples", "identity", label,                                                             \
            "sed -i 's/\\(put_max\": \\)[0-9]*/\\1" bytes "/' $1/pobf.json; head -c " bytes        \
            " /dev/urandom"                                                                        \
    }

/* How the input is made: on stdout; $1 is the copy of the example, which it may complete. */
static const struct workload {
    const char *folder; /* where the example is */
    const char *example;
    const char *label;
    const char *recipe;
} workloads[] = {
    {"examples", "sequence", "2.4 million bases",
     "awk 'BEGIN { srand(1); print \">bench\"; for (i = 0; i < 40000; i++) { line = \"\"; "
     "for (j = 0; j < 60; j++) line = line substr(\"ACGT\", int(rand() * 4) + 1, 1); print line } "
     "}'"},
    {"examples", "kv", "10,000 records of 1 KiB, 2,000 queries",
     "gcc -O2 -o $1/generate $1/workload/generate.c -lm && $1/generate 10000 2000"},
    {"examples", "digits", "10,000 images", "for i in $(seq 1000); do cat $1/sample.txt; done"},
    {"examples", "sql", "60,000 rows, grouped, sorted, joined",
     "$1/fetch.sh >&2; awk 'BEGIN { "
     "print \"select town, count(*), avg(amount) from data group by town order by 3 desc limit "
     "9;\"; "
     "print \"select count(*), sum(b.amount) from data a join data b on b.id = a.amount * 59\\n\"; "
     "print \"id,town,amount\"; for (i = 0; i < 60000; i++) "
     "print i \",town \" i * 7919 % 997 \",\" i * 31 % 1009 }'"},
    {"tests/bench", "kernels", "quicksort",
     "rm $1/wasi.c; echo '{\"name\":\"kernels\",\"input_max\":1,\"output_max\":8,\"arena\":0,"
     "\"stack\":65536,\"deadline_ms\":10000}' >$1/pobf.json; printf '\\006'"},
    IDENTITY("1 KiB", "1024"),
    IDENTITY("64 KiB", "65536"),
    IDENTITY("1 MiB", "1048576"),
    IDENTITY("16 MiB", "16777216"),
    IDENTITY("100 MiB", "104857600"),
};

static const char *const programs[] = {"pobf-monitor", "pobf-trustlet"};
enum { BACKENDS = sizeof programs / sizeof programs[0] };

/* The enclave of a backend; there is none where a machine has no KVM. */
struct enclave {
    struct link *link;
    struct bench_series function_us, call_us;
};

struct run {
    const struct workload *workload;
    char folder[HARNESS_PATH_ROOM];
    struct image_manifest manifest;
    uint8_t *input;
    size_t input_size;
    void *native;    /* pobf_function, or main */
    uint8_t *output; /* shared with the children that run natively */
    size_t output_size;
    struct bench_series native_us;
    struct enclave enclaves[BACKENDS];
};

/* $1 is the copy of the example. */
static int shell(const struct run *run, const char *text)
{
    char command[2 * COMMAND_ROOM];

    snprintf(command, sizeof command, "set -e; set -- '%s'; %s", run->folder, text);
    return system(command);
}

/* -1 where a source that is not ours cannot be fetched. */
static int prepare(struct run *run)
{
    char command[COMMAND_ROOM];
    char path[HARNESS_PATH_ROOM + 16];
    struct files files;
    int status;

    snprintf(run->folder, sizeof run->folder, "%.400s/tests/bench/workload-%s", harness_folder(),
             run->workload->example);
    snprintf(command, sizeof command, "mkdir -p $1; cp -rfT %s/%s $1; exec >$1/input; %s",
             run->workload->folder, run->workload->example, run->workload->recipe);
    status = shell(run, command);
    if (WEXITSTATUS(status) == NOT_FETCHED) {
        return -1;
    }
    bench_need(status == 0 && manifest_read(&run->manifest, &files, run->folder) == POBF_OK,
               run->folder);
    snprintf(path, sizeof path, "%s/input", run->folder);
    bench_need(file_read(&run->input, &run->input_size, path, IMAGE_ZONE_MAX) == POBF_OK, path);
    return 0;
}

static void open_native(struct run *run)
{
    const char *name = run->manifest.interface == IMAGE_WASI ? "main" : "pobf_function";
    char path[HARNESS_PATH_ROOM + 16];
    void *library;

    bench_need(shell(run,
                     "gcc -O2 -w -fPIC -fno-semantic-interposition -shared -Wl,-Bsymbolic "
                     "-Ienclave/function -o $1/native.so $1/*.c enclave/function/arena.c -lm") == 0,
               "gcc");
    snprintf(path, sizeof path, "%s/native.so", run->folder);
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    run->native = library == NULL ? NULL : dlsym(library, name);
    bench_need(run->native != NULL, path);
}

static void open_enclaves(struct run *run)
{
    char image[PLACE_ROOM];

    bench_need(compile_project(image, run->folder, NULL) == POBF_OK, run->folder);
    for (int i = 0; i < BACKENDS; i++) {
        if (i == 0 || access("/dev/kvm", R_OK | W_OK) == 0) {
            run->enclaves[i].link = echo_open(programs[i], image);
        }
    }
}

/* What a native run writes, and what it took: in memory that its process shares with ours. */
struct native_result {
    double us;
    size_t output_size;
};

static void run_function(struct native_result *result, const struct run *run)
{
    int (*function)(struct pobf_call * call);
    uint8_t *arena = calloc(1, run->manifest.arena + 1);
    struct pobf_call call = {.input = run->input,
                             .input_size = run->input_size,
                             .output = run->output,
                             .output_room = run->manifest.output_max};
    double start;

    memcpy(&function, &run->native, sizeof function);
    bench_need(arena != NULL, "calloc");
    for (int i = 0; i < 2; i++) { /* once to have met its memory */
        memset(arena, 0, run->manifest.arena);
        call.output_size = 0;
        call.arena = (struct pobf_arena){arena, arena + run->manifest.arena};
        start = bench_now_us();
        bench_need(function(&call) == 0, run->workload->example);
        result->us = bench_now_us() - start;
    }
    result->output_size = call.output_size;
}

/* As a filter of this process's own standard input and output. */
static void run_filter(struct native_result *result, const struct run *run)
{
    int (*filter)(void);
    const int in = memfd_create("input", 0);
    const int out = memfd_create("output", 0);
    double start;

    memcpy(&filter, &run->native, sizeof filter);
    bench_need(write(in, run->input, run->input_size) == (ssize_t)run->input_size &&
                   dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0,
               "redirection");
    for (int i = 0; i < 2; i++) {
        rewind(stdin);
        bench_need(lseek(out, 0, SEEK_SET) == 0 && ftruncate(out, 0) == 0, "seeking");
        start = bench_now_us();
        bench_need(filter() == 0 && fflush(stdout) == 0, run->workload->example);
        result->us = bench_now_us() - start;
    }
    result->output_size = (size_t)lseek(out, 0, SEEK_CUR);
    bench_need(pread(out, run->output, run->manifest.output_max, 0) == (ssize_t)result->output_size,
               "its output");
}

static void *share(size_t size)
{
    void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    bench_need(bytes != MAP_FAILED, "mmap");
    return bytes;
}

/* In a process of its own, so that nothing that it keeps is there the next time. */
static void run_native(struct run *run, struct native_result *result)
{
    pid_t child;
    int status = -1;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        if (run->manifest.interface == IMAGE_WASI) {
            run_filter(result, run);
        } else {
            run_function(result, run);
        }
        _exit(0);
    }
    bench_need(child > 0 && waitpid(child, &status, 0) == child && status == 0, "a native run");
    run->output_size = result->output_size;
    run->native_us.us[run->native_us.count++] = result->us;
}

/* What is opened must be what the native run gave. */
static void check(const struct run *run, struct pobf_provider *provider,
                  const struct link_answer *answer)
{
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t *copy = malloc(answer->body_size);
    size_t size;

    bench_need(copy != NULL, "malloc");
    memcpy(copy, answer->body, answer->body_size);
    bench_need(pobf_provider_open(provider, copy, answer->body_size, &size, commitment) == POBF_OK,
               "opening");
    bench_need(size == run->output_size && memcmp(copy + POBF_X25519_BYTES, run->output, size) == 0,
               "the same output as natively");
    free(copy);
}

static void run_enclave(struct run *run, struct enclave *enclave)
{
    const struct pobf_offer offer = harness_start(enclave->link);
    const size_t sealed_size = run->input_size + POBF_SEALED_OVERHEAD;
    struct pobf_provider provider;
    struct pobf_receipt receipt;
    struct link_answer answer;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t *sealed =
        harness_seal(&provider, enclave->link, &offer, run->input, run->input_size, commitment);
    double start;

    memcpy(link_input(enclave->link), sealed, sealed_size);
    free(sealed);
    start = bench_now_us();
    bench_need(link_ask_call(enclave->link, offer.task_id, link_input(enclave->link),
                             sealed_size) == POBF_OK &&
                   link_take(enclave->link, &answer) == POBF_OK && answer.status == POBF_OK,
               "a call");
    bench_add(&enclave->call_us, start);
    bench_need(pobf_receipt_parse(&receipt, answer.receipt, answer.receipt_size) == POBF_OK &&
                   receipt.exit == POBF_EXIT_RETURNED && receipt.mismatches == 0,
               "the receipt");
    enclave->function_us.us[enclave->function_us.count++] = (double)receipt.time_us;
    check(run, &provider, &answer);
}

static void print(struct run *run)
{
    const double native = bench_median(&run->native_us);
    char name[96];

    snprintf(name, sizeof name, "%s: %s", run->workload->example, run->workload->label);
    printf("  %-48s %8.0f", name, native);
    for (int i = 0; i < BACKENDS && run->enclaves[i].link != NULL; i++) {
        const double function = bench_median(&run->enclaves[i].function_us);
        const double call = bench_median(&run->enclaves[i].call_us);

        printf("  %8.0f %7.2f %8.0f %6.1f", function, function / native, call,
               (call - function) / call * 100);
    }
    putchar('\n');
}

static void measure(struct run *run)
{
    struct native_result *result = share(sizeof *result);

    open_native(run);
    open_enclaves(run);
    run->output = share(run->manifest.output_max);
    for (int i = 0; i < ROUNDS; i++) { /* turn by turn: whoever else is here slows both */
        run_native(run, result);
        for (int j = 0; j < BACKENDS && run->enclaves[j].link != NULL; j++) {
            run_enclave(run, &run->enclaves[j]);
        }
    }
    print(run);
    for (int i = 0; i < BACKENDS; i++) {
        link_close(run->enclaves[i].link);
    }
    munmap(run->output, run->manifest.output_max);
    munmap(result, sizeof *result);
    file_free(run->input, run->input_size);
}

int main(void)
{
    if (system("command -v clang >/dev/null && command -v wasm2c >/dev/null") != 0) {
        printf("  not measured: setup/install.sh wasm installs what this needs\n");
        return 0;
    }
    printf("  %-48s %8s  %8s %7s %8s %6s   and in a machine  (us; x native; %% of the call)\n",
           "workload", "native", "function", "x", "call", "beyond");
    for (size_t i = 0; i < sizeof workloads / sizeof workloads[0]; i++) {
        static struct run run;

        run = (struct run){.workload = &workloads[i]};
        if (prepare(&run) != 0) {
            printf("  %-48s not measured: what it needs cannot be fetched\n", workloads[i].example);
            continue;
        }
        measure(&run);
    }
    return 0;
}
