#ifndef POBF_EDGE_HTTP_EXPOSITION_H
#define POBF_EDGE_HTTP_EXPOSITION_H

#include <stddef.h>
#include <stdint.h>

/* Prometheus' text format, in a room that is never left: what does not fit is not there. */
#define EXPOSITION_MEDIA_TYPE "text/plain; version=0.0.4"

struct exposition {
    char *text;
    size_t room;
    size_t size;
};

void exposition_put(struct exposition *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The lines of help and type before samples with labels. `type` is "counter" or "gauge". */
void exposition_head(struct exposition *page, const char *name, const char *type, const char *help);

/* A metric without labels, whole. */
void exposition_one(struct exposition *page, const char *name, const char *type, const char *help,
                    uint64_t value);

#endif
