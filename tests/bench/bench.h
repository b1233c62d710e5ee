#ifndef POBF_TESTS_BENCH_BENCH_H
#define POBF_TESTS_BENCH_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Samples of one figure, in microseconds; the median is what is printed. */
enum { BENCH_ROUNDS_MAX = 2001 };

struct bench_series {
    double us[BENCH_ROUNDS_MAX];
    size_t count;
};

static inline double bench_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static inline void bench_add(struct bench_series *series, double since_us)
{
    if (series->count < BENCH_ROUNDS_MAX) {
        series->us[series->count++] = bench_now_us() - since_us;
    }
}

static inline int bench_order(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return (x > y) - (x < y);
}

static inline double bench_median(struct bench_series *series)
{
    qsort(series->us, series->count, sizeof series->us[0], bench_order);
    return series->us[series->count / 2];
}

/* A benchmark that cannot do its work says so and ends: it has no figure to print. */
static inline void bench_need(int done, const char *what)
{
    if (!done) {
        fprintf(stderr, "bench: %s failed\n", what);
        exit(3);
    }
}

#endif
