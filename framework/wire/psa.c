#include "framework/wire/psa.h"

#include "framework/core/bytes.h"

enum { LIFECYCLE_MAX = 0xffff, CLIENT_MAX = 0x7fffffff, INSTANCE_TYPE = 1 };
enum { KEY_PROFILE_2 = 265, KEY_PROFILE_1 = -75000 };
enum { KEY_LIFECYCLE_2 = 2395, KEY_LIFECYCLE_1 = -75002 };

static const struct pobf_claim_row rows_2[POBF_PSA_CLAIMS] = {
    [POBF_PSA_IMPLEMENTATION_ID] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 32, 32, .key = 2396},
    [POBF_PSA_INSTANCE_ID] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 33, 33, .key = 256},
    [POBF_PSA_NONCE] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 32, 64, .key = 10},
    [POBF_PSA_COMPONENTS] = {POBF_CLAIM_ITEM, POBF_CLAIM_REQUIRED, 1, SIZE_MAX, .key = 2399},
    [POBF_PSA_BOOT_SEED] = {POBF_CLAIM_BYTES, POBF_CLAIM_OPTIONAL, 8, 32, .key = 2397},
    [POBF_PSA_CERTIFICATION] = {POBF_CLAIM_TEXT, POBF_CLAIM_OPTIONAL, 0, SIZE_MAX, .key = 2398},
    [POBF_PSA_SERVICE] = {POBF_CLAIM_TEXT, POBF_CLAIM_OPTIONAL, 0, SIZE_MAX, .key = 2400},
    [POBF_PSA_CLIENT_ID] = {POBF_CLAIM_ITEM, POBF_CLAIM_REQUIRED, 1, SIZE_MAX, .key = 2394},
};

static const struct pobf_claim_row rows_1[POBF_PSA_CLAIMS] = {
    [POBF_PSA_IMPLEMENTATION_ID] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 32, 32, .key = -75003},
    [POBF_PSA_INSTANCE_ID] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 33, 33, .key = -75009},
    [POBF_PSA_NONCE] = {POBF_CLAIM_BYTES, POBF_CLAIM_REQUIRED, 32, 64, .key = -75008},
    [POBF_PSA_COMPONENTS] = {POBF_CLAIM_ITEM, POBF_CLAIM_REQUIRED, 1, SIZE_MAX, .key = -75006},
    [POBF_PSA_BOOT_SEED] = {POBF_CLAIM_BYTES, POBF_CLAIM_OPTIONAL, 8, 32, .key = -75004},
    [POBF_PSA_CERTIFICATION] = {POBF_CLAIM_TEXT, POBF_CLAIM_OPTIONAL, 0, SIZE_MAX, .key = -75005},
    [POBF_PSA_SERVICE] = {POBF_CLAIM_TEXT, POBF_CLAIM_OPTIONAL, 0, SIZE_MAX, .key = -75010},
    [POBF_PSA_CLIENT_ID] = {POBF_CLAIM_ITEM, POBF_CLAIM_REQUIRED, 1, SIZE_MAX, .key = -75001},
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

    pobf_token_text(token, &profile, KEY_PROFILE_2, POBF_TOKEN_OPTIONAL);
    if (is_text(bytes, &profile, two, sizeof two - 1) ||
        is_text(bytes, &profile, tfm, sizeof tfm - 1)) {
        return POBF_PSA_2;
    }
    pobf_token_text(token, &profile, KEY_PROFILE_1, POBF_TOKEN_REQUIRED);
    if (is_text(bytes, &profile, one, sizeof one - 1)) {
        return POBF_PSA_1;
    }
    token->failed = 1;
    return POBF_PSA_NONE;
}

/* A number of 32 bits, which may be negative: 1 where it is one; else 0, and the number is 0. */
/*@
  requires client: \valid(client);
  requires span:   \valid_read(span);
  requires bytes:  \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:   span->at + span->size <= 18446744073709551615;
  terminates       \true;
  exits            \false;
  assigns          *client;
*/
static int read_client(int64_t *client, const uint8_t *bytes, const struct pobf_span *span)
{
    struct pobf_cbor_reader reader;
    int negative;
    uint64_t number;

    pobf_span_open(&reader, bytes, span);
    negative = pobf_cbor_next_major(&reader) == POBF_CBOR_NEGATIVE;
    number = pobf_cbor_read_head(&reader, negative ? POBF_CBOR_NEGATIVE : POBF_CBOR_UINT);
    if (pobf_cbor_read_end(&reader) != POBF_OK || number > CLIENT_MAX) {
        *client = 0;
        return 0;
    }
    *client = negative ? -1 - (int64_t)number : (int64_t)number;
    return 1;
}

/* The claims of the profile that the token names: 1 where they are there. */
/*@
  requires psa:    \valid(psa);
  requires token:  valid_token(token);
  requires apart:  \separated(psa, token);
  requires alone:  \separated(psa, token->claims.bytes + (0 .. token->claims.size - 1));
  terminates       \true;
  exits            \false;
  assigns          *psa, token->failed;
  ensures  token:  valid_token(token);
  ensures  inside: spans_in(&psa->claim[0], POBF_PSA_CLAIMS, token->claims.size);
*/
static int read_claims(struct pobf_psa *psa, struct pobf_token *token)
{
    const enum pobf_psa_profile profile = read_profile(token);
    const int is_old = profile == POBF_PSA_1;
    int64_t client;
    int is_number;

    psa->profile = profile;
    psa->lifecycle =
        pobf_token_uint(token, is_old ? KEY_LIFECYCLE_1 : KEY_LIFECYCLE_2, LIFECYCLE_MAX);
    pobf_claim_table_read(psa->claim, token, is_old ? rows_1 : rows_2, POBF_PSA_CLAIMS);
    is_number = read_client(&client, token->claims.bytes, &psa->claim[POBF_PSA_CLIENT_ID]);
    psa->client_id = client;
    return is_number && token->failed == 0;
}

/* What the types do not say: 1 where it is so. */
/*@
  requires psa:    \valid_read(psa) && psa_in(psa, size);
  requires bytes:  \valid_read(bytes + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          \nothing;
*/
static int is_consistent(const struct pobf_psa *psa, const uint8_t *bytes, size_t size)
{
    const size_t instance = psa->claim[POBF_PSA_INSTANCE_ID].at;

    return instance < size && bytes[instance] == INSTANCE_TYPE &&
           pobf_component_is_digest(psa->claim[POBF_PSA_NONCE].size) &&
           pobf_component_count(bytes, &psa->claim[POBF_PSA_COMPONENTS]) > 0;
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
    pobf_claim_table_clear(psa->claim, POBF_PSA_CLAIMS);
}

/* 1 where all of it is as it should be. */
/*@
  requires psa:    \valid(psa);
  requires span:   \valid_read(span);
  requires bytes:  \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:   span->at + span->size <= 18446744073709551615;
  requires apart:  \separated(psa, span);
  requires alone:  \separated(psa, bytes + (0 .. span->at + span->size - 1));
  terminates       \true;
  exits            \false;
  assigns          *psa;
  ensures  inside: spans_in(&psa->claim[0], POBF_PSA_CLAIMS, \old(span->at + span->size));
*/
static int read_all(struct pobf_psa *psa, const uint8_t *bytes, const struct pobf_span *span)
{
    const size_t end = span->at + span->size;
    struct pobf_token token;

    pobf_token_open(&token, bytes, span);
    return read_claims(psa, &token) && is_consistent(psa, bytes, end);
}

enum pobf_status pobf_psa_parse(struct pobf_psa *psa, const uint8_t *bytes,
                                const struct pobf_span *span)
{
    if (read_all(psa, bytes, span)) {
        return POBF_OK;
    }
    clear(psa);
    return POBF_E_INPUT;
}
