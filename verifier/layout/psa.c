#include "verifier/layout/psa.h"

#include "framework/core/bytes.h"
#include "framework/wire/token.h"

enum { LIFECYCLE_MAX = 0xffff, CLIENT_MAX = 0x7fffffff };
enum { ID_BYTES = 32, INSTANCE_BYTES = 33, INSTANCE_TYPE = 1 };

/* Where the claims of a profile are. */
struct keys {
    int64_t client;
    int64_t lifecycle;
    int64_t implementation;
    int64_t seed;
    int64_t certification;
    int64_t components;
    int64_t nonce;
    int64_t instance;
    int64_t service;
};

/* Is the profile this text? */
/*@
  requires profile: \valid_read(profile);
  requires bytes:   \valid_read(bytes + (0 .. profile->at + profile->size - 1));
  requires text:    \valid_read(text + (0 .. size - 1));
  terminates        \true;
  exits             \false;
  assigns           \nothing;
*/
static int is_text(const uint8_t *bytes, const struct pobf_span *profile, const uint8_t *text,
                   size_t size)
{
    return profile->size == size && pobf_bytes_equal(bytes + profile->at, text, size);
}

/*@
  requires token:  valid_token(token);
  terminates       \true;
  exits            \false;
  assigns          token->failed;
  ensures  token:  valid_token(token);
*/
static enum pobf_psa_profile read_profile(struct pobf_token *token)
{
    const uint8_t one[] = "PSA_IOT_PROFILE_1";
    const uint8_t two[] = "http://arm.com/psa/2.0.0";
    const uint8_t tfm[] = "tag:psacertified.org,2023:psa#tfm";
    const uint8_t *bytes = token->claims.bytes;
    struct pobf_span profile;

    pobf_token_text(token, &profile, 265, POBF_TOKEN_OPTIONAL);
    if (is_text(bytes, &profile, two, sizeof two - 1) ||
        is_text(bytes, &profile, tfm, sizeof tfm - 1)) {
        return POBF_PSA_2;
    }
    pobf_token_text(token, &profile, -75000, POBF_TOKEN_REQUIRED);
    if (is_text(bytes, &profile, one, sizeof one - 1)) {
        return POBF_PSA_1;
    }
    token->failed = 1;
    return POBF_PSA_NONE;
}

/* A number of 32 bits, which may be negative. */
/*@
  requires token:  valid_token(token);
  terminates       \true;
  exits            \false;
  assigns          token->failed;
  ensures  token:  valid_token(token);
*/
static int64_t read_client(struct pobf_token *token, int64_t key)
{
    struct pobf_span item;
    struct pobf_cbor_reader reader;
    int negative;
    uint64_t number;

    pobf_token_item(token, &item, key, POBF_TOKEN_REQUIRED);
    pobf_span_open(&reader, token->claims.bytes, &item);
    negative = pobf_cbor_next_major(&reader) == POBF_CBOR_NEGATIVE;
    number = pobf_cbor_read_head(&reader, negative ? POBF_CBOR_NEGATIVE : POBF_CBOR_UINT);
    if (pobf_cbor_read_end(&reader) != POBF_OK || number > CLIENT_MAX) {
        token->failed = 1;
        return 0;
    }
    return negative ? -1 - (int64_t)number : (int64_t)number;
}

/*@
  requires token:    valid_token(token);
  requires psa:      \valid(psa);
  requires keys:     \valid_read(keys);
  requires apart:    \separated(token, psa, keys,
                                token->claims.bytes + (0 .. token->claims.size - 1));
  terminates         \true;
  exits              \false;
  assigns            *psa, token->failed;
  ensures  token:    valid_token(token);
  ensures  inside:    span_in(&psa->implementation_id, token->claims.size);
  ensures  inside:    span_in(&psa->instance_id, token->claims.size);
  ensures  inside:    span_in(&psa->nonce, token->claims.size);
  ensures  inside:    span_in(&psa->components, token->claims.size);
  ensures  inside:    span_in(&psa->boot_seed, token->claims.size);
  ensures  inside:    span_in(&psa->certification, token->claims.size);
  ensures  inside:    span_in(&psa->service, token->claims.size);
*/
static void read_claims(struct pobf_token *token, struct pobf_psa *psa, const struct keys *keys)
{
    psa->client_id = read_client(token, keys->client);
    psa->lifecycle = pobf_token_uint(token, keys->lifecycle, LIFECYCLE_MAX);
    pobf_token_bytes(token, &psa->implementation_id, keys->implementation, POBF_TOKEN_REQUIRED,
                     ID_BYTES, ID_BYTES);
    pobf_token_bytes(token, &psa->instance_id, keys->instance, POBF_TOKEN_REQUIRED, INSTANCE_BYTES,
                     INSTANCE_BYTES);
    pobf_token_bytes(token, &psa->nonce, keys->nonce, POBF_TOKEN_REQUIRED, 32, 64);
    pobf_token_item(token, &psa->components, keys->components, POBF_TOKEN_REQUIRED);
    pobf_token_bytes(token, &psa->boot_seed, keys->seed, POBF_TOKEN_OPTIONAL, 8, 32);
    pobf_token_text(token, &psa->certification, keys->certification, POBF_TOKEN_OPTIONAL);
    pobf_token_text(token, &psa->service, keys->service, POBF_TOKEN_OPTIONAL);
}

/* What the types do not say. */
/*@
  requires psa:    \valid_read(psa) && psa_in(psa, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          \nothing;
*/
static int is_consistent(const struct pobf_psa *psa, const uint8_t *bytes, size_t size)
{
    return psa->instance_id.at < size && bytes[psa->instance_id.at] == INSTANCE_TYPE &&
           pobf_component_is_digest(psa->nonce.size) &&
           pobf_component_count(bytes, &psa->components) > 0;
}

/*@
  requires psa:   \valid(psa);
  terminates      \true;
  exits           \false;
  assigns         *psa;
  ensures  empty: empty_psa(psa);
*/
static void clear(struct pobf_psa *psa)
{
    psa->profile = POBF_PSA_NONE;
    psa->client_id = 0;
    psa->lifecycle = 0;
    pobf_span_clear(&psa->implementation_id);
    pobf_span_clear(&psa->instance_id);
    pobf_span_clear(&psa->nonce);
    pobf_span_clear(&psa->components);
    pobf_span_clear(&psa->boot_seed);
    pobf_span_clear(&psa->certification);
    pobf_span_clear(&psa->service);
}

enum pobf_status pobf_psa_parse(struct pobf_psa *psa, const uint8_t *bytes,
                                const struct pobf_span *span)
{
    const struct keys one = {-75001, -75002, -75003, -75004, -75005,
                             -75006, -75008, -75009, -75010};
    const struct keys two = {2394, 2395, 2396, 2397, 2398, 2399, 10, 256, 2400};
    struct pobf_token token;
    enum pobf_psa_profile profile;

    pobf_token_open(&token, bytes, span);
    profile = read_profile(&token);
    read_claims(&token, psa, profile == POBF_PSA_1 ? &one : &two);
    psa->profile = profile;
    if (token.failed == 0 && is_consistent(psa, bytes, span->at + span->size)) {
        return POBF_OK;
    }
    clear(psa);
    return POBF_E_INPUT;
}
