#ifndef POBF_VERIFIER_CLIENT_PARTS_H
#define POBF_VERIFIER_CLIENT_PARTS_H

#include <stddef.h>
#include <stdint.h>

/*
 * A file, or stdin, that is read part by part: never more of it is in memory than one part. One
 * byte is read ahead, so that the last part is known as such.
 */
struct parts {
    const char *path;
    int descriptor; /* -1: none is open */
    uint64_t total; /* bytes; 0: not known */
    uint8_t ahead;
    int has_ahead;
};

/* Each returns INPUT_GO_ON, or the exit code to end with, after it told on stderr why. */
int parts_open(struct parts *parts, const char *path);
/* Fill `room` bytes, one at least, as far as there are some; *is_last: nothing comes after them. */
int parts_read(struct parts *parts, uint8_t *bytes, size_t *size, int *is_last, size_t room);

void parts_close(struct parts *parts);

#endif
