#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "enclave/host/tasks.h"

static struct tasks tasks;
static uint8_t id[POBF_TASK_ID_BYTES];

static const uint8_t *id_of(unsigned number)
{
    memset(id, 0, sizeof id);
    memcpy(id, &number, sizeof number);
    return id;
}

static int clear(void **state)
{
    (void)state;
    tasks_clear(&tasks);
    return 0;
}

static void a_task_is_unknown_then_open_then_spent(void **state)
{
    (void)state;
    assert_int_equal(tasks_find(&tasks, id_of(1)), TASKS_UNKNOWN);
    tasks_add(&tasks, id_of(1), 100);
    assert_int_equal(tasks_find(&tasks, id_of(1)), TASKS_OPEN);
    assert_int_equal(tasks.open_count, 1);
    tasks_spend(&tasks, id_of(1));
    assert_int_equal(tasks_find(&tasks, id_of(1)), TASKS_SPENT);
    assert_int_equal(tasks.open_count, 0);
    assert_int_equal(tasks_find(&tasks, id_of(2)), TASKS_UNKNOWN);
}

static void the_zero_id_is_not_known_without_being_offered(void **state)
{
    (void)state;
    assert_int_equal(tasks_find(&tasks, id_of(0)), TASKS_UNKNOWN);
    tasks_spend(&tasks, id_of(0));
    assert_int_equal(tasks_find(&tasks, id_of(0)), TASKS_UNKNOWN);
}

static void an_offer_runs_out_after_its_time_and_not_before(void **state)
{
    uint8_t expired[POBF_TASK_ID_BYTES] = {0};

    (void)state;
    tasks_add(&tasks, id_of(1), 100);
    tasks_add(&tasks, id_of(2), 110);
    assert_int_equal(tasks_expire(&tasks, expired, 100 + TASKS_PATIENCE_S - 1), 0);
    assert_int_equal(tasks_expire(&tasks, expired, 100 + TASKS_PATIENCE_S), 1);
    assert_memory_equal(expired, id_of(1), POBF_TASK_ID_BYTES);
    assert_int_equal(tasks_expire(&tasks, expired, 100 + TASKS_PATIENCE_S), 0);
    assert_int_equal(tasks_find(&tasks, id_of(1)), TASKS_SPENT);
    assert_int_equal(tasks_find(&tasks, id_of(2)), TASKS_OPEN);
}

static void as_many_as_the_monitor_takes_are_open_at_once(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TASKS_OPEN_MAX + 1; i++) {
        tasks_add(&tasks, id_of(i), 100);
    }
    assert_int_equal(tasks.open_count, TASKS_OPEN_MAX);
    assert_int_equal(tasks_find(&tasks, id_of(TASKS_OPEN_MAX - 1)), TASKS_OPEN);
    assert_int_equal(tasks_find(&tasks, id_of(TASKS_OPEN_MAX)), TASKS_UNKNOWN);
    tasks_spend(&tasks, id_of(7));
    tasks_add(&tasks, id_of(TASKS_OPEN_MAX), 100);
    assert_int_equal(tasks_find(&tasks, id_of(TASKS_OPEN_MAX)), TASKS_OPEN);
}

static void the_last_spent_ids_are_remembered_and_older_ones_are_unknown(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TASKS_SPENT_MAX + 1; i++) {
        tasks_add(&tasks, id_of(i), 100);
        tasks_spend(&tasks, id_of(i));
    }
    assert_int_equal(tasks_find(&tasks, id_of(0)), TASKS_UNKNOWN);
    assert_int_equal(tasks_find(&tasks, id_of(1)), TASKS_SPENT);
    assert_int_equal(tasks_find(&tasks, id_of(TASKS_SPENT_MAX)), TASKS_SPENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_task_is_unknown_then_open_then_spent, clear),
        cmocka_unit_test_setup(the_zero_id_is_not_known_without_being_offered, clear),
        cmocka_unit_test_setup(an_offer_runs_out_after_its_time_and_not_before, clear),
        cmocka_unit_test_setup(as_many_as_the_monitor_takes_are_open_at_once, clear),
        cmocka_unit_test_setup(the_last_spent_ids_are_remembered_and_older_ones_are_unknown, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
