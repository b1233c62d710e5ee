#include "kernels.h"

enum { N = 120, LIST = 60000, TEXT = 400000, ROUNDS = 6000, NODES = 1 << 15 };

static double a[N][N], b[N][N], c[N][N];
static int32_t paths[N][N], chain[2 * N], scores[2 * N][2 * N];
static float image[4 * N][4 * N], filtered[4 * N][4 * N];
static uint32_t list[LIST], nodes[NODES];
static uint8_t text[TEXT];

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void fill_matrices(void)
{
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
            a[i][j] = (double)(i * j % 13 + 1) / 13;
            b[i][j] = (double)(i * (j + 1) % 11 + 1) / 11;
            c[i][j] = i == j ? N : 0;
        }
    }
}

static uint64_t sum_of(double (*matrix)[N])
{
    double sum = 0;

    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
            sum += matrix[i][j] * (double)(i - j);
        }
    }
    return (uint64_t)(int64_t)(sum * 1000);
}

uint64_t kernel_gemm(void)
{
    fill_matrices();
    for (int times = 0; times < 4; times++) {
        for (int i = 0; i < N; i++) {
            for (int k = 0; k < N; k++) {
                for (int j = 0; j < N; j++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
    }
    return sum_of(c);
}

uint64_t kernel_lu(void)
{
    for (int times = 0; times < 8; times++) {
        fill_matrices();
        for (int i = 0; i < N; i++) {
            a[i][i] += N;
        }
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < i; j++) {
                for (int k = 0; k < j; k++) {
                    a[i][j] -= a[i][k] * a[k][j];
                }
                a[i][j] /= a[j][j];
            }
            for (int j = i; j < N; j++) {
                for (int k = 0; k < i; k++) {
                    a[i][j] -= a[i][k] * a[k][j];
                }
            }
        }
    }
    return sum_of(a);
}

uint64_t kernel_jacobi(void)
{
    fill_matrices();
    for (int times = 0; times < 200; times++) {
        for (int i = 1; i < N - 1; i++) {
            for (int j = 1; j < N - 1; j++) {
                b[i][j] = 0.2 * (a[i][j] + a[i][j - 1] + a[i][j + 1] + a[i + 1][j] + a[i - 1][j]);
            }
        }
        for (int i = 1; i < N - 1; i++) {
            for (int j = 1; j < N - 1; j++) {
                a[i][j] = 0.2 * (b[i][j] + b[i][j - 1] + b[i][j + 1] + b[i + 1][j] + b[i - 1][j]);
            }
        }
    }
    return sum_of(a);
}

uint64_t kernel_floyd(void)
{
    uint64_t sum = 0;

    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++) {
            paths[i][j] = (i + j) % 13 == 0 || (i + j) % 7 == 0 ? 999 : i * j % 7 + 1;
        }
    }
    for (int times = 0; times < 3; times++) {
        for (int k = 0; k < N; k++) {
            for (int i = 0; i < N; i++) {
                for (int j = 0; j < N; j++) {
                    const int32_t by = paths[i][k] + paths[k][j];

                    paths[i][j] = by < paths[i][j] ? by : paths[i][j];
                }
            }
        }
    }
    for (int i = 0; i < N; i++) {
        sum = sum * 31 + (uint64_t)paths[i][N - 1 - i];
    }
    return sum;
}

uint64_t kernel_convolve(void)
{
    static const float weights[3][3] = {{1, 2, 1}, {0, 0.5f, 0}, {-1, -2, -1}};
    float sum = 0;

    for (int i = 0; i < 4 * N; i++) {
        for (int j = 0; j < 4 * N; j++) {
            image[i][j] = (float)(i * 7 % 17) - (float)(j * 3 % 19);
        }
    }
    for (int times = 0; times < 4; times++) {
        for (int i = 1; i < 4 * N - 1; i++) {
            for (int j = 1; j < 4 * N - 1; j++) {
                float value = 0;

                for (int k = 0; k < 3; k++) {
                    for (int l = 0; l < 3; l++) {
                        value += weights[k][l] * image[i + k - 1][j + l - 1];
                    }
                }
                filtered[i][j] = value > 0 ? value : 0;
            }
        }
    }
    for (int i = 0; i < 4 * N; i += 3) {
        sum += filtered[i][i];
    }
    return (uint64_t)sum;
}

uint64_t kernel_nussinov(void)
{
    uint32_t state = 7;

    for (int i = 0; i < 2 * N; i++) {
        chain[i] = (int32_t)(next(&state) % 4);
        for (int j = 0; j < 2 * N; j++) {
            scores[i][j] = 0;
        }
    }
    for (int i = 2 * N - 1; i >= 0; i--) {
        for (int j = i + 1; j < 2 * N; j++) {
            int32_t best = scores[i][j - 1];

            if (i + 1 < 2 * N && scores[i + 1][j] > best) {
                best = scores[i + 1][j];
            }
            if (i + 1 < 2 * N && scores[i + 1][j - 1] + (chain[i] + chain[j] == 3) > best) {
                best = scores[i + 1][j - 1] + (chain[i] + chain[j] == 3);
            }
            for (int k = i + 1; k < j; k++) {
                if (scores[i][k] + scores[k + 1][j] > best) {
                    best = scores[i][k] + scores[k + 1][j];
                }
            }
            scores[i][j] = best;
        }
    }
    return (uint64_t)scores[0][2 * N - 1];
}

static int by_value(const uint32_t *x, const uint32_t *y)
{
    return (*x > *y) - (*x < *y);
}

static int by_low_bits(const uint32_t *x, const uint32_t *y)
{
    return (int)(*x & 0xfff) - (int)(*y & 0xfff);
}

static void sort(uint32_t *at, int count, int (*order)(const uint32_t *, const uint32_t *))
{
    while (count > 1) {
        const uint32_t pivot = at[count / 2];
        int i = 0;
        int j = count - 1;

        while (i <= j) {
            while (order(&at[i], &pivot) < 0) {
                i++;
            }
            while (order(&at[j], &pivot) > 0) {
                j--;
            }
            if (i <= j) {
                const uint32_t kept = at[i];

                at[i++] = at[j];
                at[j--] = kept;
            }
        }
        sort(at, j + 1, order);
        at += i;
        count -= i;
    }
}

uint64_t kernel_sort(void)
{
    int (*const volatile orders[])(const uint32_t *, const uint32_t *) = {by_value, by_low_bits};
    uint32_t state = 3;

    for (int i = 0; i < LIST; i++) {
        list[i] = next(&state);
    }
    sort(list, LIST, orders[1]);
    sort(list, LIST, orders[0]);
    return (uint64_t)list[LIST / 3] << 32 | list[LIST / 7];
}

static uint32_t rotate(uint32_t x, unsigned by)
{
    return x >> by | x << (32 - by);
}

uint64_t kernel_hash(void)
{
    uint32_t w[64], h[8] = {1, 2, 3, 4, 5, 6, 7, 8};

    for (uint32_t block = 0; block < ROUNDS; block++) {
        for (uint32_t i = 0; i < 16; i++) {
            w[i] = block * 16 + i;
        }
        for (int i = 16; i < 64; i++) {
            const uint32_t x = w[i - 15], y = w[i - 2];

            w[i] = w[i - 16] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) + w[i - 7] +
                   (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
        }
        for (int i = 0; i < 64; i++) {
            const uint32_t e = h[4], s = h[0];
            const uint32_t first = h[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                                   ((e & h[5]) ^ (~e & h[6])) + w[i];
            const uint32_t second = (rotate(s, 2) ^ rotate(s, 13) ^ rotate(s, 22)) +
                                    ((s & h[1]) ^ (s & h[2]) ^ (h[1] & h[2]));

            h[7] = h[6];
            h[6] = h[5];
            h[5] = h[4];
            h[4] = h[3] + first;
            h[3] = h[2];
            h[2] = h[1];
            h[1] = h[0];
            h[0] = first + second;
        }
    }
    return (uint64_t)h[0] << 32 | h[4];
}

uint64_t kernel_sieve(void)
{
    uint64_t count = 0;

    for (int times = 0; times < 8; times++) {
        for (int i = 0; i < TEXT; i++) {
            text[i] = 1;
        }
        for (int i = 2; i * i < TEXT; i++) {
            for (int j = i * i; text[i] && j < TEXT; j += i) {
                text[j] = 0;
            }
        }
    }
    for (int i = 2; i < TEXT; i++) {
        count += text[i];
    }
    return count;
}

uint64_t kernel_parse(void)
{
    uint32_t state = 11;
    uint64_t sum = 0;

    for (int i = 0; i < TEXT; i++) {
        const uint32_t letter = next(&state) % 40;

        text[i] = (uint8_t)(letter < 10 ? '0' + letter : letter < 36 ? 'a' + letter - 10 : ',');
    }
    for (int times = 0; times < 6; times++) {
        uint64_t number = 0;
        uint64_t word = 5381;

        for (int i = 0; i < TEXT; i++) {
            if (text[i] == ',') {
                sum += number ^ word;
                number = 0;
                word = 5381;
            } else if (text[i] <= '9') {
                number = number * 10 + text[i] - '0';
            } else {
                word = word * 33 ^ text[i];
            }
        }
    }
    return sum;
}

static uint32_t depth_of(uint32_t node)
{
    uint32_t left;
    uint32_t right;

    if (node >= NODES) {
        return 0;
    }
    left = depth_of(2 * node) + nodes[node] % 3;
    right = depth_of(2 * node + 1) + nodes[node] % 5;
    return 1 + (left > right ? left : right);
}

uint64_t kernel_tree(void)
{
    uint32_t state = 5;
    uint64_t sum = 0;

    for (int i = 0; i < NODES; i++) {
        nodes[i] = next(&state);
    }
    for (int times = 0; times < 20; times++) {
        sum += depth_of(1 + (uint32_t)sum % 2);
        nodes[sum % NODES]++;
    }
    return sum;
}

uint64_t kernel_run(unsigned n)
{
    switch (n) {
#define X(name, what)                                                                              \
    case __COUNTER__:                                                                              \
        return kernel_##name();
        KERNELS(X)
#undef X
    default:
        return 0;
    }
}
