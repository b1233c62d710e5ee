#include "tests/verifier/report/issued.h"

#include <sodium.h>

#include "framework/wire/cbor_read.h"
#include "framework/wire/sign1.h"
#include "verifier/report/cwt.h"
#include "verifier/report/jws.h"
#include "verifier/report/token.h"
#include "verifier/report/veraison.h"

/* The same result in other forms: what is in it, and who signed it. */

static uint8_t *cwt;
static size_t cwt_size;
static struct pobf_sign1 sign1;

static int drop(void **state)
{
    (void)state;
    free(cwt);
    cwt = NULL;
    return 0;
}

/* Parsed by the parser of hardware's COSE. */
static enum pobf_status verify(void)
{
    const struct pobf_span all = {0, cwt_size};
    uint8_t message[CWT_MAX / 8];
    size_t size;

    assert_int_equal(pobf_sign1_parse(&sign1, cwt, &all, POBF_SIGN1_TAGGED), POBF_OK);
    assert_int_equal(sign1.signature.size, KEY_SIGNATURE_BYTES);
    assert_int_equal(pobf_sign1_print_signed(message, sizeof message, &size, &sign1, cwt), POBF_OK);
    return key_verify(key, cwt + sign1.signature.at, message, size);
}

static void issue_cwt(void)
{
    json_t *claims = report_claims(&appraisal, &options);

    assert_int_equal(cwt_sign(&cwt, &cwt_size, claims, key), POBF_OK);
    json_decref(claims);
}

static void a_cwt_is_signed_by_the_key_and_no_flip_of_it_is(void **state)
{
    (void)state;
    issue_cwt();
    assert_int_equal(verify(), POBF_OK);
    assert_int_equal(sign1.algorithm, -7);
    for (size_t at = sign1.payload.at; at < sign1.payload.at + sign1.payload.size; at += 97) {
        cwt[at] ^= 1;
        assert_int_equal(verify(), POBF_E_AUTH);
        cwt[at] ^= 1;
    }
    assert_int_equal(verify(), POBF_OK);
}

/* What stands under the numbers of the registry, in the order of deterministic CBOR. */
static void its_claims_have_their_numbers_in_order(void **state)
{
    struct pobf_cbor_reader reader;
    static const uint64_t numbers[] = {6, 10, 265, 266, 1000, 1004};
    size_t size;

    (void)state;
    issue_cwt();
    (void)verify();
    pobf_cbor_read_init(&reader, cwt + sign1.payload.at, sign1.payload.size);
    assert_int_equal(pobf_cbor_read_head(&reader, POBF_CBOR_MAP), 12);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_int_equal(pobf_cbor_read_head(&reader, POBF_CBOR_UINT), numbers[i]);
        switch (numbers[i]) {
        case 6:
            assert_int_equal(pobf_cbor_read_head(&reader, POBF_CBOR_UINT), NOW);
            break;
        case 10:
            assert_memory_equal(pobf_cbor_read_string(&reader, &size, POBF_CBOR_BYTES),
                                f.evidence.nonce, POBF_NONCE_BYTES);
            break;
        case 265:
            assert_memory_equal(pobf_cbor_read_string(&reader, &size, POBF_CBOR_TEXT), EAR_PROFILE,
                                sizeof EAR_PROFILE - 1);
            break;
        case 266: /* three submods; what is in them is read by a stranger: tests/cli/tokens.sh */
            assert_int_equal(pobf_cbor_read_head(&reader, POBF_CBOR_MAP), 3);
            return;
        default:
            fail();
        }
    }
}

static void claims_that_have_no_number_are_refused(void **state)
{
    static const char *const texts[] = {
        "{\"unknown\": \"text\"}", "{\"iat\": -1}",          "{\"iat\": \"1\"}",
        "{\"submods\": []}",       "{\"eat_nonce\": \"!\"}", "{\"ear_status\": 2}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        json_t *claims = json_loads(texts[i], 0, NULL);

        assert_int_equal(cwt_sign(&cwt, &cwt_size, claims, key), POBF_E_INPUT);
        assert_null(cwt);
        assert_int_equal(cwt_size, 0);
        json_decref(claims);
    }
}

static void veraisons_form_says_the_same_in_its_words(void **state)
{
    json_t *claims = report_claims(&appraisal, &options);
    json_t *translated = veraison_claims(claims);
    const json_t *platform = json_object_get(json_object_get(translated, "submods"), "platform");
    const json_t *vector = json_object_get(platform, "ear.trustworthiness-vector");

    (void)state;
    assert_string_equal(json_string_value(json_object_get(translated, "eat_profile")),
                        VERAISON_PROFILE);
    assert_int_equal(json_object_size(translated), 5); /* no exp: the report has none */
    assert_string_equal(json_string_value(json_object_get(platform, "ear.status")), "warning");
    assert_int_equal(json_object_size(vector), 8);
    assert_int_equal(json_integer_value(json_object_get(vector, "hardware")), 32);
    assert_int_equal(json_integer_value(json_object_get(vector, "file-system")), 0);
    assert_non_null(json_object_get(json_object_get(platform, "ear.veraison.annotated-evidence"),
                                    CLAIMS_PLATFORM));
    json_decref(translated);
    json_decref(claims);
}

static void every_form_has_a_name_and_nothing_else_has(void **state)
{
    json_t *claims = report_claims(&appraisal, &options);
    char *text;

    (void)state;
    assert_int_equal(token_form_find("ietf-jwt"), TOKEN_IETF_JWT);
    assert_int_equal(token_form_find("ietf-cwt"), TOKEN_IETF_CWT);
    assert_int_equal(token_form_find("veraison-jwt"), TOKEN_VERAISON_JWT);
    assert_int_equal(token_form_find("IETF-JWT"), TOKEN_FORMS);
    assert_int_equal(token_form_find(""), TOKEN_FORMS);
    for (size_t i = 0; i < TOKEN_FORMS; i++) {
        assert_int_equal(token_sign(&text, claims, (enum token_form)i, key), POBF_OK);
        assert_non_null(text);
        free(text);
    }
    assert_int_equal(token_sign(&text, claims, TOKEN_FORMS, key), POBF_E_INPUT);
    assert_null(text);
    json_decref(claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cwt_is_signed_by_the_key_and_no_flip_of_it_is, begin,
                                        drop),
        cmocka_unit_test_setup_teardown(its_claims_have_their_numbers_in_order, begin, drop),
        cmocka_unit_test_setup_teardown(claims_that_have_no_number_are_refused, begin, drop),
        cmocka_unit_test_setup(veraisons_form_says_the_same_in_its_words, begin),
        cmocka_unit_test_setup(every_form_has_a_name_and_nothing_else_has, begin),
    };

    return cmocka_run_group_tests_name("verifier/report/token", tests, NULL, end);
}
