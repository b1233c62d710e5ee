#ifndef POBF_TESTS_FUZZ_FUZZ_H
#define POBF_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "framework/core/status.h"

/*
 * What all fuzzers share. Each is one parser: seed() prints one good input to begin with, and
 * LLVMFuzzerTestOneInput holds the parser to its contract. A broken promise is a crash.
 */
size_t seed(uint8_t *out, size_t room);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static inline void promise(int kept)
{
    if (!kept) {
        abort();
    }
}

static const uint8_t fuzz_key_seed[32] = {1};

/* Before the first run: make the good input, and put it where run.sh wants it. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *path = getenv("POBF_FUZZ_SEED");
    static uint8_t bytes[64 * 1024];
    const size_t size = seed(bytes, sizeof bytes);
    FILE *file;

    (void)argc;
    (void)argv;
    promise(size != 0);
    if (path != NULL) {
        file = fopen(path, "wb");
        promise(file != NULL && fwrite(bytes, 1, size, file) == size);
        promise(fclose(file) == 0);
    }
    return 0;
}

static inline int fuzz_all_zero(const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (((const uint8_t *)bytes)[i] != 0) {
            return 0;
        }
    }
    return 1;
}

#endif
