/*
 * Does the time of a comparison or a wipe depend on the secret? Two classes of input, in random order,
 * and Welch's t over their times, whole and without the slowest (Reparaz et al., "dude, is my code
 * constant time?"). One line of JSON a target: the largest |t|. The last two are controls.
 *
 *   timing SAMPLES
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <x86intrin.h>

#include <sodium.h>

#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

enum { BATCH = 20000, INPUT_BYTES = 64, CROPS = 6, FEWEST = 1000 };

static uint8_t reference[INPUT_BYTES];
static uint8_t inputs[BATCH][INPUT_BYTES];
static uint8_t classes[BATCH];
static int64_t times[BATCH];
static volatile int sink;

static void compare(uint8_t *input)
{
    sink = pobf_bytes_equal(input, reference, INPUT_BYTES);
}

static void is_zero(uint8_t *input)
{
    sink = pobf_bytes_are_zero(input, INPUT_BYTES);
}

static void wipe(uint8_t *input)
{
    pobf_wipe(input, INPUT_BYTES);
}

static void early_end(uint8_t *input)
{
    const volatile uint8_t *bytes = input;

    sink = 1;
    for (int i = 0; i < INPUT_BYTES; i++) {
        if (bytes[i] != reference[i]) {
            sink = 0;
            return;
        }
    }
}

static void skipping_wipe(uint8_t *input)
{
    volatile uint8_t *bytes = input;

    for (int i = 0; i < INPUT_BYTES; i++) {
        if (bytes[i] != 0) {
            bytes[i] = 0;
        }
    }
}

static const struct {
    const char *name;
    void (*run)(uint8_t *input);
    int is_wipe; /* class 0 is all zeros, else the reference */
} targets[] = {
    {"compare", compare, 0},
    {"is zero", is_zero, 1},
    {"wipe", wipe, 1},
    {"control: a comparison that ends early", early_end, 0},
    {"control: a wipe that skips zeros", skipping_wipe, 1},
};

/* Mean and variance as they come (Welford). */
struct sums {
    double count, mean, squares;
};

static void add(struct sums *sums, double x)
{
    const double away = x - sums->mean;

    sums->count += 1;
    sums->mean += away / sums->count;
    sums->squares += away * (x - sums->mean);
}

static double t_of(const struct sums pair[2])
{
    const double a = pair[0].squares / (pair[0].count - 1) / pair[0].count;
    const double b = pair[1].squares / (pair[1].count - 1) / pair[1].count;

    return pair[0].count < FEWEST || pair[1].count < FEWEST || a + b <= 0
               ? 0
               : fabs(pair[0].mean - pair[1].mean) / sqrt(a + b);
}

static void draw(int is_wipe)
{
    randombytes_buf(inputs, sizeof inputs);
    randombytes_buf(classes, sizeof classes);
    for (int i = 0; i < BATCH; i++) {
        classes[i] &= 1;
        if (classes[i] == 0 && is_wipe) {
            memset(inputs[i], 0, INPUT_BYTES);
        } else if (classes[i] == 0) {
            memcpy(inputs[i], reference, INPUT_BYTES);
        }
    }
}

static void measure(void (*run)(uint8_t *))
{
    for (int i = 0; i < BATCH; i++) {
        unsigned processor;
        uint64_t start;

        _mm_lfence();
        start = __rdtsc();
        _mm_lfence();
        run(inputs[i]);
        times[i] = (int64_t)(__rdtscp(&processor) - start);
        _mm_lfence();
    }
}

static int by_time(const void *a, const void *b)
{
    const int64_t one = *(const int64_t *)a;
    const int64_t other = *(const int64_t *)b;

    return one < other ? -1 : one > other;
}

/* Above which a time is left out: nothing, and then more and more of the slowest. */
static void learn_limits(int64_t limits[CROPS])
{
    static const double kept[CROPS] = {1, 0.99, 0.95, 0.9, 0.75, 0.5};
    static int64_t sorted[BATCH];

    memcpy(sorted, times, sizeof sorted);
    qsort(sorted, BATCH, sizeof sorted[0], by_time);
    limits[0] = INT64_MAX;
    for (int i = 1; i < CROPS; i++) {
        limits[i] = sorted[(size_t)(BATCH * kept[i])];
    }
}

static double largest_t(size_t target, size_t samples)
{
    struct sums sums[CROPS][2] = {{{0, 0, 0}}};
    int64_t limits[CROPS];
    double largest = 0;

    draw(targets[target].is_wipe);
    measure(targets[target].run);
    learn_limits(limits);
    for (size_t done = 0; done < samples; done += BATCH) {
        draw(targets[target].is_wipe);
        measure(targets[target].run);
        for (int i = 0; i < BATCH; i++) {
            for (int j = 0; j < CROPS && times[i] <= limits[j]; j++) {
                add(&sums[j][classes[i]], (double)times[i]);
            }
        }
    }
    for (int i = 0; i < CROPS; i++) {
        largest = fmax(largest, t_of(sums[i]));
    }
    return largest;
}

int main(int argc, char **argv)
{
    const size_t samples = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;

    if (samples < BATCH || sodium_init() < 0) {
        fputs("usage: timing SAMPLES (20000 or more)\n", stderr);
        return 2;
    }
    randombytes_buf(reference, sizeof reference);
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        printf("{\"target\": \"%s\", \"samples\": %zu, \"t\": %.2f}\n", targets[i].name, samples,
               largest_t(i, samples));
        fflush(stdout);
    }
    return 0;
}
