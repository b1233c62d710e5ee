#ifndef POBF_TESTS_FRAMEWORK_WIRE_TAMPER_H
#define POBF_TESTS_FRAMEWORK_WIRE_TAMPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "framework/crypto/sign.h"
#include "framework/wire/cose.h"
#include "tests/framework/wire/walk.h"

/* What the tests of all signed layouts share: a key, and every way to spoil a message. */

struct test_key {
    uint8_t public_key[32];
    uint8_t signing_key[64];
};

static inline struct test_key test_key(uint8_t first)
{
    const uint8_t seed[32] = {first};
    struct test_key key;

    assert_int_equal(pobf_sign_keypair(key.public_key, key.signing_key, seed), POBF_OK);
    return key;
}

/* Fill `size` bytes with values that differ from zero and from each other's neighbours. */
static inline void fill(void *bytes, size_t size, uint8_t first)
{
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)bytes)[i] = (uint8_t)(first + i % 100);
    }
}

static inline int all_zero(const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (((const uint8_t *)bytes)[i] != 0) {
            return 0;
        }
    }
    return 1;
}

static inline void assert_claims_are(const char *hex, const uint8_t *message, size_t size)
{
    uint8_t wanted[1024];
    size_t wanted_size;
    const uint8_t *claims;
    size_t claims_size;

    assert_int_equal(
        sodium_hex2bin(wanted, sizeof wanted, hex, strlen(hex), NULL, &wanted_size, NULL), 0);
    assert_int_equal(pobf_cose_parse(&claims, &claims_size, message, size), POBF_OK);
    assert_int_equal(claims_size, wanted_size);
    assert_memory_equal(claims, wanted, wanted_size);
}

typedef int accepts(const uint8_t *bytes, size_t size);

/* Judge a copy that is exactly as long as it says, so that a sanitizer sees a read beyond it. */
static inline int judge(accepts *accepted, const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size);
    int yes;

    assert_true(copy != NULL || size == 0);
    if (size != 0) {
        memcpy(copy, bytes, size);
    }
    yes = accepted(copy, size);
    free(copy);
    return yes;
}

/* Accepted as it is; not with any bit flipped, cut anywhere, or made longer by any byte. */
static inline void assert_only_the_whole_is_accepted(accepts *accepted, const uint8_t *message,
                                                     size_t size)
{
    uint8_t spoilt[2048];

    assert_true(size < sizeof spoilt);
    memcpy(spoilt, message, size);
    assert_true(judge(accepted, spoilt, size));
    for (size_t bit = 0; bit < size * 8; bit++) {
        spoilt[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(judge(accepted, spoilt, size));
        spoilt[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t cut = 0; cut < size; cut++) {
        assert_false(judge(accepted, spoilt, cut));
    }
    for (unsigned int byte = 0; byte < 256; byte++) {
        spoilt[size] = (uint8_t)byte;
        assert_false(judge(accepted, spoilt, size + 1));
    }
}

/* The claims of a signed map, and where each of them begins; at[count] is the end. */
struct claims {
    const uint8_t *bytes;
    size_t at[32];
    size_t count;
};

static inline struct claims split_claims(const uint8_t *message, size_t size)
{
    struct claims claims = {NULL, {0}, 0};
    struct pobf_cbor_reader reader;
    size_t claims_size;

    assert_int_equal(pobf_cose_parse(&claims.bytes, &claims_size, message, size), POBF_OK);
    pobf_cbor_read_init(&reader, claims.bytes, claims_size);
    claims.count = pobf_cbor_read_head(&reader, POBF_CBOR_MAP);
    assert_true(claims.count > 0 && claims.count + 1 < 24);
    for (size_t i = 0; i < claims.count; i++) {
        claims.at[i] = reader.at;
        assert_true(walk(&reader, NULL) && walk(&reader, NULL));
    }
    claims.at[claims.count] = reader.at;
    assert_int_equal(pobf_cbor_read_end(&reader), POBF_OK);
    return claims;
}

/* Sign a map of the chosen claims, in this order, and judge it. */
static inline int judge_claims(accepts *accepted, const struct claims *claims,
                               const size_t chosen[32], size_t count)
{
    const struct test_key key = test_key(1);
    uint8_t map[1024] = {(uint8_t)(0xa0 + count)};
    uint8_t message[2048];
    size_t size = 1;
    size_t message_size;

    for (size_t i = 0; i < count; i++) {
        const size_t at = claims->at[chosen[i]];
        const size_t claim_size = claims->at[chosen[i] + 1] - at;

        assert_true(size + claim_size <= sizeof map);
        memcpy(map + size, claims->bytes + at, claim_size);
        size += claim_size;
    }
    assert_int_equal(
        pobf_cose_sign(message, sizeof message, &message_size, map, size, key.signing_key),
        POBF_OK);
    return judge(accepted, message, message_size);
}

/* All claims, but `left_out` not, and `doubled` twice in a row; claims->count stands for none. */
static inline int judge_all_but(accepts *accepted, const struct claims *claims, size_t left_out,
                                size_t doubled)
{
    size_t chosen[32] = {0};
    size_t count = 0;

    for (size_t i = 0; i < claims->count; i++) {
        if (i != left_out) {
            chosen[count++] = i;
        }
        if (i == doubled) {
            chosen[count++] = i;
        }
    }
    return judge_claims(accepted, claims, chosen, count);
}

static inline int judge_swapped(accepts *accepted, const struct claims *claims, size_t a, size_t b)
{
    size_t chosen[32] = {0};

    for (size_t i = 0; i < claims->count; i++) {
        chosen[i] = i == a ? b : i == b ? a : i;
    }
    return judge_claims(accepted, claims, chosen, claims->count);
}

/* Signed as it should be, but a claim is missing, or there twice, or two have changed places. */
static inline void assert_only_its_claims_are_accepted(accepts *accepted, const uint8_t *message,
                                                       size_t size)
{
    const struct claims claims = split_claims(message, size);

    assert_true(judge_all_but(accepted, &claims, claims.count, claims.count));
    for (size_t i = 0; i < claims.count; i++) {
        assert_false(judge_all_but(accepted, &claims, i, claims.count));
        assert_false(judge_all_but(accepted, &claims, claims.count, i));
        for (size_t j = 0; j < i; j++) {
            assert_false(judge_swapped(accepted, &claims, i, j));
        }
    }
}

/*
 * Flip every bit of the claims and sign them again: what then parses must be printed as the very
 * same bytes. `reprint` answers 0 where it does not parse. Returns how many were the same.
 */
typedef size_t reprints(uint8_t *out, size_t room, const uint8_t *message, size_t size);

static inline size_t count_what_parses_and_prints_back(reprints *reprint, const uint8_t *message,
                                                       size_t size)
{
    const struct test_key key = test_key(1);
    const uint8_t *claims;
    size_t claims_size;
    uint8_t flipped[1024];
    uint8_t again[2048];
    uint8_t printed[2048];
    size_t count = 0;

    assert_int_equal(pobf_cose_parse(&claims, &claims_size, message, size), POBF_OK);
    memcpy(flipped, claims, claims_size);
    for (size_t bit = 0; bit < claims_size * 8; bit++) {
        size_t again_size;
        size_t printed_size;

        flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(
            pobf_cose_sign(again, sizeof again, &again_size, flipped, claims_size, key.signing_key),
            POBF_OK);
        printed_size = reprint(printed, sizeof printed, again, again_size);
        if (printed_size != 0) {
            assert_int_equal(printed_size, again_size);
            assert_memory_equal(printed, again, again_size);
            count++;
        }
        flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    return count;
}

/* With any less room than it takes, signing is refused and all the room is zero. */
typedef enum pobf_status signs(uint8_t *out, size_t room, size_t *size);

static inline void assert_too_little_room_leaves_zeros(signs *sign)
{
    uint8_t out[2048];
    size_t whole;
    size_t size;

    assert_int_equal(sign(out, sizeof out, &whole), POBF_OK);
    for (size_t room = 0; room < whole; room++) {
        memset(out, 0xa5, sizeof out);
        assert_int_equal(sign(out, room, &size), POBF_E_SPACE);
        assert_int_equal(size, 0);
        assert_true(all_zero(out, room));
        assert_int_equal(out[room], 0xa5);
    }
    memset(out, 0xa5, sizeof out);
    assert_int_equal(sign(out, whole, &size), POBF_OK);
    assert_int_equal(size, whole);
    assert_int_equal(out[whole], 0xa5);
}

#endif
