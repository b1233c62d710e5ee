#include "verifier/appraisal/exchange.h"

#include <string.h>

#include "framework/wire/cbor_read.h"
#include "framework/wire/cbor_write.h"

static const uint8_t profile[] = "tag:pobf,2026:exchange";

enum { EXCHANGE_ITEMS = 8, PROFILE_SIZE = sizeof profile - 1 };

enum pobf_status exchange_print(uint8_t *out, size_t room, size_t *size,
                                const struct exchange *exchange)
{
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, out, room);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, EXCHANGE_ITEMS);
    pobf_cbor_write_string(&writer, POBF_CBOR_TEXT, profile, PROFILE_SIZE);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, exchange->nonce, POBF_NONCE_BYTES);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, exchange->channel_key, POBF_DIGEST_BYTES);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, exchange->offer, exchange->offer_size);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, exchange->sealed_input,
                           exchange->sealed_input_size);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, exchange->sealed_answer,
                           exchange->sealed_answer_size);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, exchange->input_salt, POBF_SALT_BYTES);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, exchange->output_salt, POBF_SALT_BYTES);
    return pobf_cbor_write_end(&writer, size);
}

static void read_items(struct exchange *exchange, struct pobf_cbor_reader *reader)
{
    pobf_cbor_read_exact_head(reader, POBF_CBOR_ARRAY, EXCHANGE_ITEMS);
    pobf_cbor_read_exact_string(reader, POBF_CBOR_TEXT, profile, PROFILE_SIZE);
    pobf_cbor_read_bytes(reader, exchange->nonce, POBF_NONCE_BYTES);
    pobf_cbor_read_bytes(reader, exchange->channel_key, POBF_DIGEST_BYTES);
    exchange->offer = pobf_cbor_read_string(reader, &exchange->offer_size, POBF_CBOR_BYTES);
    exchange->sealed_input =
        pobf_cbor_read_string(reader, &exchange->sealed_input_size, POBF_CBOR_BYTES);
    exchange->sealed_answer =
        pobf_cbor_read_string(reader, &exchange->sealed_answer_size, POBF_CBOR_BYTES);
    pobf_cbor_read_bytes(reader, exchange->input_salt, POBF_SALT_BYTES);
    pobf_cbor_read_bytes(reader, exchange->output_salt, POBF_SALT_BYTES);
}

enum pobf_status exchange_parse(struct exchange *exchange, const uint8_t *bytes, size_t size)
{
    struct pobf_cbor_reader reader;
    enum pobf_status status;

    pobf_cbor_read_init(&reader, bytes, size);
    read_items(exchange, &reader);
    status = pobf_cbor_read_end(&reader);
    if (status != POBF_OK) {
        *exchange = (struct exchange){.offer = NULL};
    }
    return status;
}

int exchange_is(const uint8_t *bytes, size_t size)
{
    static const uint8_t heads[] = {0x88, 0x76}; /* an array of 8, a text of 22 bytes */

    return size > sizeof heads + PROFILE_SIZE && memcmp(bytes, heads, sizeof heads) == 0 &&
           memcmp(bytes + sizeof heads, profile, PROFILE_SIZE) == 0;
}
