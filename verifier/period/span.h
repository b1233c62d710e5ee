#ifndef POBF_VERIFIER_PERIOD_SPAN_H
#define POBF_VERIFIER_PERIOD_SPAN_H

#include <stdint.h>

#include "framework/core/status.h"

/*
 * A period, in seconds since 1970, both ends included, written FROM..TO. Each end is a day
 * (2026-01-31, in UTC, all of it), an instant (2026-01-31T12:00:00Z) or seconds since 1970.
 */
struct span {
    int64_t from_s;
    int64_t to_s;
};

enum { SPAN_TEXT = sizeof "2026-01-31T12:00:00Z" };

/* POBF_E_USAGE, and all zeros, where it is not written so, or ends before it begins. */
POBF_MUST_CHECK enum pobf_status span_parse(struct span *span, const char *text);

/* An instant, as people read it. */
void span_print(char text[SPAN_TEXT], int64_t at_s);

#endif
