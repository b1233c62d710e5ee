#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "verifier/dcap/level.h"

static void a_part_never_makes_the_whole_better(void **state)
{
    (void)state;
    for (int machine = TCB_NONE + 1; machine < TCB_STATUS_COUNT; machine++) {
        for (int part = TCB_NONE; part < TCB_STATUS_COUNT; part++) {
            const enum tcb_status whole =
                level_converge((enum tcb_status)machine, (enum tcb_status)part);

            assert_true(tcb_tier(whole) >= tcb_tier((enum tcb_status)machine));
            if (part != TCB_NONE && part != TCB_UNRATED) {
                assert_true(tcb_tier(whole) >= tcb_tier((enum tcb_status)part));
            }
        }
    }
}

static void only_what_is_out_of_date_is_advised_to_relaunch(void **state)
{
    (void)state;
    for (int launched = TCB_NONE + 1; launched < TCB_STATUS_COUNT; launched++) {
        for (int current = TCB_NONE + 1; current < TCB_STATUS_COUNT; current++) {
            const enum tcb_status whole =
                level_relaunch((enum tcb_status)launched, (enum tcb_status)current);

            assert_true(tcb_tier(whole) >= tcb_tier((enum tcb_status)launched));
            if (tcb_tier((enum tcb_status)current) == TCB_TIER_CONTRAINDICATED) {
                assert_int_equal(whole, current);
            } else if (launched != TCB_OUT_OF_DATE && launched != TCB_OUT_OF_DATE_CONFIGURATION) {
                assert_int_equal(whole, launched);
            }
        }
    }
    assert_int_equal(level_relaunch(TCB_OUT_OF_DATE, TCB_UP_TO_DATE), TCB_RELAUNCH);
    assert_int_equal(level_relaunch(TCB_OUT_OF_DATE, TCB_CONFIGURATION),
                     TCB_RELAUNCH_CONFIGURATION);
    assert_int_equal(level_relaunch(TCB_OUT_OF_DATE, TCB_OUT_OF_DATE), TCB_OUT_OF_DATE);
    assert_int_equal(level_relaunch(TCB_OUT_OF_DATE, TCB_REVOKED), TCB_REVOKED);
}

/* A list of levels by version, of which one may be malformed. */
static enum tcb_status status_of(const char *levels, uint32_t version)
{
    json_t *identity = json_pack("{s:o}", "tcbLevels", json_loads(levels, 0, NULL));
    const enum tcb_status status = level_of_version(identity, version).status;

    json_decref(identity);
    return status;
}

static void the_first_level_that_is_reached_counts(void **state)
{
    static const char levels[] = "[{\"tcb\":{\"isvsvn\":5},\"tcbStatus\":\"UpToDate\"},"
                                 "{\"tcb\":{\"isvsvn\":3},\"tcbStatus\":\"OutOfDate\"}]";

    (void)state;
    assert_int_equal(status_of(levels, 6), TCB_UP_TO_DATE);
    assert_int_equal(status_of(levels, 5), TCB_UP_TO_DATE);
    assert_int_equal(status_of(levels, 4), TCB_OUT_OF_DATE);
    assert_int_equal(status_of(levels, 2), TCB_NOT_SUPPORTED);
    assert_int_equal(status_of("[]", 2), TCB_NOT_SUPPORTED);
}

static void a_level_that_is_not_understood_rates_nothing(void **state)
{
    static const char *const bad[] = {
        "[{\"tcb\":{\"isvsvn\":\"5\"},\"tcbStatus\":\"UpToDate\"}]",
        "[{\"tcb\":{\"isvsvn\":-1},\"tcbStatus\":\"UpToDate\"}]",
        "[{\"tcb\":{},\"tcbStatus\":\"UpToDate\"}]",
        "[{\"tcb\":{\"isvsvn\":5},\"tcbStatus\":\"Fine\"}]",
        "[{\"tcb\":{\"isvsvn\":5},\"tcbStatus\":\"Unrated\"}]",
        "[{\"tcb\":{\"isvsvn\":5}}]",
        "[{\"tcb\":{\"isvsvn\":5},\"tcbStatus\":\"UpToDate\",\"advisoryIDs\":[1]}]",
        "[{\"tcb\":{\"isvsvn\":5},\"tcbStatus\":\"UpToDate\",\"advisoryIDs\":{}}]",
        "{}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(status_of(bad[i], 5), TCB_NOT_SUPPORTED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_never_makes_the_whole_better),
        cmocka_unit_test(only_what_is_out_of_date_is_advised_to_relaunch),
        cmocka_unit_test(the_first_level_that_is_reached_counts),
        cmocka_unit_test(a_level_that_is_not_understood_rates_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
