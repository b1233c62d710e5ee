#ifndef POBF_FRAMEWORK_WIRE_ANSWER_H
#define POBF_FRAMEWORK_WIRE_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

/*
 * What a host sends back for a sealed input: a CBOR array of two byte strings,
 * [receipt, sealed answer]. The sealed answer is empty where the function ended abnormally.
 */
enum { POBF_ANSWER_HEAD_ROOM = 1024 };

struct pobf_answer {
    const uint8_t *receipt;
    size_t receipt_size;
    const uint8_t *sealed;
    size_t sealed_size;
};

/*
 * Print all of the answer but the bytes of `sealed`, which follow it as they are.
 * On any error `room` bytes at head are zero and *size is 0.
 */
POBF_MUST_CHECK
enum pobf_status pobf_answer_print_head(uint8_t *head, size_t room, size_t *size,
                                        const struct pobf_answer *answer);

/* Parse; the pointers point into `bytes`. POBF_E_INPUT, and an all-empty answer, otherwise. */
POBF_MUST_CHECK
enum pobf_status pobf_answer_parse(struct pobf_answer *answer, const uint8_t *bytes, size_t size);

#endif
