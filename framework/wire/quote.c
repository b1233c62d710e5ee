#include "framework/wire/quote.h"

#include "framework/wire/fixed.h"

enum { TEE_SGX = 0, TEE_TDX = 0x81 };

/*@
  terminates     \true;
  exits          \false;
  assigns        \nothing;
  ensures  size: \result == quote_body_size(type);
*/
static size_t body_size(enum pobf_quote_body type)
{
    switch (type) {
    case POBF_QUOTE_SGX:
        return POBF_QUOTE_SGX_BYTES;
    case POBF_QUOTE_TD10:
        return POBF_QUOTE_TD10_BYTES;
    case POBF_QUOTE_TD15:
        return POBF_QUOTE_TD15_BYTES;
    case POBF_QUOTE_NONE:
    default:
        return 0;
    }
}

/* The body that goes with a version, a TEE and, in version 5, an announced type. */
/*@
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  known: POBF_QUOTE_NONE <= \result <= POBF_QUOTE_TD15;
*/
static enum pobf_quote_body body_of(uint32_t version, uint32_t tee_type, uint32_t announced)
{
    if (version == 3) {
        return tee_type == TEE_SGX ? POBF_QUOTE_SGX : POBF_QUOTE_NONE;
    }
    if (version == 4) {
        return tee_type == TEE_SGX   ? POBF_QUOTE_SGX
               : tee_type == TEE_TDX ? POBF_QUOTE_TD10
                                     : POBF_QUOTE_NONE;
    }
    if (version != 5) {
        return POBF_QUOTE_NONE;
    }
    if (announced == 1 && tee_type == TEE_SGX) {
        return POBF_QUOTE_SGX;
    }
    if (tee_type != TEE_TDX) {
        return POBF_QUOTE_NONE;
    }
    return announced == 2 ? POBF_QUOTE_TD10 : announced == 3 ? POBF_QUOTE_TD15 : POBF_QUOTE_NONE;
}

/* Header and body: all that the attestation key signs. */
/*@
  requires reader:  valid_fixed(reader);
  requires start:   reader->at == 0;
  requires quote:   \valid(quote);
  requires apart:   \separated(quote, reader, reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed, *quote;
  ensures  reader:  valid_fixed(reader);
  ensures  header:  reader->failed == 0 ==>
                    within(quote->header, quote->signed_size, reader->bytes, reader->size);
  ensures  body:    reader->failed == 0 ==>
                    within(quote->body, quote_body_size(quote->body_type), reader->bytes,
                           reader->size);
*/
static void read_signed(struct pobf_fixed_reader *reader, struct pobf_quote *quote)
{
    const uint8_t *header = pobf_fixed_take(reader, POBF_QUOTE_HEADER_BYTES);
    uint32_t announced = 0;
    uint32_t announced_size = 0;
    size_t size;

    if (reader->failed != 0) {
        return;
    }
    quote->header = header;
    quote->version = pobf_fixed_u16(header);
    quote->key_type = pobf_fixed_u16(header + 2);
    quote->tee_type = pobf_fixed_u32(header + 4);
    if (quote->version == 5) {
        announced = pobf_fixed_take_u16(reader);
        announced_size = pobf_fixed_take_u32(reader);
    }
    quote->body_type = body_of(quote->version, quote->tee_type, announced);
    size = body_size(quote->body_type);
    if (size == 0 || (quote->version == 5 && announced_size != size)) {
        reader->failed = 1;
    }
    quote->body = pobf_fixed_take(reader, size);
    quote->signed_size = reader->at;
}

/* What the quoting enclave says of the attestation key, and the certificates that vouch for it. */
/*@
  requires reader:  valid_fixed(reader);
  requires quote:   \valid(quote);
  requires apart:   \separated(quote, reader, reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed, quote->qe_report, quote->qe_signature,
                    quote->qe_auth, quote->qe_auth_size, quote->certs_type, quote->certs,
                    quote->certs_size;
  ensures  reader:  valid_fixed(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  report:  reader->failed == 0 ==>
                    within(quote->qe_report, 384, reader->bytes, reader->size);
  ensures  qe:      reader->failed == 0 ==>
                    within(quote->qe_signature, 64, reader->bytes, reader->size);
  ensures  auth:    reader->failed == 0 ==>
                    within(quote->qe_auth, quote->qe_auth_size, reader->bytes, reader->size);
  ensures  certs:   reader->failed == 0 ==>
                    within(quote->certs, quote->certs_size, reader->bytes, reader->size);
*/
static void read_qe(struct pobf_fixed_reader *reader, struct pobf_quote *quote)
{
    quote->qe_report = pobf_fixed_take(reader, POBF_QUOTE_SGX_BYTES);
    quote->qe_signature = pobf_fixed_take(reader, POBF_QUOTE_SIGNATURE_BYTES);
    quote->qe_auth_size = pobf_fixed_take_u16(reader);
    quote->qe_auth = pobf_fixed_take(reader, quote->qe_auth_size);
    quote->certs_type = pobf_fixed_take_u16(reader);
    quote->certs_size = pobf_fixed_take_u32(reader);
    quote->certs = pobf_fixed_take(reader, quote->certs_size);
}

/* From version 4 on the quoting enclave's part is itself announced, as certification data. */
/*@
  requires reader:  valid_fixed(reader);
  requires quote:   \valid(quote);
  requires apart:   \separated(quote, reader, reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed, quote->signature, quote->key;
  ensures  reader:  valid_fixed(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  signed:  reader->failed == 0 ==>
                    within(quote->signature, 64, reader->bytes, reader->size);
  ensures  key:     reader->failed == 0 ==> within(quote->key, 64, reader->bytes, reader->size);
*/
static void read_signature(struct pobf_fixed_reader *reader, struct pobf_quote *quote)
{
    quote->signature = pobf_fixed_take(reader, POBF_QUOTE_SIGNATURE_BYTES);
    quote->key = pobf_fixed_take(reader, POBF_QUOTE_SIGNATURE_BYTES);
    if (quote->version != 3 && pobf_fixed_take_u16(reader) != POBF_QUOTE_CERTS_QE) {
        reader->failed = 1;
    }
    if (quote->version != 3 && pobf_fixed_take_u32(reader) != reader->size - reader->at) {
        reader->failed = 1;
    }
}

/* From here on only the signature data counts; what follows it is padding. */
/*@
  requires reader:  valid_fixed(reader);
  requires quote:   \valid(quote);
  requires apart:   \separated(quote, reader, reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed, reader->size, quote->padding, quote->padding_size;
  ensures  reader:  valid_fixed(reader);
  ensures  narrow:  reader->size <= \old(reader->size);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  padding: reader->failed == 0 ==>
                    within(quote->padding, quote->padding_size, reader->bytes,
                           \old(reader->size));
*/
static void read_size(struct pobf_fixed_reader *reader, struct pobf_quote *quote)
{
    const size_t size = pobf_fixed_take_u32(reader);
    const size_t left = reader->size - reader->at;

    if (size > left) {
        reader->failed = 1;
        return;
    }
    quote->padding = reader->bytes + reader->at + size;
    quote->padding_size = left - size;
    reader->size = reader->at + size;
}

/* Field by field: WP does not follow a wipe of the struct as bytes into its fields. */
/*@
  requires quote:    \valid(quote);
  terminates         \true;
  exits              \false;
  assigns            *quote;
  ensures  empty:    empty_quote(quote);
*/
static void clear(struct pobf_quote *quote)
{
    quote->version = 0;
    quote->key_type = 0;
    quote->tee_type = 0;
    quote->body_type = POBF_QUOTE_NONE;
    quote->header = NULL;
    quote->signed_size = 0;
    quote->body = NULL;
    quote->signature = NULL;
    quote->key = NULL;
    quote->qe_report = NULL;
    quote->qe_signature = NULL;
    quote->qe_auth = NULL;
    quote->qe_auth_size = 0;
    quote->certs_type = 0;
    quote->certs = NULL;
    quote->certs_size = 0;
    quote->padding = NULL;
    quote->padding_size = 0;
}

enum pobf_status pobf_quote_parse(struct pobf_quote *quote, const uint8_t *bytes, size_t size)
{
    struct pobf_fixed_reader reader;

    pobf_fixed_init(&reader, bytes, size);
    read_signed(&reader, quote);
    read_size(&reader, quote);
    read_signature(&reader, quote);
    read_qe(&reader, quote);
    if (pobf_fixed_end(&reader) == POBF_OK) {
        return POBF_OK;
    }
    clear(quote);
    return POBF_E_INPUT;
}
