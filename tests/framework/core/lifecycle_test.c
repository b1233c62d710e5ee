#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "framework/core/lifecycle.h"

/* The design, written down a second time and by hand: the table must say the same. */
static const enum pobf_state expected[POBF_STATE_COUNT][POBF_EVENT_COUNT] = {
    /*                 START            BIND             LOAD             COMPUTE ...           */
    [POBF_FORGOTTEN] = {POBF_FRESH, POBF_FORGOTTEN, POBF_FORGOTTEN, POBF_FORGOTTEN, POBF_FORGOTTEN,
                        POBF_FORGOTTEN},
    [POBF_FRESH] = {POBF_FORGOTTEN, POBF_BOUND, POBF_FORGOTTEN, POBF_FORGOTTEN, POBF_FORGOTTEN,
                    POBF_FORGOTTEN},
    [POBF_BOUND] = {POBF_FORGOTTEN, POBF_FORGOTTEN, POBF_LOADED, POBF_FORGOTTEN, POBF_FORGOTTEN,
                    POBF_FORGOTTEN},
    [POBF_LOADED] = {POBF_FORGOTTEN, POBF_FORGOTTEN, POBF_FORGOTTEN, POBF_COMPUTED, POBF_FORGOTTEN,
                     POBF_FORGOTTEN},
    [POBF_COMPUTED] = {POBF_FORGOTTEN, POBF_FORGOTTEN, POBF_FORGOTTEN, POBF_FORGOTTEN, POBF_SEALED,
                       POBF_FORGOTTEN},
    [POBF_SEALED] = {POBF_FORGOTTEN, POBF_FORGOTTEN, POBF_FORGOTTEN, POBF_FORGOTTEN, POBF_FORGOTTEN,
                     POBF_FORGOTTEN},
};

static void every_state_and_event_lead_where_the_design_says(void **state)
{
    (void)state;
    assert_int_equal(POBF_STATE_COUNT, 6);
    assert_int_equal(POBF_EVENT_COUNT, 6);
    for (int s = 0; s < POBF_STATE_COUNT; s++) {
        for (int e = 0; e < POBF_EVENT_COUNT; e++) {
            assert_int_equal(pobf_lifecycle_next((enum pobf_state)s, (enum pobf_event)e),
                             expected[s][e]);
        }
    }
}

static void zero_is_forgotten(void **state)
{
    (void)state;
    assert_int_equal(POBF_FORGOTTEN, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_and_event_lead_where_the_design_says),
        cmocka_unit_test(zero_is_forgotten),
    };

    return cmocka_run_group_tests_name("framework/core/lifecycle", tests, NULL, NULL);
}
