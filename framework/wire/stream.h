#ifndef POBF_FRAMEWORK_WIRE_STREAM_H
#define POBF_FRAMEWORK_WIRE_STREAM_H

#include <stdint.h>

/*
 * Data of any size, as a fold of ordinary tasks: a function takes a state and a part of the data,
 * and gives the next state; with the last part it gives the result. Each part is sealed, run,
 * forgotten and receipted by itself. Between two parts the state is with the data provider, and
 * nowhere else.
 *
 *   input    head of a PART or of the LAST || the state, just as it was given || data
 *   output   head of a STATE or of the RESULT || what the function makes of it
 *
 * Little-endian, no padding. The first part has no state; data may be empty.
 */
#define POBF_STREAM_MAGIC "pobf s1"

enum { POBF_STREAM_ID_BYTES = 16 };

enum pobf_stream_kind {
    POBF_STREAM_PART = 1,
    POBF_STREAM_LAST,
    POBF_STREAM_STATE,
    POBF_STREAM_RESULT
};

struct pobf_stream_head {
    char magic[8];                    /* POBF_STREAM_MAGIC, with its zero                       */
    uint8_t id[POBF_STREAM_ID_BYTES]; /* random, of the whole stream                            */
    uint64_t index;                   /* of a part, from 0; of an answer: how many there were   */
    uint64_t bytes;                   /* of data before this part; of an answer: up to its end  */
    uint32_t kind;                    /* enum pobf_stream_kind                                  */
    uint32_t state_size;              /* of a part: bytes of the state, with its head; else 0   */
};

_Static_assert(sizeof(struct pobf_stream_head) == 48, "a head has no padding");

#endif
