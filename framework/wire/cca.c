#include "framework/wire/cca.h"

enum { TAG_CCA = 399, KEY_LIFECYCLE = 2395, LIFECYCLE_MAX = 0xffff };
enum {
    POINT_BYTES = 97,
    UNCOMPRESSED = 4,
    KEY_TYPE = 1,
    KEY_CURVE = -1,
    KEY_EC2 = 2,
    KEY_P384 = 2
};

static const struct pobf_claim_row token_rows[POBF_CCA_TOKENS] = {
    [POBF_CCA_PLATFORM] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 1, 65535, .key = 44234},
    [POBF_CCA_REALM] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 1, 65535, .key = 44241},
};

static const struct pobf_claim_row platform_rows[POBF_CCA_PLATFORM_CLAIMS] = {
    [POBF_CCA_PROFILE] = {POBF_CLAIM_TEXT, POBF_CLAIM_REQUIRED, 0, SIZE_MAX, .key = 265},
    [POBF_CCA_CHALLENGE] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 32, 64, .key = 10},
    [POBF_CCA_IMPLEMENTATION_ID] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 32, 32, .key = 2396},
    [POBF_CCA_INSTANCE_ID] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 33, 33, .key = 256},
    [POBF_CCA_CONFIGURATION] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 1,
                                POBF_CCA_CONFIGURATION_MAX, .key = 2401},
    [POBF_CCA_HASH] = {POBF_CLAIM_TEXT, POBF_CLAIM_REQUIRED, 0, SIZE_MAX, .key = 2402},
    [POBF_CCA_COMPONENTS] = {POBF_CLAIM_ITEM, POBF_CLAIM_REQUIRED, 1, SIZE_MAX, .key = 2399},
    [POBF_CCA_SERVICE] = {POBF_CLAIM_TEXT, POBF_CLAIM_OPTIONAL, 0, SIZE_MAX, .key = 2400},
};

static const struct pobf_claim_row realm_rows[POBF_CCA_REALM_CLAIMS] = {
    [POBF_CCA_REALM_PROFILE] = {POBF_CLAIM_TEXT, POBF_CLAIM_OPTIONAL, 0, SIZE_MAX, .key = 265},
    [POBF_CCA_REALM_CHALLENGE] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 64, 64, .key = 10},
    [POBF_CCA_REALM_PERSONALIZATION] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 64, 64,
                                        .key = 44235},
    [POBF_CCA_REALM_MEASUREMENT] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 32, 64, .key = 44238},
    [POBF_CCA_REALM_REGISTERS] = {POBF_CLAIM_ITEM, POBF_CLAIM_REQUIRED, 1, SIZE_MAX, .key = 44239},
    [POBF_CCA_REALM_HASH] = {POBF_CLAIM_TEXT, POBF_CLAIM_REQUIRED, 0, SIZE_MAX, .key = 44236},
    [POBF_CCA_REALM_KEY_HASH] = {POBF_CLAIM_TEXT, POBF_CLAIM_REQUIRED, 0, SIZE_MAX, .key = 44240},
    [POBF_CCA_REALM_KEY] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, POINT_BYTES, 256, .key = 44237},
};

static const struct pobf_claim_row point_rows[POBF_CCA_COORDINATES] = {
    [POBF_CCA_X] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, POBF_CCA_NUMBER_BYTES,
                    POBF_CCA_NUMBER_BYTES, .key = -2},
    [POBF_CCA_Y] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, POBF_CCA_NUMBER_BYTES,
                    POBF_CCA_NUMBER_BYTES, .key = -3},
};

enum pobf_status pobf_cca_parse(struct pobf_cca *cca, const uint8_t *bytes, size_t size)
{
    struct pobf_cbor_reader reader;
    struct pobf_span rest;
    struct pobf_token token;

    pobf_cbor_read_init(&reader, bytes, size);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_TAG, TAG_CCA);
    rest.at = reader.at;
    rest.size = reader.size - reader.at;
    pobf_token_open(&token, bytes, &rest);
    pobf_claim_table_read(cca->token, &token, token_rows, POBF_CCA_TOKENS);
    if (reader.failed != 0 || token.failed != 0 || token.claims.count != POBF_CCA_TOKENS) {
        pobf_claim_table_clear(cca->token, POBF_CCA_TOKENS);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

/* 1 where all of it is as it should be. */
/*@
  requires platform: \valid(platform);
  requires span:     \valid_read(span);
  requires bytes:    \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:     span->at + span->size <= 18446744073709551615;
  requires apart:    \separated(platform, span);
  requires alone:    \separated(platform, bytes + (0 .. span->at + span->size - 1));
  terminates         \true;
  exits              \false;
  assigns            *platform;
  ensures  inside:   spans_in(&platform->claim[0], POBF_CCA_PLATFORM_CLAIMS,
                              \old(span->at + span->size));
*/
static int read_platform(struct pobf_cca_platform *platform, const uint8_t *bytes,
                         const struct pobf_span *span)
{
    struct pobf_token token;

    pobf_token_open(&token, bytes, span);
    pobf_claim_table_read(platform->claim, &token, platform_rows, POBF_CCA_PLATFORM_CLAIMS);
    platform->lifecycle = pobf_token_uint(&token, KEY_LIFECYCLE, LIFECYCLE_MAX);
    return token.failed == 0 &&
           pobf_component_is_digest(platform->claim[POBF_CCA_CHALLENGE].size) &&
           pobf_component_count(bytes, &platform->claim[POBF_CCA_COMPONENTS]) > 0;
}

enum pobf_status pobf_cca_platform_parse(struct pobf_cca_platform *platform, const uint8_t *bytes,
                                         const struct pobf_span *span)
{
    if (read_platform(platform, bytes, span)) {
        return POBF_OK;
    }
    pobf_claim_table_clear(platform->claim, POBF_CCA_PLATFORM_CLAIMS);
    platform->lifecycle = 0;
    return POBF_E_INPUT;
}

int pobf_cca_register(struct pobf_span *span, const uint8_t *bytes,
                      const struct pobf_span *registers, size_t index)
{
    (void)pobf_span_element(span, bytes, registers, index);
    return pobf_span_unwrap(span, bytes, POBF_CBOR_BYTES, 32, 64) &&
           pobf_component_is_digest(span->size);
}

/* Four of them: 1 where it is so. */
/*@
  requires registers: \valid_read(registers);
  requires bytes:     \valid_read(bytes + (0 .. registers->at + registers->size - 1));
  requires fits:      registers->at + registers->size <= 18446744073709551615;
  terminates          \true;
  exits               \false;
  assigns             \nothing;
*/
static int are_registers(const uint8_t *bytes, const struct pobf_span *registers)
{
    struct pobf_span span;

    return pobf_span_count(bytes, registers) == POBF_CCA_REGISTERS &&
           pobf_cca_register(&span, bytes, registers, 0) &&
           pobf_cca_register(&span, bytes, registers, 1) &&
           pobf_cca_register(&span, bytes, registers, 2) &&
           pobf_cca_register(&span, bytes, registers, 3);
}

/* The point of the RAK, of which there are two forms. 1 where it is one of them. */
/*@
  requires realm:    \valid(realm);
  requires key:      span_in(&realm->claim[POBF_CCA_REALM_KEY], size);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(realm, bytes + (0 .. size - 1));
  terminates         \true;
  exits              \false;
  assigns            realm->point[0 .. POBF_CCA_COORDINATES - 1];
  ensures  inside:   spans_in(&realm->point[0], POBF_CCA_COORDINATES, size);
*/
static int find_point(struct pobf_cca_realm *realm, const uint8_t *bytes, size_t size)
{
    const struct pobf_span *key = &realm->claim[POBF_CCA_REALM_KEY];
    struct pobf_span *x = &realm->point[POBF_CCA_X];
    struct pobf_span *y = &realm->point[POBF_CCA_Y];
    struct pobf_token token;

    if (key->size == POINT_BYTES && key->at < size && bytes[key->at] == UNCOMPRESSED) {
        x->at = key->at + 1;
        x->size = POBF_CCA_NUMBER_BYTES;
        y->at = x->at + POBF_CCA_NUMBER_BYTES;
        y->size = POBF_CCA_NUMBER_BYTES;
        return 1;
    }
    pobf_token_open(&token, bytes, key);
    pobf_claim_table_read(realm->point, &token, point_rows, POBF_CCA_COORDINATES);
    return pobf_token_uint(&token, KEY_TYPE, KEY_EC2) == KEY_EC2 &&
           pobf_token_uint(&token, KEY_CURVE, KEY_P384) == KEY_P384 && token.failed == 0;
}

/* 1 where the claims are as they should be. */
/*@
  requires realm:    \valid(realm);
  requires span:     \valid_read(span);
  requires bytes:    \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:     span->at + span->size <= 18446744073709551615;
  requires apart:    \separated(realm, span);
  requires alone:    \separated(realm, bytes + (0 .. span->at + span->size - 1));
  terminates         \true;
  exits              \false;
  assigns            realm->claim[0 .. POBF_CCA_REALM_CLAIMS - 1];
  ensures  inside:   spans_in(&realm->claim[0], POBF_CCA_REALM_CLAIMS,
                              \old(span->at + span->size));
*/
static int read_realm(struct pobf_cca_realm *realm, const uint8_t *bytes,
                      const struct pobf_span *span)
{
    struct pobf_token token;

    pobf_token_open(&token, bytes, span);
    pobf_claim_table_read(realm->claim, &token, realm_rows, POBF_CCA_REALM_CLAIMS);
    return token.failed == 0 &&
           pobf_component_is_digest(realm->claim[POBF_CCA_REALM_MEASUREMENT].size) &&
           are_registers(bytes, &realm->claim[POBF_CCA_REALM_REGISTERS]);
}

/*@
  requires realm: \valid(realm);
  terminates      \true;
  exits           \false;
  assigns         *realm;
  ensures  empty: empty_cca_realm(realm);
*/
static void clear_realm(struct pobf_cca_realm *realm)
{
    pobf_claim_table_clear(realm->claim, POBF_CCA_REALM_CLAIMS);
    pobf_claim_table_clear(realm->point, POBF_CCA_COORDINATES);
}

enum pobf_status pobf_cca_realm_parse(struct pobf_cca_realm *realm, const uint8_t *bytes,
                                      const struct pobf_span *span)
{
    if (read_realm(realm, bytes, span) && find_point(realm, bytes, span->at + span->size)) {
        return POBF_OK;
    }
    clear_realm(realm);
    return POBF_E_INPUT;
}
