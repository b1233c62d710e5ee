#include "tests/framework/chain/world.h"

#include "framework/wire/cose.h"

static void a_boot_has_its_own_id_and_key(void **state)
{
    struct pobf_chain first;

    (void)state;
    world_begin();
    first = world_chain;
    world_begin();
    assert_int_equal(first.alive, 1);
    assert_int_equal(first.sequence, 0);
    assert_memory_not_equal(first.boot_id, world_chain.boot_id, sizeof first.boot_id);
    assert_memory_not_equal(first.receipt_key, world_chain.receipt_key, sizeof first.receipt_key);
    assert_memory_equal(first.golden, world_chain.golden, sizeof first.golden);
}

static void the_golden_digest_is_sha256_of_the_golden_image(void **state)
{
    uint8_t digest[POBF_DIGEST_BYTES];

    (void)state;
    world_begin();
    crypto_hash_sha256(digest, world_golden, sizeof world_golden);
    assert_memory_equal(world_chain.golden, digest, sizeof digest);
}

static void an_offer_is_signed_by_the_receipt_key(void **state)
{
    struct pobf_fresh fresh;
    struct pobf_offer offer;
    uint8_t public_key[POBF_X25519_BYTES];

    (void)state;
    world_begin();
    assert_int_equal(world_start(&fresh), POBF_OK);
    assert_ptr_equal(fresh.task, &world_task);
    assert_int_equal(world_task.state, POBF_FRESH);
    assert_int_equal(pobf_cose_verify(world_offer, world_offer_size, world_chain.receipt_key),
                     POBF_OK);
    assert_int_equal(pobf_offer_parse(&offer, world_offer, world_offer_size), POBF_OK);
    assert_memory_equal(offer.boot_id, world_chain.boot_id, sizeof offer.boot_id);
    assert_memory_equal(offer.task_id, world_task.id, sizeof offer.task_id);
    crypto_scalarmult_curve25519_base(public_key, world_task.private_key);
    assert_memory_equal(offer.public_key, public_key, sizeof public_key);
}

static void two_tasks_never_share_an_id_or_a_key(void **state)
{
    struct pobf_fresh fresh;
    struct pobf_task first;

    (void)state;
    world_begin();
    assert_int_equal(world_start(&fresh), POBF_OK);
    first = world_task;
    pobf_task_forget(&world_task);
    assert_int_equal(world_start(&fresh), POBF_OK);
    assert_memory_not_equal(first.id, world_task.id, sizeof first.id);
    assert_memory_not_equal(first.private_key, world_task.private_key, sizeof first.private_key);
}

static void an_offer_that_does_not_fit_forgets_the_task(void **state)
{
    struct pobf_fresh fresh = {&world_task};

    (void)state;
    world_begin();
    for (size_t room = 0; room < 100; room++) {
        memset(world_offer, 0xA5, sizeof world_offer);
        world_task.state = POBF_FORGOTTEN;
        assert_int_equal(
            pobf_start(&fresh, &world_task, &world_chain, world_offer, room, &world_offer_size),
            POBF_E_SPACE);
        assert_null(fresh.task);
        assert_int_equal(world_offer_size, 0);
        world_check_zero(world_offer, room);
        assert_int_equal(world_offer[room], 0xA5);
        world_check_forgotten(&world_task);
    }
}

static void a_task_in_the_middle_of_its_life_does_not_start(void **state)
{
    (void)state;
    world_begin();
    for (int s = POBF_FRESH; s < POBF_STATE_COUNT; s++) {
        struct pobf_fresh fresh = {&world_task};

        world_fill_task(&world_task, (enum pobf_state)s);
        memset(world_offer, 0xA5, sizeof world_offer);
        assert_int_equal(world_start(&fresh), POBF_E_STATE);
        assert_null(fresh.task);
        world_check_zero(world_offer, sizeof world_offer);
        world_check_forgotten(&world_task);
    }
}

static void a_closed_chain_starts_nothing_and_has_no_key(void **state)
{
    struct pobf_fresh fresh;

    (void)state;
    world_begin();
    pobf_chain_close(&world_chain);
    world_check_zero(world_chain.signing_key, sizeof world_chain.signing_key);
    assert_int_equal(world_start(&fresh), POBF_E_POISONED);
    assert_null(fresh.task);
}

static void a_chain_of_zeros_is_closed(void **state)
{
    struct pobf_fresh fresh;

    (void)state;
    memset(&world_chain, 0, sizeof world_chain);
    memset(&world_task, 0, sizeof world_task);
    assert_int_equal(world_start(&fresh), POBF_E_POISONED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_boot_has_its_own_id_and_key),
        cmocka_unit_test(the_golden_digest_is_sha256_of_the_golden_image),
        cmocka_unit_test(an_offer_is_signed_by_the_receipt_key),
        cmocka_unit_test(two_tasks_never_share_an_id_or_a_key),
        cmocka_unit_test(an_offer_that_does_not_fit_forgets_the_task),
        cmocka_unit_test(a_task_in_the_middle_of_its_life_does_not_start),
        cmocka_unit_test(a_closed_chain_starts_nothing_and_has_no_key),
        cmocka_unit_test(a_chain_of_zeros_is_closed),
    };

    return cmocka_run_group_tests_name("framework/chain/start", tests, NULL, NULL);
}
