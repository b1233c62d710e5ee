#include "tests/framework/chain/world.h"

/* Every step, as one shape: what it takes and gives is a task in a handle, and outputs. */
enum step { BIND, LOAD, COMPUTE, SEAL, STEP_COUNT };

static const enum pobf_state begins_in[STEP_COUNT] = {POBF_FRESH, POBF_BOUND, POBF_LOADED,
                                                      POBF_COMPUTED};

static enum pobf_status take_step(enum step step, struct pobf_task *task, struct pobf_task **from,
                                  struct pobf_task **to)
{
    struct pobf_fresh fresh = {task};
    struct pobf_bound bound = {task};
    struct pobf_loaded loaded = {task};
    struct pobf_computed computed = {task};
    struct pobf_sealed sealed = {task};
    enum pobf_status status = POBF_E_USAGE;

    switch (step) {
    case BIND:
        status = world_bind(&bound, &fresh);
        *from = fresh.task, *to = bound.task;
        break;
    case LOAD:
        status = world_load(&loaded, &bound);
        *from = bound.task, *to = loaded.task;
        break;
    case COMPUTE:
        status = world_compute(&computed, &loaded);
        *from = loaded.task, *to = computed.task;
        break;
    case SEAL:
        status = world_seal(&sealed, &computed);
        *from = computed.task, *to = sealed.task;
        break;
    case STEP_COUNT:
        break;
    }
    return status;
}

static void fill_outputs(void)
{
    memset(&world_receipt, 0xA5, sizeof world_receipt);
    memset(world_outbox, 0xA5, sizeof world_outbox);
    world_outbox_size = 7;
    memset(world_zone_bytes, 0xA5, sizeof world_zone_bytes);
}

static void check_outputs_are_zero(enum step step)
{
    if (step == LOAD) {
        world_check_zero(world_zone.base + world_zone.input_at, world_zone.input_room);
        world_check_zero(world_receipt.input_commitment, sizeof world_receipt.input_commitment);
    }
    if (step == SEAL) {
        world_check_zero(world_outbox, sizeof world_outbox);
        world_check_zero(world_receipt.output_commitment, sizeof world_receipt.output_commitment);
        assert_int_equal(world_outbox_size, 0);
    }
}

static void the_wrong_order_forgets_and_refuses(void **state)
{
    (void)state;
    world_begin();
    for (int step = 0; step < STEP_COUNT; step++) {
        for (int s = 0; s < POBF_STATE_COUNT; s++) {
            struct pobf_task *from;
            struct pobf_task *to;

            if (begins_in[step] == (enum pobf_state)s) {
                continue;
            }
            world_fill_task(&world_task, (enum pobf_state)s);
            fill_outputs();
            assert_int_equal(take_step((enum step)step, &world_task, &from, &to), POBF_E_STATE);
            assert_null(from);
            assert_null(to);
            world_check_forgotten(&world_task);
            check_outputs_are_zero((enum step)step);
        }
    }
}

static void an_empty_handle_is_refused(void **state)
{
    (void)state;
    world_begin();
    for (int step = 0; step < STEP_COUNT; step++) {
        struct pobf_task *from;
        struct pobf_task *to;

        fill_outputs();
        assert_int_equal(take_step((enum step)step, NULL, &from, &to), POBF_E_STATE);
        assert_null(to);
        check_outputs_are_zero((enum step)step);
    }
}

static void a_closed_chain_refuses_every_step(void **state)
{
    (void)state;
    world_begin();
    pobf_chain_close(&world_chain);
    for (int step = 0; step < STEP_COUNT; step++) {
        struct pobf_task *from;
        struct pobf_task *to;

        world_fill_task(&world_task, begins_in[step]);
        fill_outputs();
        assert_int_equal(take_step((enum step)step, &world_task, &from, &to), POBF_E_POISONED);
        assert_null(from);
        assert_null(to);
        world_check_forgotten(&world_task);
        check_outputs_are_zero((enum step)step);
    }
}

static void the_answer_is_what_the_function_made(void **state)
{
    uint8_t output[WORLD_INPUT];
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    size_t size;

    (void)state;
    world_begin();
    assert_int_equal(world_work(), POBF_OK);
    assert_int_equal(world_task.state, POBF_SEALED);
    assert_memory_equal(world_receipt.input_commitment, world_input_commitment, sizeof commitment);
    assert_int_equal(world_outbox_size, WORLD_SEALED);
    assert_int_equal(
        pobf_provider_open(&world_provider, world_outbox, world_outbox_size, &size, commitment),
        POBF_OK);
    assert_int_equal(size, WORLD_INPUT);
    world_make_output(output);
    assert_memory_equal(world_outbox + POBF_ANSWER_NONCE_BYTES, output, sizeof output);
    assert_memory_equal(world_receipt.output_commitment, commitment, sizeof commitment);
}

/* The nonce leads to the key of the answer, and nothing but chance makes it another one. */
static void two_answers_never_share_a_nonce(void **state)
{
    uint8_t nonce[POBF_ANSWER_NONCE_BYTES];

    (void)state;
    world_begin();
    assert_int_equal(world_work(), POBF_OK);
    memcpy(nonce, world_outbox, sizeof nonce);
    pobf_task_forget(&world_task);
    assert_int_equal(world_work(), POBF_OK);
    assert_memory_not_equal(nonce, world_outbox, sizeof nonce);
}

static void every_key_is_gone_once_sealed(void **state)
{
    (void)state;
    world_begin();
    assert_int_equal(world_work(), POBF_OK);
    world_task.state = POBF_FORGOTTEN;
    world_check_forgotten(&world_task);
}

static void the_one_time_key_is_gone_once_bound(void **state)
{
    struct pobf_fresh fresh;
    struct pobf_bound bound;

    (void)state;
    world_begin();
    assert_int_equal(world_start(&fresh), POBF_OK);
    world_provide();
    assert_int_equal(world_bind(&bound, &fresh), POBF_OK);
    world_check_zero(world_task.private_key, sizeof world_task.private_key);
    assert_null(fresh.task);
}

/* A key of small order would make the shared secret known to everybody. */
static void an_encapsulated_key_of_small_order_is_refused(void **state)
{
    struct pobf_fresh fresh;
    struct pobf_bound bound;

    (void)state;
    world_begin();
    assert_int_equal(world_start(&fresh), POBF_OK);
    memset(world_sealed, 0, POBF_X25519_BYTES);
    assert_int_equal(world_bind(&bound, &fresh), POBF_E_KEY);
    assert_null(bound.task);
    world_check_forgotten(&world_task);
}

static void every_flipped_bit_of_a_sealed_input_is_refused(void **state)
{
    (void)state;
    world_begin();
    for (size_t bit = 0; bit < (size_t)WORLD_SEALED * 8; bit++) {
        struct pobf_fresh fresh;
        struct pobf_bound bound;
        struct pobf_loaded loaded;

        if (bit == 255) {
            continue; /* X25519 ignores the top bit of a public key:  RFC 7748, section 5 */
        }
        pobf_task_forget(&world_task);
        assert_int_equal(world_start(&fresh), POBF_OK);
        world_provide();
        world_sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (world_bind(&bound, &fresh) == POBF_OK) {
            memset(world_zone_bytes, 0xA5, sizeof world_zone_bytes);
            assert_int_equal(world_load(&loaded, &bound), POBF_E_AUTH);
            assert_null(loaded.task);
            check_outputs_are_zero(LOAD);
        }
        world_check_forgotten(&world_task);
    }
}

static enum pobf_status load_of_size(size_t sealed_size)
{
    static const uint8_t sealed[WORLD_WINDOW + 1];
    struct pobf_fresh fresh;
    struct pobf_bound bound;
    struct pobf_loaded loaded;
    size_t size = 7;
    enum pobf_status status;

    world_begin();
    assert_int_equal(world_start(&fresh), POBF_OK);
    world_provide();
    assert_int_equal(world_bind(&bound, &fresh), POBF_OK);
    status = pobf_load(&loaded, &bound, &world_receipt, &world_chain, &world_zone, sealed,
                       sealed_size, &size);
    assert_int_equal(size, 0);
    assert_null(loaded.task);
    world_check_forgotten(&world_task);
    return status;
}

static void a_sealed_input_is_at_least_a_tag_and_at_most_the_window(void **state)
{
    (void)state;
    assert_int_equal(load_of_size(0), POBF_E_INPUT);
    assert_int_equal(load_of_size(POBF_AEAD_TAG_BYTES - 1), POBF_E_INPUT);
    assert_int_equal(load_of_size(POBF_AEAD_TAG_BYTES), POBF_E_AUTH);
    assert_int_equal(load_of_size(WORLD_WINDOW), POBF_E_AUTH);
    assert_int_equal(load_of_size(WORLD_WINDOW + 1), POBF_E_SPACE);
}

static enum pobf_status compute_of_size(size_t output_size)
{
    struct pobf_loaded loaded = {&world_task};
    struct pobf_computed computed;
    enum pobf_status status;

    world_fill_task(&world_task, POBF_LOADED);
    status = pobf_compute(&computed, &loaded, &world_chain, &world_zone, output_size);
    if (status != POBF_OK) {
        assert_null(computed.task);
        world_check_forgotten(&world_task);
    }
    return status;
}

static void an_output_over_budget_is_refused(void **state)
{
    (void)state;
    world_begin();
    assert_int_equal(compute_of_size(0), POBF_OK);
    assert_int_equal(compute_of_size(WORLD_WINDOW - POBF_AEAD_TAG_BYTES), POBF_OK);
    assert_int_equal(compute_of_size(WORLD_WINDOW - POBF_AEAD_TAG_BYTES + 1), POBF_E_SPACE);
    assert_int_equal(compute_of_size(SIZE_MAX), POBF_E_SPACE);
    assert_int_equal(compute_of_size(SIZE_MAX - POBF_AEAD_TAG_BYTES + 1), POBF_E_SPACE);
}

static void an_outbox_too_small_for_the_answer_is_refused(void **state)
{
    (void)state;
    world_begin();
    for (size_t room = 0; room <= WORLD_SEALED; room++) {
        struct pobf_computed computed = {&world_task};
        struct pobf_sealed sealed;
        const int fits = room == WORLD_SEALED;

        world_fill_task(&world_task, POBF_COMPUTED);
        memset(world_outbox, 0xA5, sizeof world_outbox);
        assert_int_equal(pobf_seal(&sealed, &computed, &world_receipt, &world_chain, &world_zone,
                                   WORLD_INPUT, world_outbox, room, &world_outbox_size),
                         fits ? POBF_OK : POBF_E_SPACE);
        if (!fits) {
            assert_null(sealed.task);
            world_check_zero(world_outbox, room);
            assert_int_equal(world_outbox[room], 0xA5);
            world_check_forgotten(&world_task);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wrong_order_forgets_and_refuses),
        cmocka_unit_test(an_empty_handle_is_refused),
        cmocka_unit_test(a_closed_chain_refuses_every_step),
        cmocka_unit_test(the_answer_is_what_the_function_made),
        cmocka_unit_test(two_answers_never_share_a_nonce),
        cmocka_unit_test(every_key_is_gone_once_sealed),
        cmocka_unit_test(the_one_time_key_is_gone_once_bound),
        cmocka_unit_test(an_encapsulated_key_of_small_order_is_refused),
        cmocka_unit_test(every_flipped_bit_of_a_sealed_input_is_refused),
        cmocka_unit_test(a_sealed_input_is_at_least_a_tag_and_at_most_the_window),
        cmocka_unit_test(an_output_over_budget_is_refused),
        cmocka_unit_test(an_outbox_too_small_for_the_answer_is_refused),
    };

    return cmocka_run_group_tests_name("framework/chain/exchange", tests, NULL, NULL);
}
