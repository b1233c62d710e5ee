#include "verifier/layout/nitro.h"

#include "framework/core/bytes.h"
#include "framework/wire/token.h"

enum { CBOR_NULL = 0xf6, NAME_ROOM = 12 };

/* The name of a claim. */
struct name {
    uint8_t text[NAME_ROOM];
    size_t size;
};

/* The claim of this name: 1 where there is one. */
/*@
  requires token:  valid_token(token);
  requires span:   \valid(span);
  requires name:   \valid_read(name) && name->size <= NAME_ROOM;
  requires apart:  \separated(span, token, name);
  terminates       \true;
  exits            \false;
  assigns          *span;
  ensures  inside: span_in(span, token->claims.size);
  ensures  range:  \result == 0 || \result == 1;
*/
static int find(const struct pobf_token *token, struct pobf_span *span, const struct name *name)
{
    return pobf_cbor_map_find_text(span, &token->claims, name->text, name->size);
}

/* A claim that must be there: a string of 1 to `most` bytes. */
/*@
  requires token:  valid_token(token);
  requires span:   \valid(span);
  requires name:   \valid_read(name) && name->size <= NAME_ROOM;
  requires apart:  \separated(span, token);
  requires other:  \separated(span, name);
  requires named:  \separated(token, name);
  requires alone:  \separated(span, token->claims.bytes + (0 .. token->claims.size - 1));
  requires major:  major == POBF_CBOR_BYTES || major == POBF_CBOR_TEXT;
  terminates       \true;
  exits            \false;
  assigns          *span, token->failed;
  ensures  token:  valid_token(token);
  ensures  inside: span_in(span, token->claims.size);
*/
static void read_string(struct pobf_token *token, struct pobf_span *span, const struct name *name,
                        enum pobf_cbor_major major, size_t most)
{
    (void)find(token, span, name);
    if (!pobf_span_unwrap(span, token->claims.bytes, major, 1, most)) {
        token->failed = 1;
    }
}

/* A claim that may be null, empty, or left out. */
/*@
  requires token:  valid_token(token);
  requires span:   \valid(span);
  requires name:   \valid_read(name) && name->size <= NAME_ROOM;
  requires apart:  \separated(span, token);
  requires other:  \separated(span, name);
  requires named:  \separated(token, name);
  requires alone:  \separated(span, token->claims.bytes + (0 .. token->claims.size - 1));
  terminates       \true;
  exits            \false;
  assigns          *span, token->failed;
  ensures  token:  valid_token(token);
  ensures  inside: span_in(span, token->claims.size);
*/
static void read_data(struct pobf_token *token, struct pobf_span *span, const struct name *name)
{
    const int found = find(token, span, name);

    if (found && span->size == 1 && token->claims.bytes[span->at] == CBOR_NULL) {
        pobf_span_clear(span);
    } else if (!pobf_span_unwrap(span, token->claims.bytes, POBF_CBOR_BYTES, 0,
                                 POBF_NITRO_DATA_MAX) &&
               found) {
        token->failed = 1;
    }
}

/* The digest must be this one: it says what the registers are. */
/*@
  requires token:  valid_token(token);
  terminates       \true;
  exits            \false;
  assigns          token->failed;
  ensures  token:  valid_token(token);
*/
static void read_digest(struct pobf_token *token)
{
    const struct name name = {"digest", 6};
    const uint8_t sha384[] = "SHA384";
    struct pobf_span span;

    read_string(token, &span, &name, POBF_CBOR_TEXT, sizeof sha384 - 1);
    if (span.size != sizeof sha384 - 1 ||
        !pobf_bytes_equal(token->claims.bytes + span.at, sha384, sizeof sha384 - 1)) {
        token->failed = 1;
    }
}

/*@
  requires token:  valid_token(token);
  terminates       \true;
  exits            \false;
  assigns          token->failed;
  ensures  token:  valid_token(token);
*/
static uint64_t read_timestamp(struct pobf_token *token)
{
    const struct name name = {"timestamp", 9};
    struct pobf_span span;
    uint64_t number;

    (void)find(token, &span, &name);
    if (!pobf_span_number(&number, token->claims.bytes, &span)) {
        token->failed = 1;
    }
    return number;
}

/* Who it is, and who says so. */
/*@
  requires nitro:  \valid(nitro);
  requires token:  valid_token(token);
  requires apart:  \separated(nitro, token);
  requires alone:  \separated(nitro, token->claims.bytes + (0 .. token->claims.size - 1));
  terminates       \true;
  exits            \false;
  assigns          nitro->module_id, nitro->timestamp_ms, nitro->pcrs, nitro->bundle,
                   nitro->certificate, token->failed;
  ensures  token:  valid_token(token);
  ensures  inside: span_in(&nitro->module_id, token->claims.size) &&
                   span_in(&nitro->pcrs, token->claims.size) &&
                   span_in(&nitro->bundle, token->claims.size) &&
                   span_in(&nitro->certificate, token->claims.size);
*/
static void read_claims(struct pobf_nitro *nitro, struct pobf_token *token)
{
    const struct name module_id = {"module_id", 9};
    const struct name pcrs = {"pcrs", 4};
    const struct name bundle = {"cabundle", 8};
    const struct name certificate = {"certificate", 11};

    read_digest(token);
    nitro->timestamp_ms = read_timestamp(token);
    read_string(token, &nitro->module_id, &module_id, POBF_CBOR_TEXT, POBF_NITRO_DATA_MAX);
    (void)find(token, &nitro->pcrs, &pcrs);
    (void)find(token, &nitro->bundle, &bundle);
    read_string(token, &nitro->certificate, &certificate, POBF_CBOR_BYTES,
                POBF_NITRO_CERTIFICATE_MAX);
}

/* What the enclave put in. */
/*@
  requires nitro:  \valid(nitro);
  requires token:  valid_token(token);
  requires apart:  \separated(nitro, token);
  requires alone:  \separated(nitro, token->claims.bytes + (0 .. token->claims.size - 1));
  terminates       \true;
  exits            \false;
  assigns          nitro->public_key, nitro->user_data, nitro->nonce, token->failed;
  ensures  token:  valid_token(token);
  ensures  inside: span_in(&nitro->public_key, token->claims.size) &&
                   span_in(&nitro->user_data, token->claims.size) &&
                   span_in(&nitro->nonce, token->claims.size);
*/
static void read_own(struct pobf_nitro *nitro, struct pobf_token *token)
{
    const struct name public_key = {"public_key", 10};
    const struct name user_data = {"user_data", 9};
    const struct name nonce = {"nonce", 5};

    read_data(token, &nitro->public_key, &public_key);
    read_data(token, &nitro->user_data, &user_data);
    read_data(token, &nitro->nonce, &nonce);
}

/* A register in a map of them: 1 where it is there, and 48 bytes long. */
/*@
  requires span:   \valid(span);
  requires pcrs:   valid_map(pcrs);
  requires apart:  \separated(span, pcrs);
  requires alone:  \separated(span, pcrs->bytes + (0 .. pcrs->size - 1));
  terminates       \true;
  exits            \false;
  assigns          *span;
  ensures  inside: span_in(span, pcrs->size);
  ensures  yes:    \result == 0 || span->size == POBF_NITRO_PCR_BYTES;
  ensures  range:  \result == 0 || \result == 1;
*/
static int find_pcr(struct pobf_span *span, const struct pobf_cbor_map *pcrs, uint32_t index)
{
    (void)pobf_cbor_map_find(span, pcrs, index);
    return pobf_span_unwrap(span, pcrs->bytes, POBF_CBOR_BYTES, POBF_NITRO_PCR_BYTES,
                            POBF_NITRO_PCR_BYTES);
}

/* A map of registers and of nothing else: 1 where it is so. */
/*@
  requires span:   \valid_read(span);
  requires bytes:  \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:   span->at + span->size <= 18446744073709551615;
  terminates       \true;
  exits            \false;
  assigns          \nothing;
*/
static int are_pcrs(const uint8_t *bytes, const struct pobf_span *span)
{
    struct pobf_token pcrs;
    struct pobf_span pcr;
    size_t found = 0;

    pobf_token_open(&pcrs, bytes, span);
    /*@
      loop invariant bound: 0 <= i <= POBF_NITRO_PCRS && found <= i;
      loop assigns i, found, pcr;
      loop variant POBF_NITRO_PCRS - i;
    */
    for (uint32_t i = 0; i < POBF_NITRO_PCRS; i++) {
        found += (size_t)find_pcr(&pcr, &pcrs.claims, i);
    }
    return pcrs.failed == 0 && found > 0 && found == pcrs.claims.count;
}

/* One to eight certificates: 1 where it is so. */
/*@
  requires span:   \valid_read(span);
  requires bytes:  \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:   span->at + span->size <= 18446744073709551615;
  terminates       \true;
  exits            \false;
  assigns          \nothing;
*/
static int is_bundle(const uint8_t *bytes, const struct pobf_span *span)
{
    const uint64_t count = pobf_span_count(bytes, span);
    struct pobf_span item;

    if (count == 0 || count > POBF_NITRO_BUNDLE_MAX) {
        return 0;
    }
    /*@
      loop invariant bound: 0 <= i <= count;
      loop assigns i, item;
      loop variant count - i;
    */
    for (size_t i = 0; i < count; i++) {
        (void)pobf_span_element(&item, bytes, span, i);
        if (!pobf_span_unwrap(&item, bytes, POBF_CBOR_BYTES, 1, POBF_NITRO_CERTIFICATE_MAX)) {
            return 0;
        }
    }
    return 1;
}

/*@
  requires nitro: \valid(nitro);
  terminates      \true;
  exits           \false;
  assigns         *nitro;
  ensures  empty: empty_sign1(&nitro->sign1) && nitro->timestamp_ms == 0;
  ensures  empty: empty_span(&nitro->module_id);
  ensures  empty: empty_span(&nitro->pcrs);
  ensures  empty: empty_span(&nitro->bundle);
  ensures  empty: empty_span(&nitro->certificate);
  ensures  empty: empty_span(&nitro->public_key);
  ensures  empty: empty_span(&nitro->user_data);
  ensures  empty: empty_span(&nitro->nonce);
*/
static void clear(struct pobf_nitro *nitro)
{
    pobf_sign1_clear(&nitro->sign1);
    pobf_span_clear(&nitro->module_id);
    nitro->timestamp_ms = 0;
    pobf_span_clear(&nitro->pcrs);
    pobf_span_clear(&nitro->bundle);
    pobf_span_clear(&nitro->certificate);
    pobf_span_clear(&nitro->public_key);
    pobf_span_clear(&nitro->user_data);
    pobf_span_clear(&nitro->nonce);
}

/* What was signed: 1 where all of it is as it should be. */
/*@
  requires nitro:  \valid(nitro) && sign1_in(&nitro->sign1, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(nitro, bytes + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          nitro->module_id, nitro->timestamp_ms, nitro->pcrs, nitro->bundle,
                   nitro->certificate, nitro->public_key, nitro->user_data, nitro->nonce;
  ensures  inside: span_in(&nitro->module_id, size);
  ensures  inside: span_in(&nitro->pcrs, size);
  ensures  inside: span_in(&nitro->bundle, size);
  ensures  inside: span_in(&nitro->certificate, size);
  ensures  inside: span_in(&nitro->public_key, size);
  ensures  inside: span_in(&nitro->user_data, size);
  ensures  inside: span_in(&nitro->nonce, size);
*/
static int read_payload(struct pobf_nitro *nitro, const uint8_t *bytes, size_t size)
{
    struct pobf_token token;

    (void)size; /* for the contract */
    pobf_token_open(&token, bytes, &nitro->sign1.payload);
    read_claims(nitro, &token);
    read_own(nitro, &token);
    return token.failed == 0;
}

enum pobf_status pobf_nitro_parse(struct pobf_nitro *nitro, const uint8_t *bytes, size_t size)
{
    const struct pobf_span whole = {0, size};
    const enum pobf_status status =
        pobf_sign1_parse(&nitro->sign1, bytes, &whole, POBF_SIGN1_UNTAGGED);

    if (read_payload(nitro, bytes, size) && status == POBF_OK && are_pcrs(bytes, &nitro->pcrs) &&
        is_bundle(bytes, &nitro->bundle)) {
        return POBF_OK;
    }
    clear(nitro);
    return POBF_E_INPUT;
}

int pobf_nitro_pcr(struct pobf_span *span, const uint8_t *bytes, const struct pobf_nitro *nitro,
                   uint32_t index)
{
    struct pobf_token pcrs;

    pobf_token_open(&pcrs, bytes, &nitro->pcrs);
    return find_pcr(span, &pcrs.claims, index);
}

int pobf_nitro_issuer(struct pobf_span *span, const uint8_t *bytes, const struct pobf_nitro *nitro,
                      size_t index)
{
    (void)pobf_span_element(span, bytes, &nitro->bundle, index);
    return pobf_span_unwrap(span, bytes, POBF_CBOR_BYTES, 1, POBF_NITRO_CERTIFICATE_MAX);
}
