#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "verifier/report/jws.h"

enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING, TEXT_ROOM = 4096 };

static struct key *ecdsa, *eddsa;

static int make_keys(void **state)
{
    (void)state;
    return key_generate(&ecdsa, KEY_ES256) != POBF_OK || key_generate(&eddsa, KEY_EDDSA) != POBF_OK;
}

static int close_keys(void **state)
{
    (void)state;
    key_close(ecdsa);
    key_close(eddsa);
    return 0;
}

static enum pobf_status judge(const char *text, size_t size, const struct key *key)
{
    struct jws jws;
    const char *defect;
    enum pobf_status status = jws_parse(&jws, (const uint8_t *)text, size, &defect);

    if (status != POBF_OK) {
        assert_non_null(defect);
        assert_null(jws.claims);
        return status;
    }
    status = jws_verify(&jws, (const uint8_t *)text, key);
    jws_clear(&jws);
    return status;
}

static char *sign(const struct key *key)
{
    json_t *claims = json_pack("{s:i, s:s}", "iat", 17, "b", "c");
    char *jws;

    assert_int_equal(jws_sign(&jws, claims, key), POBF_OK);
    json_decref(claims);
    return jws;
}

/* A token of any header and payload, truly signed by the key over what it says. */
static void forge(char *text, const char *header, const char *payload, const struct key *key)
{
    uint8_t signature[KEY_SIGNATURE_BYTES];

    sodium_bin2base64(text, TEXT_ROOM, (const uint8_t *)header, strlen(header), VARIANT);
    strcat(text, ".");
    sodium_bin2base64(text + strlen(text), TEXT_ROOM / 2, (const uint8_t *)payload, strlen(payload),
                      VARIANT);
    assert_int_equal(key_sign(key, signature, (const uint8_t *)text, strlen(text)), POBF_OK);
    strcat(text, ".");
    sodium_bin2base64(text + strlen(text), TEXT_ROOM / 4, signature, sizeof signature, VARIANT);
}

static void header_of(char *header, const char *algorithm, const struct key *key, const char *more)
{
    uint8_t id[KEY_ID_BYTES];
    char hex[2 * KEY_ID_BYTES + 1];

    key_id(key, id);
    sodium_bin2hex(hex, sizeof hex, id, sizeof id);
    sprintf(header, "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"eat+jwt\"%s}", algorithm, hex, more);
}

static void what_is_signed_verifies_under_its_key_alone(void **state)
{
    const struct key *keys[] = {ecdsa, eddsa};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char *jws = sign(keys[i]);

        assert_int_equal(judge(jws, strlen(jws), keys[i]), POBF_OK);
        assert_int_equal(judge(jws, strlen(jws), keys[1 - i]), POBF_E_AUTH);
        free(jws);
    }
}

static void no_flipped_bit_verifies(void **state)
{
    const struct key *keys[] = {ecdsa, eddsa};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char *jws = sign(keys[i]);
        const size_t size = strlen(jws);

        for (size_t bit = 0; bit < 8 * size; bit++) {
            jws[bit / 8] = (char)(jws[bit / 8] ^ 1 << bit % 8);
            assert_int_not_equal(judge(jws, size, keys[i]), POBF_OK);
            jws[bit / 8] = (char)(jws[bit / 8] ^ 1 << bit % 8);
        }
        assert_int_equal(judge(jws, size, keys[i]), POBF_OK);
        free(jws);
    }
}

static void no_part_and_no_extension_verifies(void **state)
{
    char *jws = sign(ecdsa);
    char longer[TEXT_ROOM];
    static const char *const tails[] = {"=", ".", "\n", " ", "A", "AA", "AAAA", ".AAAA"};

    (void)state;
    for (size_t size = 0; size < strlen(jws); size++) {
        assert_int_not_equal(judge(jws, size, ecdsa), POBF_OK);
    }
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        snprintf(longer, sizeof longer, "%s%s", jws, tails[i]);
        assert_int_not_equal(judge(longer, strlen(longer), ecdsa), POBF_OK);
    }
    free(jws);
}

/* The control: the forger's tools do make a token that verifies, so refusals mean something. */
static void a_token_forged_with_the_right_header_verifies(void **state)
{
    char header[512], text[TEXT_ROOM];

    (void)state;
    header_of(header, "ES256", ecdsa, "");
    forge(text, header, "{\"iat\":1}", ecdsa);
    assert_int_equal(judge(text, strlen(text), ecdsa), POBF_OK);
}

static void the_token_does_not_choose_the_algorithm(void **state)
{
    static const char *const algorithms[] = {"none",  "None",  "",      "HS256", "RS256",
                                             "EdDSA", "ES384", "es256", "ES256 "};

    (void)state;
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        char header[512], text[TEXT_ROOM];

        header_of(header, algorithms[i], ecdsa, "");
        forge(text, header, "{\"iat\":1}", ecdsa);
        assert_int_not_equal(judge(text, strlen(text), ecdsa), POBF_OK);
    }
}

static void a_token_without_a_signature_is_refused(void **state)
{
    char header[512], text[TEXT_ROOM];

    (void)state;
    header_of(header, "none", ecdsa, "");
    forge(text, header, "{\"iat\":1}", ecdsa);
    *(strrchr(text, '.') + 1) = '\0';
    assert_int_equal(judge(text, strlen(text), ecdsa), POBF_E_AUTH);
    *strrchr(text, '.') = '\0';
    assert_int_equal(judge(text, strlen(text), ecdsa), POBF_E_INPUT);
}

/* What is not understood is refused, critical or not: there is no key, and no URL, in a header. */
static void no_other_header_is_understood(void **state)
{
    static const char *const more[] = {
        ",\"crit\":[\"exp\"]", ",\"jwk\":{}",          ",\"jku\":\"http://x\"",
        ",\"x5c\":[]",         ",\"b64\":false",       ",\"cty\":\"JWT\"",
        ",\"alg\":\"ES256\"",  ",\"typ\":\"eat+jwt\"", ",\"zip\":\"DEF\"",
    };

    (void)state;
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        char header[512], text[TEXT_ROOM];

        header_of(header, "ES256", ecdsa, more[i]);
        forge(text, header, "{\"iat\":1}", ecdsa);
        assert_int_equal(judge(text, strlen(text), ecdsa), POBF_E_INPUT);
    }
}

static void a_header_of_another_shape_is_refused(void **state)
{
    static const char *const headers[] = {
        "{}",
        "[]",
        "null",
        "{\"alg\":\"ES256\"}",
        "{\"alg\":\"ES256\",\"kid\":\"0\",\"typ\":\"eat+jwt\"}",
        "{\"alg\":\"ES256\",\"kid\":\"0\",\"typ\":\"JWT\"}",
        "{\"alg\":1,\"kid\":\"0\",\"typ\":\"eat+jwt\"}",
        "{\"alg\":[\"ES256\"],\"kid\":\"0\",\"typ\":\"eat+jwt\"}",
        "{\"alg\":\"ES256\",\"kid\":null,\"typ\":\"eat+jwt\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        char text[TEXT_ROOM];

        forge(text, headers[i], "{\"iat\":1}", ecdsa);
        assert_int_not_equal(judge(text, strlen(text), ecdsa), POBF_OK);
    }
}

static void a_payload_that_is_no_single_object_is_refused(void **state)
{
    static const char *const payloads[] = {
        "",
        "[]",
        "1",
        "\"x\"",
        "null",
        "{",
        "{} {}",
        "{\"iat\":1,\"iat\":2}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "{\"a\":1e999}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\xff\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++) {
        char header[512], text[TEXT_ROOM];

        header_of(header, "ES256", ecdsa, "");
        forge(text, header, payloads[i], ecdsa);
        assert_int_equal(judge(text, strlen(text), ecdsa), POBF_E_INPUT);
    }
}

static void depth_and_length_have_limits(void **state)
{
    static char deep[2 * JWS_MAX];

    (void)state;
    memset(deep, 'A', sizeof deep);
    deep[5] = deep[10] = '.';
    assert_int_equal(judge(deep, sizeof deep, ecdsa), POBF_E_INPUT);
    assert_int_equal(judge(deep, JWS_MAX, ecdsa), POBF_E_INPUT);
}

static void noise_is_refused(void **state)
{
    static const char alphabet[] = "eyJ.{}\":,0129AZaz-_=+/ \n";
    uint8_t seed[randombytes_SEEDBYTES] = {7};
    uint8_t noise[300];
    char text[sizeof noise];

    (void)state;
    for (int round = 0; round < 5000; round++) {
        memcpy(seed, &round, sizeof round);
        randombytes_buf_deterministic(noise, sizeof noise, seed);
        for (size_t i = 0; i < sizeof noise; i++) {
            text[i] = round % 2 ? alphabet[noise[i] % (sizeof alphabet - 1)] : (char)noise[i];
        }
        assert_int_not_equal(judge(text, noise[0], ecdsa), POBF_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_signed_verifies_under_its_key_alone),
        cmocka_unit_test(no_flipped_bit_verifies),
        cmocka_unit_test(no_part_and_no_extension_verifies),
        cmocka_unit_test(a_token_forged_with_the_right_header_verifies),
        cmocka_unit_test(the_token_does_not_choose_the_algorithm),
        cmocka_unit_test(a_token_without_a_signature_is_refused),
        cmocka_unit_test(no_other_header_is_understood),
        cmocka_unit_test(a_header_of_another_shape_is_refused),
        cmocka_unit_test(a_payload_that_is_no_single_object_is_refused),
        cmocka_unit_test(depth_and_length_have_limits),
        cmocka_unit_test(noise_is_refused),
    };

    return cmocka_run_group_tests(tests, make_keys, close_keys);
}
