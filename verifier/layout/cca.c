#include "verifier/layout/cca.h"

#include "framework/wire/token.h"

enum { TAG_CCA = 399, PLATFORM_TOKEN = 44234, REALM_TOKEN = 44241 };
enum { TOKEN_MAX = 65535, LIFECYCLE_MAX = 0xffff, POINT_BYTES = 97, UNCOMPRESSED = 4 };
enum { KEY_TYPE = 1, KEY_CURVE = -1, KEY_X = -2, KEY_Y = -3, KEY_EC2 = 2, KEY_P384 = 2 };

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
    pobf_token_bytes(&token, &cca->platform, PLATFORM_TOKEN, POBF_TOKEN_REQUIRED, 1, TOKEN_MAX);
    pobf_token_bytes(&token, &cca->realm, REALM_TOKEN, POBF_TOKEN_REQUIRED, 1, TOKEN_MAX);
    if (reader.failed != 0 || token.failed != 0 || token.claims.count != 2) {
        pobf_span_clear(&cca->platform);
        pobf_span_clear(&cca->realm);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

/*@
  requires platform: \valid(platform);
  terminates \true;
  exits \false;
  assigns *platform;
  ensures empty: empty_cca_platform(platform);
*/
static void clear_platform(struct pobf_cca_platform *platform)
{
    pobf_span_clear(&platform->profile);
    pobf_span_clear(&platform->challenge);
    pobf_span_clear(&platform->implementation_id);
    pobf_span_clear(&platform->instance_id);
    pobf_span_clear(&platform->configuration);
    pobf_span_clear(&platform->hash);
    pobf_span_clear(&platform->components);
    pobf_span_clear(&platform->service);
    platform->lifecycle = 0;
}

/*@
  requires platform: \valid(platform);
  requires token:    valid_token(token);
  requires apart:    \separated(platform, token);
  requires alone:    \separated(platform, token->claims.bytes + (0 .. token->claims.size - 1));
  terminates         \true;
  exits              \false;
  assigns            *platform, token->failed;
  ensures  token:    valid_token(token);
  ensures  inside:    span_in(&platform->profile, token->claims.size);
  ensures  inside:    span_in(&platform->challenge, token->claims.size);
  ensures  inside:    span_in(&platform->implementation_id, token->claims.size);
  ensures  inside:    span_in(&platform->instance_id, token->claims.size);
  ensures  inside:    span_in(&platform->configuration, token->claims.size);
  ensures  inside:    span_in(&platform->hash, token->claims.size);
  ensures  inside:    span_in(&platform->components, token->claims.size);
  ensures  inside:    span_in(&platform->service, token->claims.size);
*/
static void read_platform(struct pobf_cca_platform *platform, struct pobf_token *token)
{
    pobf_token_text(token, &platform->profile, 265, POBF_TOKEN_REQUIRED);
    pobf_token_bytes(token, &platform->challenge, 10, POBF_TOKEN_REQUIRED, 32, 64);
    pobf_token_bytes(token, &platform->implementation_id, 2396, POBF_TOKEN_REQUIRED, 32, 32);
    pobf_token_bytes(token, &platform->instance_id, 256, POBF_TOKEN_REQUIRED, 33, 33);
    pobf_token_bytes(token, &platform->configuration, 2401, POBF_TOKEN_REQUIRED, 1,
                     POBF_CCA_CONFIGURATION_MAX);
    pobf_token_text(token, &platform->hash, 2402, POBF_TOKEN_REQUIRED);
    pobf_token_item(token, &platform->components, 2399, POBF_TOKEN_REQUIRED);
    pobf_token_text(token, &platform->service, 2400, POBF_TOKEN_OPTIONAL);
    platform->lifecycle = pobf_token_uint(token, 2395, LIFECYCLE_MAX);
}

enum pobf_status pobf_cca_platform_parse(struct pobf_cca_platform *platform, const uint8_t *bytes,
                                         const struct pobf_span *span)
{
    struct pobf_token token;

    pobf_token_open(&token, bytes, span);
    read_platform(platform, &token);
    if (token.failed == 0 && pobf_component_is_digest(platform->challenge.size) &&
        pobf_component_count(bytes, &platform->components) > 0) {
        return POBF_OK;
    }
    clear_platform(platform);
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
  requires key:      span_in(&realm->key, size);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(realm, bytes + (0 .. size - 1));
  terminates         \true;
  exits              \false;
  assigns            realm->x, realm->y;
  ensures  inside:   span_in(&realm->x, size) && span_in(&realm->y, size);
*/
static int find_point(struct pobf_cca_realm *realm, const uint8_t *bytes, size_t size)
{
    const struct pobf_span *key = &realm->key;
    struct pobf_token token;

    if (key->size == POINT_BYTES && size > 0 && bytes[key->at] == UNCOMPRESSED) {
        realm->x.at = key->at + 1;
        realm->x.size = POBF_CCA_NUMBER_BYTES;
        realm->y.at = realm->x.at + POBF_CCA_NUMBER_BYTES;
        realm->y.size = POBF_CCA_NUMBER_BYTES;
        return 1;
    }
    pobf_token_open(&token, bytes, key);
    pobf_token_bytes(&token, &realm->x, KEY_X, POBF_TOKEN_REQUIRED, POBF_CCA_NUMBER_BYTES,
                     POBF_CCA_NUMBER_BYTES);
    pobf_token_bytes(&token, &realm->y, KEY_Y, POBF_TOKEN_REQUIRED, POBF_CCA_NUMBER_BYTES,
                     POBF_CCA_NUMBER_BYTES);
    return pobf_token_uint(&token, KEY_TYPE, KEY_EC2) == KEY_EC2 &&
           pobf_token_uint(&token, KEY_CURVE, KEY_P384) == KEY_P384 && token.failed == 0;
}

/*@
  requires realm:    \valid(realm);
  requires token:    valid_token(token);
  requires apart:    \separated(realm, token);
  requires alone:    \separated(realm, token->claims.bytes + (0 .. token->claims.size - 1));
  terminates         \true;
  exits              \false;
  assigns            *realm, token->failed;
  ensures  token:    valid_token(token);
  ensures  inside:    span_in(&realm->profile, token->claims.size);
  ensures  inside:    span_in(&realm->challenge, token->claims.size);
  ensures  inside:    span_in(&realm->personalization, token->claims.size);
  ensures  inside:    span_in(&realm->measurement, token->claims.size);
  ensures  inside:    span_in(&realm->registers, token->claims.size);
  ensures  inside:    span_in(&realm->hash, token->claims.size);
  ensures  inside:    span_in(&realm->key_hash, token->claims.size);
  ensures  inside:    span_in(&realm->key, token->claims.size);
  ensures  inside:    span_in(&realm->x, token->claims.size);
  ensures  inside:    span_in(&realm->y, token->claims.size);
*/
static void read_realm(struct pobf_cca_realm *realm, struct pobf_token *token)
{
    pobf_token_text(token, &realm->profile, 265, POBF_TOKEN_OPTIONAL);
    pobf_token_bytes(token, &realm->challenge, 10, POBF_TOKEN_REQUIRED, 64, 64);
    pobf_token_bytes(token, &realm->personalization, 44235, POBF_TOKEN_REQUIRED, 64, 64);
    pobf_token_bytes(token, &realm->measurement, 44238, POBF_TOKEN_REQUIRED, 32, 64);
    pobf_token_item(token, &realm->registers, 44239, POBF_TOKEN_REQUIRED);
    pobf_token_text(token, &realm->hash, 44236, POBF_TOKEN_REQUIRED);
    pobf_token_text(token, &realm->key_hash, 44240, POBF_TOKEN_REQUIRED);
    pobf_token_bytes(token, &realm->key, 44237, POBF_TOKEN_REQUIRED, POINT_BYTES, 256);
    pobf_span_clear(&realm->x);
    pobf_span_clear(&realm->y);
}

/*@
  requires realm: \valid(realm);
  terminates \true;
  exits \false;
  assigns *realm;
  ensures empty: empty_cca_realm(realm);
*/
static void clear_realm(struct pobf_cca_realm *realm)
{
    pobf_span_clear(&realm->profile);
    pobf_span_clear(&realm->challenge);
    pobf_span_clear(&realm->personalization);
    pobf_span_clear(&realm->measurement);
    pobf_span_clear(&realm->registers);
    pobf_span_clear(&realm->hash);
    pobf_span_clear(&realm->key_hash);
    pobf_span_clear(&realm->key);
    pobf_span_clear(&realm->x);
    pobf_span_clear(&realm->y);
}

enum pobf_status pobf_cca_realm_parse(struct pobf_cca_realm *realm, const uint8_t *bytes,
                                      const struct pobf_span *span)
{
    struct pobf_token token;

    pobf_token_open(&token, bytes, span);
    read_realm(realm, &token);
    if (find_point(realm, bytes, span->at + span->size) && token.failed == 0 &&
        pobf_component_is_digest(realm->measurement.size) &&
        are_registers(bytes, &realm->registers)) {
        return POBF_OK;
    }
    clear_realm(realm);
    return POBF_E_INPUT;
}
