#ifndef POBF_VERIFIER_HARDWARE_DECODER_H
#define POBF_VERIFIER_HARDWARE_DECODER_H

#include "verifier/hardware/hardware.h"

/* Items that stand in JSON, in base64, decoded one behind the other into memory of the caller. */
struct decoder {
    uint8_t *at;
    size_t room; /* as much as the text has letters is always enough */
};

/* One item: 1 where the value is a text of at least one byte, in its one spelling. */
int decoder_take(struct decoder *decoder, struct hardware_item *item, const json_t *value);

/* A list of at most so many; NULL is none. 1 where it is such a list; *count is 0 before. */
int decoder_take_list(struct decoder *decoder, struct hardware_item *items, size_t *count,
                      size_t count_max, const json_t *list);

#endif
