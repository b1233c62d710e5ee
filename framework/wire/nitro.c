#include "framework/wire/nitro.h"

#include "framework/core/bytes.h"

static const struct pobf_claim_row rows[POBF_NITRO_CLAIMS] = {
    [POBF_NITRO_MODULE_ID] = {POBF_CLAIM_TEXT, POBF_CLAIM_REQUIRED, 1, POBF_NITRO_DATA_MAX,
                              .name = "module_id"},
    [POBF_NITRO_DIGEST] = {POBF_CLAIM_TEXT, POBF_CLAIM_REQUIRED, 6, 6, .name = "digest"},
    [POBF_NITRO_TIMESTAMP] = {POBF_CLAIM_ITEM, POBF_CLAIM_REQUIRED, 1, 9, .name = "timestamp"},
    [POBF_NITRO_REGISTERS] = {POBF_CLAIM_ITEM, POBF_CLAIM_REQUIRED, 1, SIZE_MAX, .name = "pcrs"},
    [POBF_NITRO_BUNDLE] = {POBF_CLAIM_ITEM, POBF_CLAIM_REQUIRED, 1, SIZE_MAX, .name = "cabundle"},
    [POBF_NITRO_CERTIFICATE] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 1,
                                POBF_NITRO_CERTIFICATE_MAX, .name = "certificate"},
    [POBF_NITRO_PUBLIC_KEY] = {POBF_CLAIM_BYTES, POBF_CLAIM_NULLABLE, 0, POBF_NITRO_DATA_MAX,
                               .name = "public_key"},
    [POBF_NITRO_USER_DATA] = {POBF_CLAIM_BYTES, POBF_CLAIM_NULLABLE, 0, POBF_NITRO_DATA_MAX,
                              .name = "user_data"},
    [POBF_NITRO_NONCE] = {POBF_CLAIM_BYTES, POBF_CLAIM_NULLABLE, 0, POBF_NITRO_DATA_MAX,
                          .name = "nonce"},
};

/* The digest must be this one: it says what the registers are. */
/*@
  requires span:  \valid_read(span);
  requires bytes: \valid_read(bytes + (0 .. span->at + span->size - 1));
  terminates      \true;
  exits           \false;
  assigns         \nothing;
*/
static int is_sha384(const uint8_t *bytes, const struct pobf_span *span)
{
    const uint8_t sha384[] = "SHA384";

    return span->size == sizeof sha384 - 1 &&
           pobf_bytes_equal(bytes + span->at, sha384, sizeof sha384 - 1);
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
  ensures  range:  \result == 0 || \result == 1;
  ensures  yes:    \result == 1 ==> span->size == POBF_NITRO_PCR_BYTES;
  ensures  no:     \result == 0 ==> empty_span(span);
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
  requires bundle: \valid_read(bundle);
  requires bytes:  \valid_read(bytes + (0 .. bundle->at + bundle->size - 1));
  requires fits:   bundle->at + bundle->size <= 18446744073709551615;
  terminates       \true;
  exits            \false;
  assigns          \nothing;
*/
static int is_bundle(const uint8_t *bytes, const struct pobf_span *bundle)
{
    const uint64_t count = pobf_span_count(bytes, bundle);
    struct pobf_span issuer;

    if (count == 0 || count > POBF_NITRO_BUNDLE_MAX) {
        return 0;
    }
    /*@
      loop invariant bound: 0 <= i <= count;
      loop assigns i, issuer;
      loop variant count - i;
    */
    for (size_t i = 0; i < count; i++) {
        if (!pobf_nitro_issuer(&issuer, bytes, bundle, i)) {
            return 0;
        }
    }
    return 1;
}

/* What was signed: 1 where all of it is as it should be. */
/*@
  requires nitro:  \valid(nitro) && sign1_in(&nitro->sign1, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  requires apart:  \separated(nitro, bytes + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          nitro->timestamp_ms, nitro->claim[0 .. POBF_NITRO_CLAIMS - 1];
  ensures  inside: spans_in(&nitro->claim[0], POBF_NITRO_CLAIMS, size);
*/
static int read_payload(struct pobf_nitro *nitro, const uint8_t *bytes, size_t size)
{
    struct pobf_token token;

    (void)size; /* for the contract */
    pobf_token_open(&token, bytes, &nitro->sign1.payload);
    pobf_claim_table_read(nitro->claim, &token, rows, POBF_NITRO_CLAIMS);
    return pobf_span_number(&nitro->timestamp_ms, bytes, &nitro->claim[POBF_NITRO_TIMESTAMP]) &&
           token.failed == 0 && is_sha384(bytes, &nitro->claim[POBF_NITRO_DIGEST]) &&
           are_pcrs(bytes, &nitro->claim[POBF_NITRO_REGISTERS]) &&
           is_bundle(bytes, &nitro->claim[POBF_NITRO_BUNDLE]);
}

enum pobf_status pobf_nitro_parse(struct pobf_nitro *nitro, const uint8_t *bytes, size_t size)
{
    const struct pobf_span whole = {0, size};
    const enum pobf_status status =
        pobf_sign1_parse(&nitro->sign1, bytes, &whole, POBF_SIGN1_UNTAGGED);

    if (read_payload(nitro, bytes, size) && status == POBF_OK) {
        return POBF_OK;
    }
    pobf_sign1_clear(&nitro->sign1);
    nitro->timestamp_ms = 0;
    pobf_claim_table_clear(nitro->claim, POBF_NITRO_CLAIMS);
    return POBF_E_INPUT;
}

int pobf_nitro_pcr(struct pobf_span *span, const uint8_t *bytes, const struct pobf_span *pcrs,
                   uint32_t index)
{
    struct pobf_token token;

    pobf_token_open(&token, bytes, pcrs);
    return find_pcr(span, &token.claims, index);
}

int pobf_nitro_issuer(struct pobf_span *span, const uint8_t *bytes, const struct pobf_span *bundle,
                      size_t index)
{
    (void)pobf_span_element(span, bytes, bundle, index);
    return pobf_span_unwrap(span, bytes, POBF_CBOR_BYTES, 1, POBF_NITRO_CERTIFICATE_MAX);
}
