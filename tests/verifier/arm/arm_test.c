#include "tests/verifier/arm/made.h"

/* Tokens of our own: what is wrong with one is what is said, and nothing else. */

static uint8_t token[MADE_ROOM + 1];

static void good_tokens_are_affirmed(void **state)
{
    (void)state;
    fixture_appraise("auto", token, psa_make(token, &arm_good));
    assert_string_equal(fixture.platform, "psa");
    assert_affirming();
    fixture_appraise("auto", token, cca_make(token, &arm_good));
    assert_string_equal(fixture.platform, "cca");
    assert_affirming();
}

static const struct {
    struct arm_wish wish;
    const char *psa, *cca;
} wrong[] = {
    {{.lifecycle = 0x4001}, "evidence.debug psa.lifecycle", "evidence.debug cca.lifecycle"},
    {{.lifecycle = 0x2fff}, "evidence.debug psa.lifecycle", "evidence.debug cca.lifecycle"},
    {{.lifecycle = 0x3100}, "evidence.debug psa.lifecycle", "evidence.debug cca.lifecycle"},
    {{.lifecycle = 0xffff}, "evidence.debug psa.lifecycle", "evidence.debug cca.lifecycle"},
    {{.lifecycle = 0x10000}, "psa.parse", "cca.parse"},
    {{.lifecycle = 0x3001, .profile = "http://arm.com/psa/3.0.0"}, "psa.parse", "cca.profile"},
    {{.lifecycle = 0x3001, .other_rak = 1}, "", "cca.rak"},
    {{.lifecycle = 0x3001, .twice = 1}, "psa.parse", ""},
    {{.lifecycle = 0x3001, .no_component = 1}, "psa.parse", "cca.parse"},
};

static void each_defect_fails_its_own_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        fixture_appraise("psa", token, psa_make(token, &wrong[i].wish));
        assert_string_equal(fixture_failed(), wrong[i].psa);
        assert_int_equal(fixture.accepted, wrong[i].psa[0] == '\0');
        fixture_appraise("cca", token, cca_make(token, &wrong[i].wish));
        assert_string_equal(fixture_failed(), wrong[i].cca);
        assert_int_equal(fixture.accepted, wrong[i].cca[0] == '\0');
    }
}

static void another_nonce_is_refused(void **state)
{
    static const uint8_t other[64] = {7, 7, 8};

    (void)state;
    fixture_input.nonce = other;
    fixture_appraise("psa", token, psa_make(token, &arm_good));
    assert_failed("evidence.report_data");
    fixture_appraise("cca", token, cca_make(token, &arm_good));
    assert_failed("evidence.report_data");
}

static void a_stranger_s_key_is_refused_and_no_key_cannot_tell(void **state)
{
    static uint8_t pem[1024];

    (void)state;
    fixture_input.endorsement_count = 0;
    fixture_endorse(pem, made_pem(pem, sizeof pem, arm_stranger));
    fixture_appraise("psa", token, psa_make(token, &arm_good));
    assert_failed("psa.signature");
    fixture_appraise("cca", token, cca_make(token, &arm_good));
    assert_failed("cca.platform.signature");
    fixture_endorse(arm_pem, arm_pem_size);
    fixture_appraise("psa", token, psa_make(token, &arm_good));
    assert_failed("psa.iak");
    fixture_input.endorsement_count = 0;
    fixture_appraise("cca", token, cca_make(token, &arm_good));
    assert_int_equal(hardware_exit_code(&fixture), 3);
}

static void every_flip_is_refused(void **state)
{
    size_t size;

    (void)state;
    size = psa_make(token, &arm_good);
    assert_every_flip_is_refused("psa", token, size, 0, size);
    size = cca_make(token, &arm_good);
    assert_every_flip_is_refused("cca", token, size, 0, size);
}

static void only_the_whole_is_accepted(void **state)
{
    (void)state;
    assert_whole("psa", token, psa_make(token, &arm_good));
    assert_whole("cca", token, cca_make(token, &arm_good));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(good_tokens_are_affirmed, arm_begin),
        cmocka_unit_test_setup(each_defect_fails_its_own_check, arm_begin),
        cmocka_unit_test_setup(another_nonce_is_refused, arm_begin),
        cmocka_unit_test_setup(a_stranger_s_key_is_refused_and_no_key_cannot_tell, arm_begin),
        cmocka_unit_test_setup(every_flip_is_refused, arm_begin),
        cmocka_unit_test_setup(only_the_whole_is_accepted, arm_begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
