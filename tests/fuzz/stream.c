#include "enclave/function/pobf_stream.h"
#include "tests/fuzz/fuzz.h"

/* The second part of a stream. */
size_t seed(uint8_t *out, size_t room)
{
    struct pobf_stream_head head = {
        .magic = POBF_STREAM_MAGIC, .index = 1, .bytes = 4, .kind = POBF_STREAM_PART};
    struct pobf_stream_head state = {
        .magic = POBF_STREAM_MAGIC, .index = 1, .bytes = 4, .kind = POBF_STREAM_STATE};

    head.state_size = sizeof state + 2;
    promise(2 * sizeof head + 5 <= room);
    memcpy(out, &head, sizeof head);
    memcpy(out + sizeof head, &state, sizeof state);
    memcpy(out + 2 * sizeof head, "sadat", 5);
    return 2 * sizeof head + 5;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pobf_stream stream;
    struct pobf_stream_head head;

    memset(&stream, 0xa5, sizeof stream);
    if (pobf_stream_take(&stream, bytes, size) != NULL) {
        promise(fuzz_all_zero(&stream, sizeof stream));
        return 0;
    }
    memcpy(&head, bytes, sizeof head);
    promise(sizeof head + head.state_size + stream.data_size == size);
    promise(stream.data + stream.data_size == bytes + size);
    promise(stream.answer.index == head.index + 1);
    promise(stream.answer.bytes == head.bytes + stream.data_size);
    promise(stream.answer.bytes >= head.bytes);
    if (head.index == 0) {
        promise(stream.state == NULL && stream.state_size == 0 && head.bytes == 0);
    } else {
        promise(stream.state + stream.state_size == stream.data);
        promise(stream.state == bytes + 2 * sizeof head);
    }
    return 0;
}
