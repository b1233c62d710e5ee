#include "tests/verifier/hardware/fixture.h"

/* Tokens that others made: they verify, and what was made of them does not. */

enum { AT = 1790000000, ROOM = 16 * 1024 };

static uint8_t token[ROOM], key[ROOM];

static size_t load(const char *token_name, const char *key_name)
{
    const size_t size = fixture_vector(token, sizeof token, "", token_name);

    fixture_begin(AT);
    fixture_endorse(key, fixture_vector(key, sizeof key, "", key_name));
    return size;
}

#define VERAISON "cca/veraison-services/scheme__arm-cca__test__evidence__"
#define RMM "cca/veraison-ccatoken/realm__testvectors__tf-rmm__cca_"
#define TFM "psa/veraison-psatoken/tf-m__"

static const struct {
    const char *token, *key;
} genuine[] = {
    {VERAISON "cca-good.cbor", VERAISON "src__ec.p256.jwk"},
    {RMM "token.cbor", RMM "platform.pub"},
    {TFM "psa-2_0_0_sign1.bin", TFM "public.pem"},
    {TFM "psa-iot-1_sign1.bin", TFM "public.pem"},
    {"psa/veraison-services/end-to-end__input__psa-evidence.cbor",
     "psa/veraison-services/integration-tests__data__keys__ec.p256.jwk"},
};

static void genuine_tokens_are_affirmed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof genuine / sizeof genuine[0]; i++) {
        fixture_appraise("auto", token, load(genuine[i].token, genuine[i].key));
        assert_affirming();
    }
}

static void tampered_tokens_fail_at_the_named_step(void **state)
{
    (void)state;
    fixture_appraise(
        "cca", token,
        load("cca-negative/platform_sig/token.cbor", "cca-negative/platform_sig/cpak.jwk"));
    assert_failed("cca.platform.signature");
    fixture_appraise("cca", token,
                     load("cca-negative/realm_sig/token.cbor", "cca-negative/realm_sig/cpak.jwk"));
    assert_failed("cca.realm.signature");
}

/* A MAC is no signature: whoever can check it can make it. */
static void a_mac_is_refused(void **state)
{
    (void)state;
    fixture_appraise("psa", token, load(TFM "psa-2_0_0_mac0.bin", TFM "public.pem"));
    assert_failed("psa.parse");
}

static void flips_all_over_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const size_t size = load(genuine[i].token, genuine[i].key);

        assert_flips_all_over_are_refused("auto", token, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(genuine_tokens_are_affirmed),
        cmocka_unit_test(tampered_tokens_fail_at_the_named_step),
        cmocka_unit_test(a_mac_is_refused),
        cmocka_unit_test(flips_all_over_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
