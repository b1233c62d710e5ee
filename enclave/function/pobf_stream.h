#ifndef POBF_STREAM_H
#define POBF_STREAM_H

#include <stddef.h>

#include "../../framework/wire/stream.h"

/*
 * For a function that takes data of any size, part by part (`pobf call --stream`). The header
 * above has the bytes, which a WASI command reads from stdin and writes to stdout.
 *
 *     defect = pobf_stream_take(&stream, call->input, call->input_size);
 *
 * Where that is NULL, write stream.answer to the output, and behind it the next state, or after
 * the last part the result. Of a stream, part after part is taken, each once, in its order:
 * whoever sends them. A state is the data provider's own, as the data is: its head is checked,
 * what the function put behind it may be any bytes.
 */
struct pobf_stream {
    struct pobf_stream_head answer; /* to be put before the next state, or the result     */
    const uint8_t *state;           /* what the function made of the parts before; or NULL */
    size_t state_size;              /* bytes, without the head                            */
    const uint8_t *data;
    size_t data_size;
    int is_last;
};

static inline int pobf_stream_is(const struct pobf_stream_head *head, enum pobf_stream_kind kind)
{
    return __builtin_memcmp(head->magic, POBF_STREAM_MAGIC, sizeof head->magic) == 0 &&
           head->kind == (uint32_t)kind;
}

/* The state must be what was given for all that is before this part, and nothing else. */
static inline const char *pobf_stream_state_defect(const struct pobf_stream_head *part,
                                                   const uint8_t *bytes)
{
    struct pobf_stream_head state;

    if (part->index == 0) {
        return part->bytes == 0 && part->state_size == 0 ? NULL
                                                         : "stream: something is before part 0";
    }
    if (part->state_size < sizeof state) {
        return "stream: a part came without the state before it";
    }
    __builtin_memcpy(&state, bytes, sizeof state);
    if (!pobf_stream_is(&state, POBF_STREAM_STATE) || state.state_size != 0) {
        return "stream: a part came with something that is no state";
    }
    if (__builtin_memcmp(state.id, part->id, sizeof state.id) != 0) {
        return "stream: the state is of another stream";
    }
    return state.index == part->index && state.bytes == part->bytes
               ? NULL
               : "stream: a part was left out, repeated or moved";
}

/* `rest` is what follows the head: `size` bytes. */
static inline const char *pobf_stream_defect(const struct pobf_stream_head *part,
                                             const uint8_t *rest, size_t size)
{
    if (!pobf_stream_is(part, POBF_STREAM_PART) && !pobf_stream_is(part, POBF_STREAM_LAST)) {
        return "stream: the input is no part of one; call this function with --stream";
    }
    if (part->state_size > size) {
        return "stream: a part ends within its state";
    }
    if (part->index == UINT64_MAX || part->bytes > UINT64_MAX - (size - part->state_size)) {
        return "stream: it is longer than can be counted";
    }
    return pobf_stream_state_defect(part, rest);
}

/* NULL; or what is wrong, for the message of a failure, and *stream is all zeros. */
static inline const char *pobf_stream_take(struct pobf_stream *stream, const uint8_t *input,
                                           size_t size)
{
    struct pobf_stream_head part = {.kind = 0};
    const uint8_t *rest;
    const char *defect;

    *stream = (struct pobf_stream){.is_last = 0};
    if (size < sizeof part) {
        return "stream: the input is no part of one; call this function with --stream";
    }
    __builtin_memcpy(&part, input, sizeof part);
    rest = input + sizeof part;
    size -= sizeof part;
    defect = pobf_stream_defect(&part, rest, size);
    if (defect != NULL) {
        return defect;
    }
    if (part.index > 0) {
        stream->state = rest + sizeof part;
        stream->state_size = part.state_size - sizeof part;
    }
    stream->data = rest + part.state_size;
    stream->data_size = size - part.state_size;
    stream->is_last = part.kind == POBF_STREAM_LAST;
    stream->answer = part;
    stream->answer.index++;
    stream->answer.bytes += stream->data_size;
    stream->answer.kind = stream->is_last ? POBF_STREAM_RESULT : POBF_STREAM_STATE;
    stream->answer.state_size = 0;
    return NULL;
}

#endif
