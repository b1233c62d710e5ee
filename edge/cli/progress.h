#ifndef POBF_EDGE_CLI_PROGRESS_H
#define POBF_EDGE_CLI_PROGRESS_H

#include <stdint.h>

/* A bar on stderr, where that is a terminal; else nothing. */
struct progress {
    const char *what; /* "files"; NULL: bytes, and their rate is told */
    uint64_t total;   /* 0: not known */
    uint64_t done;
    int shown; /* hundredths; -1: nothing is shown */
    int64_t began_ms;
};

/* Nothing is shown where the total is not known. */
void progress_begin(struct progress *progress, const char *what, uint64_t total);
/* The same of bytes: where the total is not known, how many there were. */
void progress_begin_bytes(struct progress *progress, uint64_t total);

void progress_step(struct progress *progress);
void progress_add(struct progress *progress, uint64_t count);
void progress_end(struct progress *progress);

/* The bar goes until it is drawn again: what is said next begins where it began. */
void progress_hide(void);

/* 1 where there is somebody to look at it, so that counting first is worth it. */
int progress_is_seen(void);

#endif
