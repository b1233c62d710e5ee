/*
 * Train the network of network.h on images with their digits (65 numbers a line), and print
 * weights.h. Nothing but sums, products, quotients and comparisons of doubles, in a fixed order, and
 * a generator of our own: so whoever trains it gets the same weights, bit for bit. train.sh has the
 * compiler's option that keeps it so.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "../network.h"

enum { IMAGES_MAX = 4096, EPOCHS = 60, PLACES = KERNEL * KERNEL, LEAST_IMAGES = 100 };

static struct image {
    double pixels[PIXELS]; /* 0 to 1 */
    int digit;
} images[IMAGES_MAX];

struct network {
    double maps[MAPS][PLACES];
    double map_bias[MAPS];
    double digits[DIGITS][FEATURES];
    double digit_bias[DIGITS];
};

/* What a pass forwards leaves for the one backwards: where each feature has come from. */
struct pass {
    double features[FEATURES];
    int corners[FEATURES]; /* the pixel at the convolution's corner; -1: not positive */
    double sums[DIGITS];
};

/* From -1 to 1. Knuth's generator of 64 bits; its high bits are the random ones. */
static double draw(void)
{
    static uint64_t state = 1;

    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(state >> 32) / 2147483648.0 - 1;
}

static void begin(struct network *network)
{
    for (int i = 0; i < MAPS * PLACES; i++) {
        network->maps[i / PLACES][i % PLACES] = draw() / 2;
    }
    for (int i = 0; i < DIGITS * FEATURES; i++) {
        network->digits[i / FEATURES][i % FEATURES] = draw() / 10;
    }
}

/* The pixel that a place of a convolution weighs, beyond the one at its corner. */
static int beyond(int place)
{
    return place / KERNEL * SIDE + place % KERNEL;
}

static void find_feature(struct pass *pass, const struct network *network, const double *pixels,
                         int feature)
{
    const int map = feature / (POOLED_SIDE * POOLED_SIDE);
    const int at = feature % (POOLED_SIDE * POOLED_SIDE);

    pass->features[feature] = 0;
    pass->corners[feature] = -1;
    for (int i = 0; i < POOL * POOL; i++) {
        const int corner =
            (at / POOLED_SIDE * POOL + i / POOL) * SIDE + at % POOLED_SIDE * POOL + i % POOL;
        double sum = network->map_bias[map];

        for (int place = 0; place < PLACES; place++) {
            sum += network->maps[map][place] * pixels[corner + beyond(place)];
        }
        if (sum > pass->features[feature]) {
            pass->features[feature] = sum;
            pass->corners[feature] = corner;
        }
    }
}

static void forwards(struct pass *pass, const struct network *network, const double *pixels)
{
    for (int i = 0; i < FEATURES; i++) {
        find_feature(pass, network, pixels, i);
    }
    for (int i = 0; i < DIGITS; i++) {
        pass->sums[i] = network->digit_bias[i];
        for (int j = 0; j < FEATURES; j++) {
            pass->sums[i] += network->digits[i][j] * pass->features[j];
        }
    }
}

/* How each sum should change: by the hinge loss, every other digit's should be less by one. */
static void judge(double wanted[DIGITS], const struct pass *pass, int digit)
{
    wanted[digit] = 0;
    for (int i = 0; i < DIGITS; i++) {
        if (i != digit) {
            wanted[i] = pass->sums[i] + 1 > pass->sums[digit] ? -1 : 0;
            wanted[digit] -= wanted[i];
        }
    }
}

static void correct_map(struct network *network, const double *pixels, int map, int corner,
                        double step)
{
    network->map_bias[map] += step;
    for (int place = 0; place < PLACES; place++) {
        network->maps[map][place] += step * pixels[corner + beyond(place)];
    }
}

/* Nobody writes at the same place twice: an image one pixel to the left or right, or as it is. */
static void move(double moved[PIXELS], const double pixels[PIXELS])
{
    const double drawn = draw();
    const int by = (drawn > 1.0 / 3) - (drawn < -1.0 / 3);

    for (int i = 0; i < PIXELS; i++) {
        const int column = i % SIDE + by;

        moved[i] = column < 0 || column >= SIDE ? 0 : pixels[i + by];
    }
}

static void learn(struct network *network, const struct image *image, double rate)
{
    double pixels[PIXELS];
    double wanted[DIGITS];
    struct pass pass;

    move(pixels, image->pixels);
    forwards(&pass, network, pixels);
    judge(wanted, &pass, image->digit);
    for (int j = 0; j < FEATURES; j++) {
        double step = 0;

        for (int i = 0; i < DIGITS; i++) {
            step += wanted[i] * network->digits[i][j];
            network->digits[i][j] += rate * wanted[i] * pass.features[j];
        }
        if (pass.corners[j] >= 0) {
            correct_map(network, pixels, j / (POOLED_SIDE * POOLED_SIDE), pass.corners[j],
                        rate * step);
        }
    }
    for (int i = 0; i < DIGITS; i++) {
        network->digit_bias[i] += rate * wanted[i];
    }
}

static void train(struct network *network, int count)
{
    begin(network);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (int i = 0; i < count; i++) {
            /* In another order in each epoch: by steps of a prime number. */
            learn(network, &images[(i * 7919 + epoch * 31) % count], 0.01 / (1 + epoch * 0.2));
        }
    }
}

static double largest(const double *values, int count)
{
    double most = 0;

    for (int i = 0; i < count; i++) {
        const double size = values[i] < 0 ? -values[i] : values[i];

        most = size > most ? size : most;
    }
    return most;
}

/* Whole numbers, after scaling. */
static void print_values(const double *values, int count, double scale)
{
    for (int i = 0; i < count; i++) {
        const double value = values[i] * scale;

        printf("%s%ld",
               i == 0            ? ""
               : i % PLACES == 0 ? ",\n     "
                                 : ", ",
               (long)(value + (value < 0 ? -0.5 : 0.5)));
    }
}

/* Weights become whole numbers up to 127. Scaling all sums alike leaves the largest where it is. */
static void print_network(const struct network *network)
{
    const double map_scale = 127 / largest(network->maps[0], MAPS * PLACES);
    const double digit_scale = 127 / largest(network->digits[0], DIGITS * FEATURES);

    printf("/* Made by train/train.sh; network.h says of what. */\n/* clang-format off */\n");
    printf("static const int8_t map_weights[MAPS][KERNEL * KERNEL] = {");
    for (int i = 0; i < MAPS; i++) {
        printf("\n    {");
        print_values(network->maps[i], PLACES, map_scale);
        printf("},");
    }
    printf("\n};\nstatic const int32_t map_bias[MAPS] = {\n     ");
    print_values(network->map_bias, MAPS, map_scale * PIXEL_MAX);
    printf("};\nstatic const int8_t digit_weights[DIGITS][FEATURES] = {");
    for (int i = 0; i < DIGITS; i++) {
        printf("\n    {");
        print_values(network->digits[i], FEATURES, digit_scale);
        printf("},");
    }
    printf("\n};\nstatic const int32_t digit_bias[DIGITS] = {\n     ");
    print_values(network->digit_bias, DIGITS, digit_scale * map_scale * PIXEL_MAX);
    printf("};\n");
}

static int read_image(struct image *image)
{
    for (int i = 0; i < PIXELS; i++) {
        int pixel;

        if (scanf("%d,", &pixel) != 1 || pixel < 0 || pixel > PIXEL_MAX) {
            return -1;
        }
        image->pixels[i] = (double)pixel / PIXEL_MAX;
    }
    return scanf("%d", &image->digit) == 1 && image->digit >= 0 && image->digit < DIGITS ? 0 : -1;
}

int main(void)
{
    static struct network network;
    int count = 0;

    while (count < IMAGES_MAX && read_image(&images[count]) == 0) {
        count++;
    }
    if (count < LEAST_IMAGES || !feof(stdin)) {
        fprintf(stderr, "train: line %d is not 64 pixels and a digit\n", count + 1);
        return 1;
    }
    train(&network, count);
    print_network(&network);
    return 0;
}
