#include "framework/wire/ratls.h"

#include "framework/wire/span_read.h"

enum { TAG_RATLS = 60000 };

enum { CLAIM_KEY, CLAIM_NONCE, CLAIMS };

static const struct pobf_claim_row rows[CLAIMS] = {
    [CLAIM_KEY] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 1, POBF_RATLS_KEY_MAX,
                   .name = "pubkey-hash"},
    [CLAIM_NONCE] = {POBF_CLAIM_BYTES, POBF_CLAIM_OPTIONAL, 1, POBF_RATLS_NONCE_MAX,
                     .name = "nonce"},
};

/* 60000([evidence, claims]) */
/*@
  requires reader: valid_reader(reader);
  requires ratls:  \valid(ratls);
  requires apart:  \separated(ratls, reader);
  requires alone:  \separated(ratls, reader->bytes + (0 .. reader->size - 1));
  terminates       \true;
  exits            \false;
  assigns          ratls->evidence, ratls->claims, reader->at, reader->failed;
  ensures  reader: valid_reader(reader);
  ensures  inside: span_in(&ratls->evidence, reader->size);
  ensures  inside: span_in(&ratls->claims, reader->size);
*/
static void take_frame(struct pobf_ratls *ratls, struct pobf_cbor_reader *reader)
{
    pobf_cbor_read_exact_head(reader, POBF_CBOR_TAG, TAG_RATLS);
    pobf_cbor_read_exact_head(reader, POBF_CBOR_ARRAY, 2);
    pobf_span_read_string(&ratls->evidence, reader, POBF_CBOR_BYTES);
    pobf_span_read_string(&ratls->claims, reader, POBF_CBOR_BYTES);
}

/* The whole of it: 1 where it is so. */
/*@
  requires ratls:  \valid(ratls);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(ratls, bytes + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          ratls->evidence, ratls->claims;
  ensures  inside: span_in(&ratls->evidence, size);
  ensures  inside: span_in(&ratls->claims, size);
*/
static int read_frame(struct pobf_ratls *ratls, const uint8_t *bytes, size_t size)
{
    struct pobf_cbor_reader reader;

    pobf_cbor_read_init(&reader, bytes, size);
    take_frame(ratls, &reader);
    return pobf_cbor_read_end(&reader) == POBF_OK && ratls->evidence.size > 0;
}

/* [algorithm, hash] of the certificate's key. */
/*@
  requires reader: valid_reader(reader);
  requires ratls:  \valid(ratls);
  requires apart:  \separated(ratls, reader);
  requires alone:  \separated(ratls, reader->bytes + (0 .. reader->size - 1));
  terminates       \true;
  exits            \false;
  assigns          ratls->algorithm, ratls->key_hash, reader->at, reader->failed;
  ensures  reader: valid_reader(reader);
  ensures  inside: span_in(&ratls->key_hash, reader->size);
*/
static void take_key(struct pobf_ratls *ratls, struct pobf_cbor_reader *reader)
{
    pobf_cbor_read_exact_head(reader, POBF_CBOR_ARRAY, 2);
    ratls->algorithm = pobf_cbor_read_head(reader, POBF_CBOR_UINT);
    pobf_span_read_string(&ratls->key_hash, reader, POBF_CBOR_BYTES);
}

/* The same where it is all that is in a span: 1 where it is so. */
/*@
  requires ratls:  \valid(ratls);
  requires key:    \valid_read(key) && span_in(key, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(ratls, bytes + (0 .. size - 1));
  requires other:  \separated(ratls, key);
  terminates       \true;
  exits            \false;
  assigns          ratls->algorithm, ratls->key_hash;
  ensures  inside: span_in(&ratls->key_hash, size);
*/
static int read_key(struct pobf_ratls *ratls, const uint8_t *bytes, size_t size,
                    const struct pobf_span *key)
{
    struct pobf_cbor_reader reader;

    (void)size; /* for the contract */
    pobf_span_open(&reader, bytes, key);
    take_key(ratls, &reader);
    return pobf_cbor_read_end(&reader) == POBF_OK;
}

/* 1 where the claims are as they should be. */
/*@
  requires ratls:  \valid(ratls) && span_in(&ratls->claims, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(ratls, bytes + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          ratls->algorithm, ratls->key_hash, ratls->nonce;
  ensures  inside: span_in(&ratls->key_hash, size);
  ensures  inside: span_in(&ratls->nonce, size);
*/
static int read_claims(struct pobf_ratls *ratls, const uint8_t *bytes, size_t size)
{
    struct pobf_span found[CLAIMS];
    struct pobf_token token;
    struct pobf_span nonce;

    pobf_token_open(&token, bytes, &ratls->claims);
    pobf_claim_table_read(found, &token, rows, CLAIMS);
    nonce = found[CLAIM_NONCE];
    ratls->nonce.at = nonce.at;
    ratls->nonce.size = nonce.size;
    return read_key(ratls, bytes, size, &found[CLAIM_KEY]) && token.failed == 0;
}

/*@
  requires ratls: \valid(ratls);
  terminates      \true;
  exits           \false;
  assigns         *ratls;
  ensures  empty: empty_ratls(ratls);
*/
static void clear(struct pobf_ratls *ratls)
{
    pobf_span_clear(&ratls->evidence);
    pobf_span_clear(&ratls->claims);
    pobf_span_clear(&ratls->key_hash);
    pobf_span_clear(&ratls->nonce);
    ratls->algorithm = 0;
}

enum pobf_status pobf_ratls_parse(struct pobf_ratls *ratls, const uint8_t *bytes, size_t size)
{
    if (read_frame(ratls, bytes, size) && read_claims(ratls, bytes, size)) {
        return POBF_OK;
    }
    clear(ratls);
    return POBF_E_INPUT;
}
