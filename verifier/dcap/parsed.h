#ifndef POBF_VERIFIER_DCAP_PARSED_H
#define POBF_VERIFIER_DCAP_PARSED_H

#include <stddef.h>

#include <jansson.h>

/*
 * JSON that was parsed before: an operator's collateral is the same in one appraisal after another,
 * and to parse it takes a fifth of the time of all the signatures. Only what is meant is known by
 * then, for the very same bytes; who signed them is asked each time.
 */
enum { PARSED_COUNT = 32, PARSED_BYTES_MAX = 64 * 1024 };

/* What the text says, which is shared and must not be changed: release it. NULL where it is no JSON, or
 * says something twice. */
json_t *parsed_take(const char *text, size_t size);

/* Keep nothing any more. */
void parsed_clear(void);

#endif
