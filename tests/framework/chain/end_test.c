/*
 * LINK: -Wl,--wrap=pobf_zone_rewind
 */
#include "tests/framework/chain/world.h"

#include "framework/wire/cose.h"

/* Somebody writes to the zone between the rewind and the comparison: at this place, if any. */
static size_t dirty_at = SIZE_MAX;

void __real_pobf_zone_rewind(const struct pobf_zone *zone);
void __wrap_pobf_zone_rewind(const struct pobf_zone *zone);

void __wrap_pobf_zone_rewind(const struct pobf_zone *zone)
{
    __real_pobf_zone_rewind(zone);
    if (dirty_at != SIZE_MAX) {
        zone->base[dirty_at] ^= 0x40;
    }
}

static int begin(void **state)
{
    (void)state;
    dirty_at = SIZE_MAX;
    world_begin();
    return 0;
}

static void check_no_receipt(void)
{
    world_check_zero(world_signed, sizeof world_signed);
    assert_int_equal(world_signed_size, 0);
    world_check_forgotten(&world_task);
}

static void a_receipt_says_what_happened(void **state)
{
    struct pobf_receipt said;
    uint8_t task_id[POBF_TASK_ID_BYTES];

    (void)state;
    assert_int_equal(world_work(), POBF_OK);
    memcpy(task_id, world_task.id, sizeof task_id);
    world_receipt.time_us = 1234;
    assert_int_equal(world_end(POBF_EXIT_RETURNED), POBF_OK);
    world_check_forgotten(&world_task);
    world_check_golden();
    assert_int_equal(pobf_cose_verify(world_signed, world_signed_size, world_chain.receipt_key),
                     POBF_OK);
    assert_int_equal(pobf_receipt_parse(&said, world_signed, world_signed_size), POBF_OK);
    assert_memory_equal(said.boot_id, world_chain.boot_id, sizeof said.boot_id);
    assert_memory_equal(said.task_id, task_id, sizeof task_id);
    assert_memory_equal(said.measurement, world_measurement, sizeof said.measurement);
    assert_memory_equal(said.policy, world_policy, sizeof said.policy);
    assert_memory_equal(said.golden, world_chain.golden, sizeof said.golden);
    assert_memory_equal(said.input_commitment, world_input_commitment,
                        sizeof said.input_commitment);
    world_check_zero(said.previous, sizeof said.previous);
    assert_int_equal(said.sequence, 1);
    assert_int_equal(said.exit, POBF_EXIT_RETURNED);
    assert_int_equal(said.zone_bytes, WORLD_ZONE);
    assert_int_equal(said.restored_bytes, WORLD_ZONE);
    assert_int_equal(said.mismatches, 0);
    assert_int_equal(said.registers_cleared, 1);
    assert_int_equal(said.key_destroyed, 1);
    assert_int_equal(said.time_us, 1234);
    assert_int_equal(said.issued_at_s, 1800000000);
}

static void each_receipt_names_the_one_before(void **state)
{
    uint8_t previous[POBF_DIGEST_BYTES] = {0};

    (void)state;
    for (uint64_t sequence = 1; sequence <= 5; sequence++) {
        assert_int_equal(world_work(), POBF_OK);
        assert_int_equal(world_end(POBF_EXIT_RETURNED), POBF_OK);
        assert_int_equal(world_receipt.sequence, sequence);
        assert_int_equal(world_chain.sequence, sequence);
        assert_memory_equal(world_receipt.previous, previous, sizeof previous);
        crypto_hash_sha256(previous, world_signed, world_signed_size);
        assert_memory_equal(world_chain.previous, previous, sizeof previous);
    }
}

static void a_task_ends_from_every_state(void **state)
{
    (void)state;
    for (int s = 0; s < POBF_STATE_COUNT; s++) {
        world_fill_task(&world_task, (enum pobf_state)s);
        memset(world_zone_bytes, 0xA5, sizeof world_zone_bytes);
        world_receipt.registers_cleared = 1;
        assert_int_equal(world_end(s == POBF_SEALED ? POBF_EXIT_FAILED : POBF_EXIT_ABANDONED),
                         POBF_OK);
        world_check_forgotten(&world_task);
        world_check_golden();
    }
}

static void a_refused_input_has_a_receipt_without_commitments(void **state)
{
    struct pobf_fresh fresh;
    struct pobf_bound bound;
    struct pobf_loaded loaded;

    (void)state;
    assert_int_equal(world_start(&fresh), POBF_OK);
    world_provide();
    world_sealed[40] ^= 1;
    assert_int_equal(world_bind(&bound, &fresh), POBF_OK);
    assert_int_equal(world_load(&loaded, &bound), POBF_E_AUTH);
    memset(world_receipt.output_commitment, 0xA5, sizeof world_receipt.output_commitment);
    assert_int_equal(world_end(POBF_EXIT_REFUSED), POBF_OK);
    world_check_zero(world_receipt.input_commitment, sizeof world_receipt.input_commitment);
    world_check_zero(world_receipt.output_commitment, sizeof world_receipt.output_commitment);
}

/* Every byte of the zone, one at a time: each must close the chain, none may give a receipt. */
static void one_byte_that_did_not_come_back_poisons_the_chain(void **state)
{
    (void)state;
    for (size_t at = 0; at < WORLD_ZONE; at++) {
        struct pobf_fresh fresh;

        world_chain.alive = 1;
        memset(world_chain.signing_key, 0x55, sizeof world_chain.signing_key);
        pobf_task_forget(&world_task);
        assert_int_equal(world_start(&fresh), POBF_OK);
        dirty_at = at;
        assert_int_equal(world_end(POBF_EXIT_ABANDONED), POBF_E_POISONED);
        check_no_receipt();
        assert_int_equal(world_chain.alive, 0);
        world_check_zero(world_chain.signing_key, sizeof world_chain.signing_key);
        assert_int_equal(world_chain.sequence, 0);
    }
}

static void nothing_works_after_poison(void **state)
{
    struct pobf_fresh fresh;

    (void)state;
    assert_int_equal(world_start(&fresh), POBF_OK);
    dirty_at = 17;
    assert_int_equal(world_end(POBF_EXIT_ABANDONED), POBF_E_POISONED);
    dirty_at = SIZE_MAX;
    assert_int_equal(world_start(&fresh), POBF_E_POISONED);
    memset(world_task.id, 1, sizeof world_task.id);
    assert_int_equal(world_end(POBF_EXIT_ABANDONED), POBF_E_POISONED);
    check_no_receipt();
    world_check_golden();
}

static void registers_that_were_not_cleared_poison_the_chain(void **state)
{
    const uint32_t claims[] = {0, 2, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        world_begin();
        assert_int_equal(world_work(), POBF_OK);
        world_receipt.registers_cleared = claims[i];
        assert_int_equal(world_end(POBF_EXIT_RETURNED), POBF_E_POISONED);
        check_no_receipt();
        assert_int_equal(world_chain.alive, 0);
    }
}

static void an_exit_that_claims_an_answer_needs_one(void **state)
{
    (void)state;
    for (int exit = 0; exit < POBF_EXIT_COUNT; exit++) {
        for (int s = 0; s < POBF_STATE_COUNT; s++) {
            const int answers =
                exit == POBF_EXIT_RETURNED || exit == POBF_EXIT_FAILED || exit == POBF_EXIT_FUEL;
            const uint64_t sequence = world_chain.sequence;

            memset(&world_receipt, 0, sizeof world_receipt);
            world_receipt.registers_cleared = 1;
            world_fill_task(&world_task, (enum pobf_state)s);
            if (answers == (s == POBF_SEALED)) {
                assert_int_equal(world_end((enum pobf_exit)exit), POBF_OK);
                assert_int_equal(world_chain.sequence, sequence + 1);
            } else {
                assert_int_equal(world_end((enum pobf_exit)exit), POBF_E_STATE);
                check_no_receipt();
                assert_int_equal(world_chain.sequence, sequence);
                assert_int_equal(world_chain.alive, 1);
            }
        }
    }
}

static void a_task_has_one_receipt(void **state)
{
    struct pobf_fresh fresh;

    (void)state;
    assert_int_equal(world_start(&fresh), POBF_OK);
    assert_int_equal(world_end(POBF_EXIT_ABANDONED), POBF_OK);
    assert_int_equal(world_end(POBF_EXIT_ABANDONED), POBF_E_STATE);
    check_no_receipt();
    assert_int_equal(world_chain.sequence, 1);
    assert_int_equal(world_chain.alive, 1);
}

static void the_last_sequence_number_is_not_passed(void **state)
{
    struct pobf_fresh fresh;

    (void)state;
    world_chain.sequence = UINT64_MAX - 1;
    assert_int_equal(world_start(&fresh), POBF_OK);
    assert_int_equal(world_end(POBF_EXIT_ABANDONED), POBF_OK);
    assert_int_equal(world_start(&fresh), POBF_OK);
    assert_int_equal(world_end(POBF_EXIT_ABANDONED), POBF_E_STATE);
    check_no_receipt();
    assert_true(world_chain.sequence == UINT64_MAX);
}

static void a_receipt_that_does_not_fit_is_not_counted(void **state)
{
    (void)state;
    for (size_t room = 0; room < 300; room += 7) {
        struct pobf_fresh fresh;

        pobf_task_forget(&world_task);
        assert_int_equal(world_start(&fresh), POBF_OK);
        world_receipt.exit = POBF_EXIT_ABANDONED;
        memset(world_signed, 0xA5, sizeof world_signed);
        assert_int_equal(pobf_end(&world_chain, &world_task, &world_zone, &world_receipt,
                                  world_signed, room, &world_signed_size),
                         POBF_E_SPACE);
        world_check_zero(world_signed, room);
        assert_int_equal(world_signed[room], 0xA5);
        assert_int_equal(world_chain.sequence, 0);
        world_check_zero(world_chain.previous, sizeof world_chain.previous);
        world_check_forgotten(&world_task);
        world_check_golden();
    }
}

static void an_exit_that_is_not_in_the_list_is_not_signed(void **state)
{
    struct pobf_fresh fresh;

    (void)state;
    assert_int_equal(world_start(&fresh), POBF_OK);
    assert_int_equal(world_end(POBF_EXIT_COUNT), POBF_E_INPUT);
    check_no_receipt();
    assert_int_equal(world_chain.sequence, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_receipt_says_what_happened, begin),
        cmocka_unit_test_setup(each_receipt_names_the_one_before, begin),
        cmocka_unit_test_setup(a_task_ends_from_every_state, begin),
        cmocka_unit_test_setup(a_refused_input_has_a_receipt_without_commitments, begin),
        cmocka_unit_test_setup(one_byte_that_did_not_come_back_poisons_the_chain, begin),
        cmocka_unit_test_setup(nothing_works_after_poison, begin),
        cmocka_unit_test_setup(registers_that_were_not_cleared_poison_the_chain, begin),
        cmocka_unit_test_setup(an_exit_that_claims_an_answer_needs_one, begin),
        cmocka_unit_test_setup(a_task_has_one_receipt, begin),
        cmocka_unit_test_setup(the_last_sequence_number_is_not_passed, begin),
        cmocka_unit_test_setup(a_receipt_that_does_not_fit_is_not_counted, begin),
        cmocka_unit_test_setup(an_exit_that_is_not_in_the_list_is_not_signed, begin),
    };

    return cmocka_run_group_tests_name("framework/chain/end", tests, NULL, NULL);
}
