#ifndef POBF_VERIFIER_CLIENT_REPLAY_H
#define POBF_VERIFIER_CLIENT_REPLAY_H

#include "verifier/client/files.h"

/* An archived result, and what it takes to come to it again. */
struct replay {
    struct input file;
    json_t *result; /* NULL: not open */
    const char *tee;
    uint8_t expected[HARDWARE_DATA_MAX]; /* what `input` points at */
};

/*
 * Read a result; take instant, nonce and the like from it into *input, and arrange those of the
 * files that it names, by their digests, under their roles: what they were given as does not count.
 * Returns INPUT_GO_ON, or the exit code to end with, after it told why. Close it either way.
 */
int replay_open(struct replay *replay, struct hardware_input *input, struct files *files,
                const char *path);
void replay_close(struct replay *replay);

/* 1 where the result is the archived one, byte for byte; a newline at the file's end is not its. */
int replay_is_same(const struct replay *replay, const json_t *result);

#endif
