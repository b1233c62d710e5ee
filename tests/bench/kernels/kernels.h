#ifndef POBF_TESTS_BENCH_KERNELS_H
#define POBF_TESTS_BENCH_KERNELS_H

#include <stdint.h>

/*
 * Small loops of the kinds that functions spend their time in; each returns what depends on all of it.
 * The first six, without the convolution, and the last six are PolyBench's by definition.
 */
#define KERNELS(X)                                                                                 \
    X(gemm, "dense matrix product, f64")                                                           \
    X(lu, "LU decomposition, f64")                                                                 \
    X(jacobi, "two-dimensional stencil, f64")                                                      \
    X(floyd, "shortest paths, i32")                                                                \
    X(convolve, "3x3 convolution and ReLU, f32")                                                   \
    X(nussinov, "dynamic programming, i32")                                                        \
    X(sort, "quicksort with a comparator by pointer")                                              \
    X(hash, "SHA-256's rounds, rotations and sums")                                                \
    X(sieve, "sieve of Eratosthenes, bytes")                                                       \
    X(parse, "splitting and counting of text, bytes")                                              \
    X(tree, "a recursive binary tree in an array")                                                 \
    X(two_mm, "two matrix products, f64")                                                          \
    X(atax, "a matrix's transpose by the matrix by a vector, f64")                                 \
    X(bicg, "a matrix and its transpose by vectors, f64")                                          \
    X(seidel, "two-dimensional stencil in place, f64")                                             \
    X(cholesky, "Cholesky decomposition, f64")                                                     \
    X(durbin, "a Toeplitz system, f64")

#define X(name, what) uint64_t kernel_##name(void);
KERNELS(X)
#undef X

/* The n-th, in the order of the table. */
uint64_t kernel_run(unsigned n);

#endif
