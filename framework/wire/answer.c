#include "framework/wire/answer.h"

#include "framework/wire/cbor_read.h"
#include "framework/wire/cbor_write.h"

enum pobf_status pobf_answer_print_head(uint8_t *head, size_t room, size_t *size,
                                        const struct pobf_answer *answer)
{
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, head, room);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 2);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, answer->receipt, answer->receipt_size);
    pobf_cbor_write_head(&writer, POBF_CBOR_BYTES, answer->sealed_size);
    return pobf_cbor_write_end(&writer, size);
}

enum pobf_status pobf_answer_parse(struct pobf_answer *answer, const uint8_t *bytes, size_t size)
{
    struct pobf_cbor_reader reader;
    enum pobf_status status;

    pobf_cbor_read_init(&reader, bytes, size);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_ARRAY, 2);
    answer->receipt = pobf_cbor_read_string(&reader, &answer->receipt_size, POBF_CBOR_BYTES);
    answer->sealed = pobf_cbor_read_string(&reader, &answer->sealed_size, POBF_CBOR_BYTES);
    status = pobf_cbor_read_end(&reader);
    if (status != POBF_OK) {
        answer->receipt = NULL;
        answer->receipt_size = 0;
        answer->sealed = NULL;
        answer->sealed_size = 0;
    }
    return status;
}
