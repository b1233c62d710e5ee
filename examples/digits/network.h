#ifndef POBF_EXAMPLES_DIGITS_NETWORK_H
#define POBF_EXAMPLES_DIGITS_NETWORK_H

/*
 * A convolutional network of whole numbers: an image of 8x8 pixels; 16 maps of a 3x3 convolution;
 * where they are positive, the largest of each 2x2; and ten sums of these, of which the largest is
 * the digit.
 */
enum {
    SIDE = 8,
    PIXELS = SIDE * SIDE,
    PIXEL_MAX = 16,
    KERNEL = 3,
    MAPS = 16,
    MAP_SIDE = SIDE - KERNEL + 1,
    POOL = 2,
    POOLED_SIDE = MAP_SIDE / POOL,
    FEATURES = MAPS * POOLED_SIDE * POOLED_SIDE,
    DIGITS = 10
};

#endif
