/*
 * Which digits are these? An image a line: 64 numbers from 0 to 16, with commas, row by row. The
 * answer has a digit a line. weights.h is made by train/train.sh; it is part of the image, so it is
 * measured.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "network.h"
#include "weights.h"

enum { LINE_ROOM = 512 };

/* One map's convolution at one place. */
static int32_t convolve(const int32_t pixels[PIXELS], int map, int row, int column)
{
    int32_t sum = map_bias[map];

    for (int y = 0; y < KERNEL; y++) {
        for (int x = 0; x < KERNEL; x++) {
            sum += map_weights[map][y * KERNEL + x] * pixels[(row + y) * SIDE + column + x];
        }
    }
    return sum;
}

/* The largest of POOL x POOL places, or zero. */
static int32_t pool(const int32_t pixels[PIXELS], int map, int row, int column)
{
    int32_t most = 0;

    for (int y = 0; y < POOL; y++) {
        for (int x = 0; x < POOL; x++) {
            const int32_t seen = convolve(pixels, map, row * POOL + y, column * POOL + x);

            most = seen > most ? seen : most;
        }
    }
    return most;
}

static void find_features(int32_t features[FEATURES], const int32_t pixels[PIXELS])
{
    for (int map = 0; map < MAPS; map++) {
        for (int row = 0; row < POOLED_SIDE; row++) {
            for (int column = 0; column < POOLED_SIDE; column++) {
                *features++ = pool(pixels, map, row, column);
            }
        }
    }
}

static int classify(const int32_t pixels[PIXELS])
{
    int32_t features[FEATURES];
    int32_t most = INT32_MIN;
    int digit = 0;

    find_features(features, pixels);
    for (int i = 0; i < DIGITS; i++) {
        int32_t sum = digit_bias[i];

        for (int j = 0; j < FEATURES; j++) {
            sum += digit_weights[i][j] * features[j];
        }
        digit = sum > most ? i : digit;
        most = sum > most ? sum : most;
    }
    return digit;
}

/* -1 where the line is anything else than so many numbers that a pixel can be. */
static int read_pixels(int32_t pixels[PIXELS], const char *line)
{
    for (int i = 0; i < PIXELS; i++) {
        char *end;
        const long pixel = strtol(line, &end, 10);

        if (*line < '0' || *line > '9' || pixel > PIXEL_MAX) {
            return -1;
        }
        if (*end != (i + 1 < PIXELS ? ',' : '\n') && !(i + 1 == PIXELS && *end == '\0')) {
            return -1;
        }
        pixels[i] = (int32_t)pixel;
        line = end + 1;
    }
    return 0;
}

int main(void)
{
    char line[LINE_ROOM];

    for (unsigned count = 1; fgets(line, sizeof line, stdin) != NULL; count++) {
        int32_t pixels[PIXELS];

        if (read_pixels(pixels, line) != 0) {
            fprintf(stderr, "line %u: an image is %d numbers from 0 to %d, with commas\n", count,
                    PIXELS, PIXEL_MAX);
            return 1;
        }
        printf("%d\n", classify(pixels));
    }
    return 0;
}
