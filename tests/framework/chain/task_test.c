#include "tests/framework/chain/world.h"

static const struct pobf_chain alive = {.alive = 1};
static const struct pobf_chain closed = {.alive = 0};

static void every_unlisted_event_forgets(void **state)
{
    unsigned int moves = 0;

    (void)state;
    for (int s = 0; s < POBF_STATE_COUNT; s++) {
        for (int e = 0; e < POBF_EVENT_COUNT; e++) {
            struct pobf_task task;

            world_fill_task(&task, (enum pobf_state)s);
            if (pobf_task_move(&task, &alive, (enum pobf_event)e) == POBF_OK) {
                assert_int_equal(task.state,
                                 pobf_lifecycle_next((enum pobf_state)s, (enum pobf_event)e));
                moves++;
            } else {
                world_check_forgotten(&task);
            }
        }
    }
    assert_int_equal(moves, 5);
}

static void every_event_on_a_closed_chain_forgets(void **state)
{
    (void)state;
    for (int s = 0; s < POBF_STATE_COUNT; s++) {
        for (int e = 0; e < POBF_EVENT_COUNT; e++) {
            struct pobf_task task;

            world_fill_task(&task, (enum pobf_state)s);
            assert_int_equal(pobf_task_move(&task, &closed, (enum pobf_event)e), POBF_E_POISONED);
            world_check_forgotten(&task);
        }
    }
}

static void an_empty_handle_moves_nowhere(void **state)
{
    (void)state;
    for (int e = 0; e < POBF_EVENT_COUNT; e++) {
        assert_int_equal(pobf_task_move(NULL, &alive, (enum pobf_event)e), POBF_E_STATE);
        assert_int_equal(pobf_task_move(NULL, &closed, (enum pobf_event)e), POBF_E_POISONED);
    }
}

static void forgetting_keys_keeps_state_and_id(void **state)
{
    struct pobf_task task;
    uint8_t id[POBF_TASK_ID_BYTES];

    (void)state;
    memset(id, 0xA5, sizeof id);
    world_fill_task(&task, POBF_SEALED);
    pobf_task_forget_keys(&task);
    assert_int_equal(task.state, POBF_SEALED);
    task.state = POBF_FORGOTTEN;
    world_check_forgotten(&task);
    assert_memory_equal(task.id, id, sizeof id);
}

static void forgetting_forgets_from_every_state(void **state)
{
    (void)state;
    for (int s = 0; s < POBF_STATE_COUNT; s++) {
        struct pobf_task task;

        world_fill_task(&task, (enum pobf_state)s);
        pobf_task_forget(&task);
        world_check_forgotten(&task);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_unlisted_event_forgets),
        cmocka_unit_test(every_event_on_a_closed_chain_forgets),
        cmocka_unit_test(an_empty_handle_moves_nowhere),
        cmocka_unit_test(forgetting_keys_keeps_state_and_id),
        cmocka_unit_test(forgetting_forgets_from_every_state),
    };

    return cmocka_run_group_tests_name("framework/chain/task", tests, NULL, NULL);
}
