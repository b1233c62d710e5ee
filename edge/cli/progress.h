#ifndef POBF_EDGE_CLI_PROGRESS_H
#define POBF_EDGE_CLI_PROGRESS_H

#include <stdint.h>

/* A bar on stderr, where that is a terminal; else nothing. */
struct progress {
    const char *what; /* "files" */
    uint64_t total;   /* 0: not known */
    uint64_t done;
    int shown; /* hundredths; -1: there is no terminal */
};

void progress_begin(struct progress *progress, const char *what, uint64_t total);
void progress_step(struct progress *progress);
void progress_end(struct progress *progress);

/* 1 where there is somebody to look at it, so that counting first is worth it. */
int progress_is_seen(void);

#endif
