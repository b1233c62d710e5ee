#include "framework/wire/tpm.h"

#include "framework/wire/fixed.h"

enum { SIGNATURE_MAX = 512 };

/* The next number, big-endian, of `size` bytes, at most 4; 0 on failure. */
/*@
  requires reader: valid_fixed(reader);
  requires size:   size <= 4;
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed;
  ensures  reader: valid_fixed(reader);
  ensures  sticky: \old(reader->failed) != 0 ==> reader->failed != 0;
*/
static uint32_t take_number(struct pobf_fixed_reader *reader, size_t size)
{
    const uint8_t *bytes = pobf_fixed_take(reader, size);
    uint32_t number = 0;

    if (reader->failed != 0) {
        return 0;
    }
    /*@
      loop invariant bound: 0 <= i <= size;
      loop assigns i, number;
      loop variant size - i;
    */
    for (size_t i = 0; i < size; i++) {
        number = number << 8 | bytes[i];
    }
    return number;
}

/*@
  requires reader: valid_fixed(reader);
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed;
  ensures  reader: valid_fixed(reader);
  ensures  sticky: \old(reader->failed) != 0 ==> reader->failed != 0;
*/
static uint64_t take_u64(struct pobf_fixed_reader *reader)
{
    const uint64_t high = take_number(reader, 4);

    return high << 32 | take_number(reader, 4);
}

/* A size of two bytes, and so many bytes, at most `most`. */
/*@
  requires reader: valid_fixed(reader);
  requires span:   \valid(span);
  requires apart:  \separated(span, reader, reader->bytes + (0 .. reader->size - 1));
  terminates       \true;
  exits            \false;
  assigns          *span, reader->at, reader->failed;
  ensures  reader: valid_fixed(reader);
  ensures  sticky: \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  inside: span_in(span, reader->size);
*/
static void take_sized(struct pobf_fixed_reader *reader, struct pobf_span *span, size_t most)
{
    const size_t size = take_number(reader, 2);
    const size_t at = reader->at;

    (void)pobf_fixed_take(reader, size);
    if (reader->failed != 0 || size > most) {
        reader->failed = 1;
        pobf_span_clear(span);
        return;
    }
    span->at = at;
    span->size = size;
}

/* Which registers of a bank: a bit each, the first byte holds 0 to 7. */
/*@
  requires reader: valid_fixed(reader);
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed;
  ensures  reader: valid_fixed(reader);
  ensures  sticky: \old(reader->failed) != 0 ==> reader->failed != 0;
*/
static uint32_t take_selection(struct pobf_fixed_reader *reader)
{
    const size_t size = take_number(reader, 1);
    const uint8_t *bytes = pobf_fixed_take(reader, size);

    if (reader->failed != 0 || size != 3) {
        reader->failed = 1;
        return 0;
    }
    return (uint32_t)bytes[0] + (uint32_t)bytes[1] * 256 + (uint32_t)bytes[2] * 65536;
}

/*@
  requires reader: valid_fixed(reader);
  requires quote:  \valid(quote);
  requires apart:  \separated(quote, reader, reader->bytes + (0 .. reader->size - 1));
  terminates       \true;
  exits            \false;
  assigns          quote->bank_count, quote->bank[0 .. POBF_TPM_BANKS_MAX - 1],
                   quote->pcrs[0 .. POBF_TPM_BANKS_MAX - 1], reader->at, reader->failed;
  ensures  reader: valid_fixed(reader);
  ensures  sticky: \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  banks:  quote->bank_count <= POBF_TPM_BANKS_MAX;
*/
static void take_banks(struct pobf_fixed_reader *reader, struct pobf_tpm_quote *quote)
{
    const uint32_t count = take_number(reader, 4);

    quote->bank_count = 0;
    if (count > POBF_TPM_BANKS_MAX) {
        reader->failed = 1;
        return;
    }
    /*@
      loop invariant bound:  0 <= i <= count <= POBF_TPM_BANKS_MAX;
      loop invariant reader: valid_fixed(reader);
      loop invariant sticky: \at(reader->failed, Pre) != 0 ==> reader->failed != 0;
      loop assigns i, quote->bank[0 .. POBF_TPM_BANKS_MAX - 1],
                   quote->pcrs[0 .. POBF_TPM_BANKS_MAX - 1], reader->at, reader->failed;
      loop variant count - i;
    */
    for (uint32_t i = 0; i < count; i++) {
        quote->bank[i] = take_number(reader, 2);
        quote->pcrs[i] = take_selection(reader);
    }
    quote->bank_count = count;
}

/* Everything before the registers. */
/*@
  requires reader: valid_fixed(reader);
  requires quote:  \valid(quote);
  requires apart:  \separated(quote, reader, reader->bytes + (0 .. reader->size - 1));
  terminates       \true;
  exits            \false;
  assigns          *quote, reader->at, reader->failed;
  ensures  reader: valid_fixed(reader);
  ensures  inside: span_in(&quote->signer, reader->size) && span_in(&quote->nonce, reader->size);
*/
static void take_head(struct pobf_fixed_reader *reader, struct pobf_tpm_quote *quote)
{
    quote->magic = take_number(reader, 4);
    quote->type = take_number(reader, 2);
    take_sized(reader, &quote->signer, POBF_TPM_DATA_MAX);
    take_sized(reader, &quote->nonce, POBF_TPM_DATA_MAX);
    quote->clock_ms = take_u64(reader);
    quote->resets = take_number(reader, 4);
    quote->restarts = take_number(reader, 4);
    quote->clock_is_safe = take_number(reader, 1);
    quote->firmware = take_u64(reader);
}

/*@
  requires reader: valid_fixed(reader);
  requires quote:  \valid(quote);
  requires apart:  \separated(quote, reader, reader->bytes + (0 .. reader->size - 1));
  terminates       \true;
  exits            \false;
  assigns          *quote, reader->at, reader->failed;
  ensures  reader: valid_fixed(reader);
  ensures  inside: span_in(&quote->signer, reader->size) &&
                   span_in(&quote->nonce, reader->size) && span_in(&quote->digest, reader->size);
  ensures  banks:  quote->bank_count <= POBF_TPM_BANKS_MAX;
*/
static void take_quote(struct pobf_fixed_reader *reader, struct pobf_tpm_quote *quote)
{
    take_head(reader, quote);
    take_banks(reader, quote);
    take_sized(reader, &quote->digest, POBF_TPM_DATA_MAX);
}

/*@
  requires quote: \valid(quote);
  terminates      \true;
  exits           \false;
  assigns         *quote;
  ensures  empty: empty_tpm_quote(quote);
*/
static void clear_quote(struct pobf_tpm_quote *quote)
{
    quote->magic = 0;
    quote->type = 0;
    pobf_span_clear(&quote->signer);
    pobf_span_clear(&quote->nonce);
    quote->clock_ms = 0;
    quote->resets = 0;
    quote->restarts = 0;
    quote->clock_is_safe = 0;
    quote->firmware = 0;
    quote->bank_count = 0;
    /*@
      loop invariant bound: 0 <= i <= POBF_TPM_BANKS_MAX;
      loop assigns i, quote->bank[0 .. POBF_TPM_BANKS_MAX - 1],
                   quote->pcrs[0 .. POBF_TPM_BANKS_MAX - 1];
      loop variant POBF_TPM_BANKS_MAX - i;
    */
    for (size_t i = 0; i < POBF_TPM_BANKS_MAX; i++) {
        quote->bank[i] = 0;
        quote->pcrs[i] = 0;
    }
    pobf_span_clear(&quote->digest);
}

enum pobf_status pobf_tpm_quote_parse(struct pobf_tpm_quote *quote, const uint8_t *bytes,
                                      size_t size)
{
    struct pobf_fixed_reader reader;

    pobf_fixed_init(&reader, bytes, size);
    take_quote(&reader, quote);
    if (pobf_fixed_end(&reader) != POBF_OK) {
        clear_quote(quote);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

/* S, which only ECDSA has; a scheme that is none of the three fails. */
/*@
  requires reader: valid_fixed(reader);
  requires span:   \valid(span);
  requires apart:  \separated(span, reader, reader->bytes + (0 .. reader->size - 1));
  terminates       \true;
  exits            \false;
  assigns          *span, reader->at, reader->failed;
  ensures  reader: valid_fixed(reader);
  ensures  inside: span_in(span, reader->size);
*/
static void take_second(struct pobf_fixed_reader *reader, struct pobf_span *span,
                        uint32_t algorithm)
{
    if (algorithm == POBF_TPM_ECDSA) {
        take_sized(reader, span, SIGNATURE_MAX);
    } else {
        pobf_span_clear(span);
        if (algorithm != POBF_TPM_RSASSA && algorithm != POBF_TPM_RSAPSS) {
            reader->failed = 1;
        }
    }
}

/*@
  requires reader:    valid_fixed(reader);
  requires signature: \valid(signature);
  requires apart:     \separated(signature, reader, reader->bytes + (0 .. reader->size - 1));
  terminates          \true;
  exits               \false;
  assigns             *signature, reader->at, reader->failed;
  ensures  reader:    valid_fixed(reader);
  ensures  inside:    span_in(&signature->first, reader->size) &&
                      span_in(&signature->second, reader->size);
*/
static void take_signature(struct pobf_fixed_reader *reader, struct pobf_tpm_signature *signature)
{
    const uint32_t algorithm = take_number(reader, 2);

    signature->algorithm = algorithm;
    signature->hash = take_number(reader, 2);
    take_sized(reader, &signature->first, SIGNATURE_MAX);
    take_second(reader, &signature->second, algorithm);
}

/*@
  requires signature: \valid(signature);
  terminates          \true;
  exits               \false;
  assigns             *signature;
  ensures  empty:     empty_tpm_signature(signature);
*/
static void clear_signature(struct pobf_tpm_signature *signature)
{
    signature->algorithm = 0;
    signature->hash = 0;
    pobf_span_clear(&signature->first);
    pobf_span_clear(&signature->second);
}

enum pobf_status pobf_tpm_signature_parse(struct pobf_tpm_signature *signature,
                                          const uint8_t *bytes, size_t size)
{
    struct pobf_fixed_reader reader;

    pobf_fixed_init(&reader, bytes, size);
    take_signature(&reader, signature);
    if (pobf_fixed_end(&reader) != POBF_OK) {
        clear_signature(signature);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}
