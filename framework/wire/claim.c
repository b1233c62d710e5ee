#include "framework/wire/claim.h"

/* What a key is in CBOR: n where it is not negative, else the n of -1 - n. */
/*@
  terminates         \true;
  exits              \false;
  assigns            \nothing;
  ensures  positive: key >= 0 ==> \result == key;
  ensures  negative: key < 0 ==> \result == -1 - key;
*/
static uint64_t key_number(int64_t key)
{
    return (uint64_t)(key < 0 ? -1 - key : key);
}

/*@
  terminates         \true;
  exits              \false;
  assigns            \nothing;
  ensures  positive: key >= 0 ==> \result == POBF_CBOR_UINT;
  ensures  negative: key < 0 ==> \result == POBF_CBOR_NEGATIVE;
*/
static enum pobf_cbor_major key_major(int64_t key)
{
    return key < 0 ? POBF_CBOR_NEGATIVE : POBF_CBOR_UINT;
}

void pobf_claim_print_bytes(struct pobf_cbor_writer *writer, int64_t key, const uint8_t *bytes,
                            size_t size)
{
    pobf_cbor_write_head(writer, key_major(key), key_number(key));
    pobf_cbor_write_string(writer, POBF_CBOR_BYTES, bytes, size);
}

void pobf_claim_print_text(struct pobf_cbor_writer *writer, int64_t key, const uint8_t *text,
                           size_t size)
{
    pobf_cbor_write_head(writer, key_major(key), key_number(key));
    pobf_cbor_write_string(writer, POBF_CBOR_TEXT, text, size);
}

void pobf_claim_print_uint(struct pobf_cbor_writer *writer, int64_t key, uint64_t value)
{
    pobf_cbor_write_head(writer, key_major(key), key_number(key));
    pobf_cbor_write_head(writer, POBF_CBOR_UINT, value);
}

void pobf_claim_print_bool(struct pobf_cbor_writer *writer, int64_t key, uint32_t value)
{
    pobf_cbor_write_head(writer, key_major(key), key_number(key));
    pobf_cbor_write_head(writer, POBF_CBOR_SIMPLE, value == 0 ? POBF_CBOR_FALSE : POBF_CBOR_TRUE);
}

void pobf_claim_parse_bytes(struct pobf_cbor_reader *reader, int64_t key, uint8_t *out, size_t size)
{
    pobf_cbor_read_exact_head(reader, key_major(key), key_number(key));
    pobf_cbor_read_bytes(reader, out, size);
}

void pobf_claim_parse_text(struct pobf_cbor_reader *reader, int64_t key, const uint8_t *text,
                           size_t size)
{
    pobf_cbor_read_exact_head(reader, key_major(key), key_number(key));
    pobf_cbor_read_exact_string(reader, POBF_CBOR_TEXT, text, size);
}

uint64_t pobf_claim_parse_uint(struct pobf_cbor_reader *reader, int64_t key)
{
    pobf_cbor_read_exact_head(reader, key_major(key), key_number(key));
    return pobf_cbor_read_head(reader, POBF_CBOR_UINT);
}

uint32_t pobf_claim_parse_bool(struct pobf_cbor_reader *reader, int64_t key)
{
    uint64_t value;

    pobf_cbor_read_exact_head(reader, key_major(key), key_number(key));
    value = pobf_cbor_read_head(reader, POBF_CBOR_SIMPLE);
    if (value != POBF_CBOR_FALSE && value != POBF_CBOR_TRUE) {
        reader->failed = 1;
    }
    return value == POBF_CBOR_TRUE;
}
