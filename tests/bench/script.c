/*
 * Functions in JavaScript, beside node in the same run: how long a call takes as the monitor sees it,
 * which begins with what was initialised at the build; a call in a node that is hot; and one that
 * starts a node process.
 */
#include "tests/bench/bench.h"
#include "tests/enclave/harness.h"

enum { ROUNDS = 61, PROCESSES = 11, PATH_BYTES = 600 };

static void run(const char *command)
{
    bench_need(system(command) == 0, command);
}

static struct link *open_script(const char *path)
{
    char command[2 * PATH_BYTES];
    char image[PATH_BYTES];

    snprintf(image, sizeof image, "%s/tests/bench/script.image", harness_folder());
    snprintf(command, sizeof command, "'%s/pobf-host' build '%s' --out '%s' >/dev/null",
             harness_folder(), path, image);
    run(command);
    return harness_open(image);
}

/* What a node says of itself, and how long it takes to come to that, from the start. */
static double hot_node(const char *path, const char *input, int rounds)
{
    char command[2 * PATH_BYTES];
    double us = 0;
    FILE *node;

    snprintf(command, sizeof command, "node tests/bench/script.mjs '%s' '%s' %d", path, input,
             rounds);
    node = popen(command, "r");
    bench_need(node != NULL && fscanf(node, "%lf", &us) == 1, "node");
    bench_need(pclose(node) == 0, "node");
    return us;
}

static double node_process(const char *path, const char *input)
{
    struct bench_series series = {.count = 0};

    for (int i = 0; i < PROCESSES; i++) {
        const double begin = bench_now_us();

        (void)hot_node(path, input, 1);
        bench_add(&series, begin);
    }
    return bench_median(&series);
}

static void compare(const char *what, const char *path, const char *input)
{
    struct bench_series whole = {.count = 0};
    struct bench_series inside = {.count = 0};
    static struct harness_result result;
    struct link *link = open_script(path);
    uint8_t *bytes;
    size_t size;
    double own, hot, process;

    bench_need(file_read(&bytes, &size, input, 1 << 20) == POBF_OK, input);
    for (int i = 0; i < ROUNDS; i++) {
        const double begin = bench_now_us();

        harness_call(&result, link, bytes, (unsigned)size);
        bench_add(&whole, begin);
        bench_need(result.receipt.exit == POBF_EXIT_RETURNED, what);
        inside.us[inside.count++] = (double)result.receipt.time_us;
    }
    file_free(bytes, size);
    link_close(link);
    own = bench_median(&inside);
    hot = hot_node(path, input, 2000);
    process = node_process(path, input);
    printf("  %-10s %8.0f %8.0f %10.1f %10.0f %8.2f %8.3f\n", what, own, bench_median(&whole), hot,
           process, own / hot, own / process);
}

static FILE *create(const char *path)
{
    FILE *out = fopen(path, "w");

    bench_need(out != NULL, path);
    return out;
}

static void write_orders(const char *path)
{
    FILE *out = create(path);

    fputs("{\"orders\":[", out);
    for (int i = 0; i < 1000; i++) {
        fprintf(out, "%s{\"customer\":\"customer %d\",\"items\":[{\"count\":%d,\"cents\":%d}]}",
                i == 0 ? "" : ",", i % 37, i % 7 + 1, i * 31 % 2000);
    }
    fputs("]}", out);
    bench_need(fclose(out) == 0, path);
}

static void write_text(char path[PATH_BYTES], const char *name, const char *text)
{
    FILE *out;

    snprintf(path, PATH_BYTES, "%s/tests/bench/%s", harness_folder(), name);
    out = create(path);
    fputs(text, out);
    bench_need(fclose(out) == 0, path);
}

/* What does nothing has need of no more memory than the engine: all that it has is brought back. */
static void compare_trivial(void)
{
    char script[PATH_BYTES], manifest[PATH_BYTES], input[PATH_BYTES];

    write_text(script, "trivial.js", "export default () => \"x\";\n");
    write_text(
        manifest, "trivial.json",
        "{\"name\":\"trivial\",\"interface\":\"wasi\",\"input_max\":4096,\"output_max\":4096,"
        "\"memory\":2097152,\"stack\":131072,\"fuel\":10000000000,\"deadline_ms\":10000}");
    write_text(input, "trivial.txt", "some text");
    compare("trivial", script, input);
}

int main(void)
{
    char orders[PATH_BYTES];

    if (system("command -v node >/dev/null && command -v wasm2c >/dev/null") != 0) {
        printf("  not measured: it needs node, npm, and what setup/install.sh wasm installs\n");
        return 0;
    }
    snprintf(orders, sizeof orders, "%s/tests/bench/orders.json", harness_folder());
    write_orders(orders);
    printf("  %-10s %8s %8s %10s %10s %8s %8s   (us: as the monitor sees it, and the whole call)\n",
           "function", "here", "whole", "node, hot", "node, new", "/ hot", "/ new");
    compare_trivial();
    compare("transform", "examples/transform/transform.js", orders);
    compare("classify", "examples/classify/classify.js", "examples/classify/sample.txt");
    return 0;
}
