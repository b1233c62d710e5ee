#ifndef POBF_VERIFIER_CLIENT_KEEP_H
#define POBF_VERIFIER_CLIENT_KEEP_H

#include <stddef.h>
#include <stdint.h>

/*
 * Files that belong together. Each is written under a new name beside its own first; only when all
 * of them are whole do they take their names, in order. So a disk that fills up leaves the old set
 * as it was.
 */
enum { KEEP_PATH_ROOM = 4096, KEEP_MAX = 4 };

struct keep_file {
    char path[KEEP_PATH_ROOM];
    const uint8_t *bytes;
    size_t size;
    int is_private; /* 1: readable by its owner alone */
};

struct keep {
    struct keep_file file[KEEP_MAX];
    size_t count;
    int overflow; /* 1: a file or a name found no room; nothing is written then */
};

/* Add a file named `prefix` and `suffix`. The bytes stay the caller's. */
void keep_add(struct keep *keep, const char *prefix, const char *suffix, const uint8_t *bytes,
              size_t size, int is_private);

/*
 * Can files of these names be written? Asked before a call is made whose result would be lost.
 * INPUT_GO_ON, or the exit code to end with, after it told on stderr why.
 */
int keep_try(const struct keep *keep);

/* Write them: INPUT_GO_ON, or the exit code to end with, after it told on stderr why. */
int keep_write(const struct keep *keep);

#endif
