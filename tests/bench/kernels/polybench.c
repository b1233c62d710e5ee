/* Kernels by the definitions of PolyBench, beside those in kernels.c that are in it as well. */
#include "kernels.h"

enum { N = 120, M = 240 };

static double a[N][N], b[N][N], c[N][N], d[N][N];
static double wide[M][M], x[M], y[M], z[M], w[M];

static void fill_matrices(void)
{
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
            a[i][j] = (double)(i * j % 17 + 1) / N;
            b[i][j] = (double)(i * (j + 1) % 19 + 1) / N;
            c[i][j] = (double)((i + 3) * j % 23 + 1) / N;
            d[i][j] = (double)(i * (j + 2) % 29) / N;
        }
    }
}

static void fill_vectors(void)
{
    for (int i = 0; i < M; i++) {
        x[i] = 1 + (double)i / M;
        y[i] = (double)(i % 31) / M;
        z[i] = w[i] = 0;
        for (int j = 0; j < M; j++) {
            wide[i][j] = (double)((i + j) % M) / (5 * M);
        }
    }
}

static uint64_t sum_of(const double *at, int count)
{
    double sum = 0;

    for (int i = 0; i < count; i++) {
        sum += at[i] * (double)(i % 97 - 48);
    }
    return (uint64_t)(int64_t)(sum * 1000);
}

/* As in 2mm: to = 0.2 to + 1.5 from * by. */
static void multiply(double (*to)[N], double (*from)[N], double (*by)[N])
{
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
            double sum = 0;

            for (int k = 0; k < N; k++) {
                sum += 1.5 * from[i][k] * by[k][j];
            }
            to[i][j] = to[i][j] * 0.2 + sum;
        }
    }
}

uint64_t kernel_two_mm(void)
{
    fill_matrices();
    for (int times = 0; times < 3; times++) {
        multiply(c, a, b);
        multiply(d, c, b);
    }
    return sum_of(d[0], N * N);
}

uint64_t kernel_atax(void)
{
    fill_vectors();
    for (int times = 0; times < 120; times++) {
        for (int i = 0; i < M; i++) {
            z[i] = 0;
        }
        for (int i = 0; i < M; i++) {
            double sum = 0;

            for (int j = 0; j < M; j++) {
                sum += wide[i][j] * x[j];
            }
            for (int j = 0; j < M; j++) {
                z[j] += wide[i][j] * sum;
            }
        }
        x[times] += 1;
    }
    return sum_of(z, M);
}

uint64_t kernel_bicg(void)
{
    fill_vectors();
    for (int times = 0; times < 120; times++) {
        for (int i = 0; i < M; i++) {
            w[i] = 0;
            for (int j = 0; j < M; j++) {
                z[j] += y[i] * wide[i][j];
                w[i] += wide[i][j] * x[j];
            }
        }
    }
    return sum_of(z, M) ^ sum_of(w, M);
}

uint64_t kernel_seidel(void)
{
    fill_matrices();
    for (int times = 0; times < 60; times++) {
        for (int i = 1; i < N - 1; i++) {
            for (int j = 1; j < N - 1; j++) {
                a[i][j] = (a[i - 1][j - 1] + a[i - 1][j] + a[i - 1][j + 1] + a[i][j - 1] + a[i][j] +
                           a[i][j + 1] + a[i + 1][j - 1] + a[i + 1][j] + a[i + 1][j + 1]) /
                          9;
            }
        }
    }
    return sum_of(a[0], N * N);
}

/* A native function has no sqrt to call. */
static double root(double of)
{
    double guess = of;

    for (int i = 0; i < 12; i++) {
        guess = (guess + of / guess) / 2;
    }
    return guess;
}

uint64_t kernel_cholesky(void)
{
    for (int times = 0; times < 12; times++) {
        fill_matrices();
        for (int i = 0; i < N; i++) {
            a[i][i] += N;
            for (int j = 0; j < i; j++) {
                for (int k = 0; k < j; k++) {
                    a[i][j] -= a[i][k] * a[j][k];
                }
                a[i][j] /= a[j][j];
            }
            for (int k = 0; k < i; k++) {
                a[i][i] -= a[i][k] * a[i][k];
            }
            a[i][i] = root(a[i][i]);
        }
    }
    return sum_of(a[0], N * N);
}

/* Levinson and Durbin's recursion: y solves the Toeplitz system of x. */
static void durbin(void)
{
    double alpha = -x[0];
    double beta = 1;

    y[0] = -x[0];
    for (int k = 1; k < M; k++) {
        double sum = 0;

        beta *= 1 - alpha * alpha;
        for (int i = 0; i < k; i++) {
            sum += x[k - i - 1] * y[i];
        }
        alpha = -(x[k] + sum) / beta;
        for (int i = 0; i < k; i++) {
            z[i] = y[i] + alpha * y[k - i - 1];
        }
        for (int i = 0; i < k; i++) {
            y[i] = z[i];
        }
        y[k] = alpha;
    }
}

uint64_t kernel_durbin(void)
{
    fill_vectors();
    for (int times = 0; times < 120; times++) {
        for (int i = 0; i < M; i++) {
            x[i] = 1 / (double)(i + 2 + times);
        }
        durbin();
    }
    return sum_of(y, M);
}
