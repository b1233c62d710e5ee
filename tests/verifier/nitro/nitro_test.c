#include "tests/verifier/nitro/made.h"

/* Documents of our own: what is wrong with one is what is said. */

static uint8_t document[MADE_ROOM + 1];

static void a_good_document_is_affirmed(void **state)
{
    const struct nitro_wish good = {.debug = 0};

    (void)state;
    fixture_appraise("auto", document, nitro_make(document, &good));
    assert_string_equal(fixture.platform, "nitro");
    assert_affirming();
    assert_int_equal(fixture.accepted_until, CHAIN_AT + 60);
}

static const struct {
    struct nitro_wish wish;
    const char *failed;
} wrong[] = {
    {{.debug = 1}, "evidence.debug"},
    {{.swapped = 1}, "nitro.chain.order"},
    {{.stray_pcr = 1}, "nitro.parse"},
    {{.twice = 1}, "nitro.parse"},
    {{.digest = "SHA256"}, "nitro.parse"},
    {{.made_at = CHAIN_AT - 61}, "nitro.timestamp"},
    {{.made_at = CHAIN_AT + 61}, "nitro.timestamp"},
    {{.algorithm = MADE_ES256}, "nitro.signature_algorithm nitro.signature"},
};

static void each_defect_fails_its_own_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        fixture_appraise("nitro", document, nitro_make(document, &wrong[i].wish));
        assert_failed(wrong[i].failed);
    }
}

static void without_all_of_the_image_s_registers_debug_is_not_known(void **state)
{
    const struct nitro_wish wish = {.no_pcr2 = 1};

    (void)state;
    fixture_appraise("nitro", document, nitro_make(document, &wish));
    assert_int_equal(hardware_exit_code(&fixture), 3);
}

static void the_leaf_counts_for_just_its_span(void **state)
{
    const struct nitro_wish good = {.debug = 0};
    static const int64_t ahead[] = {-61, -60, 60, 61};

    (void)state;
    for (size_t i = 0; i < sizeof ahead / sizeof ahead[0]; i++) {
        fixture_input.at = CHAIN_AT + ahead[i];
        fixture_appraise("nitro", document, nitro_make(document, &good));
        assert_int_equal(fixture.accepted, ahead[i] > -61 && ahead[i] < 61);
    }
}

static void another_root_is_refused(void **state)
{
    const struct nitro_wish good = {.debug = 0};

    (void)state;
    fixture_input.roots = NULL;
    fixture_appraise("nitro", document, nitro_make(document, &good));
    assert_failed("nitro.chain");
}

static void nonce_and_user_data_are_compared(void **state)
{
    const struct nitro_wish good = {.debug = 0};
    const struct nitro_wish no_nonce = {.no_nonce = 1};

    (void)state;
    fixture_appraise("nitro", document, nitro_make(document, &no_nonce));
    assert_failed("evidence.report_data");
    fixture_input.nonce = nitro_data;
    fixture_appraise("nitro", document, nitro_make(document, &good));
    assert_failed("evidence.report_data");
    fixture_input.nonce = NULL;
    fixture_input.report_data = nitro_data;
    fixture_input.report_data_size = sizeof nitro_data;
    fixture_appraise("nitro", document, nitro_make(document, &good));
    assert_affirming();
    fixture_input.report_data = NULL;
    fixture_appraise("nitro", document, nitro_make(document, &good));
    assert_int_equal(hardware_exit_code(&fixture), 3);
}

static void only_the_whole_is_accepted(void **state)
{
    const struct nitro_wish good = {.debug = 0};

    (void)state;
    assert_whole("nitro", document, nitro_make(document, &good));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_good_document_is_affirmed, nitro_begin),
        cmocka_unit_test_setup(each_defect_fails_its_own_check, nitro_begin),
        cmocka_unit_test_setup(without_all_of_the_image_s_registers_debug_is_not_known,
                               nitro_begin),
        cmocka_unit_test_setup(the_leaf_counts_for_just_its_span, nitro_begin),
        cmocka_unit_test_setup(another_root_is_refused, nitro_begin),
        cmocka_unit_test_setup(nonce_and_user_data_are_compared, nitro_begin),
        cmocka_unit_test_setup(only_the_whole_is_accepted, nitro_begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
