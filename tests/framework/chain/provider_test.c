#include "tests/framework/chain/world.h"

static struct pobf_offer offer;
static uint8_t enclave_key[POBF_X25519_BYTES];
static uint8_t answer[WORLD_SEALED];
static uint8_t answer_commitment[POBF_COMMITMENT_BYTES];
static uint8_t commitment[POBF_COMMITMENT_BYTES];

static enum pobf_status begin_with(uint8_t fill)
{
    uint8_t ephemeral[POBF_X25519_BYTES];

    memset(ephemeral, fill, sizeof ephemeral);
    return pobf_provider_begin(&world_provider, &offer, world_measurement, world_policy, ephemeral);
}

static int begin(void **state)
{
    (void)state;
    memset(enclave_key, 0x42, sizeof enclave_key);
    memset(&offer, 0x17, sizeof offer);
    crypto_scalarmult_curve25519_base(offer.public_key, enclave_key);
    assert_int_equal(begin_with(0x77), POBF_OK);
    return 0;
}

/* The enclave's half, from its primitives: an answer of WORLD_INPUT bytes. */
static void make_answer(void)
{
    struct pobf_aead key;

    memset(answer, 0x99, POBF_ANSWER_NONCE_BYTES);
    world_make_output(answer + POBF_ANSWER_NONCE_BYTES);
    assert_int_equal(
        pobf_hpke_answer_key(&key, &world_provider.hpke, world_provider.encapsulated, answer),
        POBF_OK);
    assert_int_equal(pobf_aead_seal(&key, answer + POBF_ANSWER_NONCE_BYTES, WORLD_INPUT,
                                    world_provider.aad, sizeof world_provider.aad),
                     POBF_OK);
    assert_int_equal(
        pobf_commitment_make(answer_commitment, world_provider.output_salt, answer, sizeof answer),
        POBF_OK);
}

static void check_forgotten(void)
{
    world_check_zero(&world_provider, sizeof world_provider);
}

static void info_and_aad_are_as_the_layout_says(void **state)
{
    uint8_t info[POBF_INFO_BYTES];
    uint8_t aad[POBF_AAD_BYTES];
    uint8_t measurement[POBF_DIGEST_BYTES];
    uint8_t policy[POBF_DIGEST_BYTES];

    (void)state;
    memset(measurement, 1, sizeof measurement);
    memset(policy, 2, sizeof policy);
    pobf_provider_info(info, measurement, policy);
    assert_memory_equal(info, "pobf task 1", 11);
    assert_memory_equal(info + 11, measurement, 32);
    assert_memory_equal(info + 43, policy, 32);
    pobf_provider_aad(aad, measurement, policy);
    assert_memory_equal(aad, measurement, 16);
    assert_memory_equal(aad + 16, policy, 16);
}

static void the_sealed_input_begins_with_the_encapsulated_key(void **state)
{
    (void)state;
    world_make_input(world_sealed + POBF_X25519_BYTES);
    assert_int_equal(pobf_provider_seal(&world_provider, world_sealed, WORLD_INPUT, commitment),
                     POBF_OK);
    assert_memory_equal(world_sealed, world_provider.encapsulated, POBF_X25519_BYTES);
}

static void an_input_is_sealed_once(void **state)
{
    (void)state;
    assert_int_equal(pobf_provider_seal(&world_provider, world_sealed, WORLD_INPUT, commitment),
                     POBF_OK);
    memset(world_sealed, 0xA5, sizeof world_sealed);
    memset(commitment, 0xA5, sizeof commitment);
    assert_int_equal(pobf_provider_seal(&world_provider, world_sealed, WORLD_INPUT, commitment),
                     POBF_E_KEY);
    world_check_zero(world_sealed, sizeof world_sealed);
    world_check_zero(commitment, sizeof commitment);
}

static void an_answer_opens_once_and_its_keys_are_gone(void **state)
{
    uint8_t output[WORLD_INPUT];
    size_t size;

    (void)state;
    make_answer();
    assert_int_equal(pobf_provider_open(&world_provider, answer, sizeof answer, &size, commitment),
                     POBF_OK);
    assert_int_equal(size, WORLD_INPUT);
    world_make_output(output);
    assert_memory_equal(answer + POBF_ANSWER_NONCE_BYTES, output, sizeof output);
    assert_memory_equal(commitment, answer_commitment, sizeof commitment);
    world_check_zero(&world_provider.hpke, sizeof world_provider.hpke);
    assert_int_equal(pobf_provider_open(&world_provider, answer, sizeof answer, &size, commitment),
                     POBF_E_AUTH);
    world_check_zero(answer, sizeof answer);
}

static void every_flipped_bit_of_an_answer_is_refused(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < (size_t)WORLD_SEALED * 8; bit++) {
        size_t size = 7;

        begin(state);
        make_answer();
        answer[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(
            pobf_provider_open(&world_provider, answer, sizeof answer, &size, commitment),
            POBF_E_AUTH);
        assert_int_equal(size, 0);
        world_check_zero(answer, sizeof answer);
        world_check_zero(commitment, sizeof commitment);
    }
}

static void every_cut_of_an_answer_is_refused(void **state)
{
    (void)state;
    for (size_t cut = 0; cut < WORLD_SEALED; cut++) {
        size_t size = 7;

        begin(state);
        make_answer();
        assert_int_equal(pobf_provider_open(&world_provider, answer, cut, &size, commitment),
                         cut < POBF_SEALED_OVERHEAD ? POBF_E_INPUT : POBF_E_AUTH);
        assert_int_equal(size, 0);
        world_check_zero(answer, cut);
        world_check_zero(&world_provider.hpke, sizeof world_provider.hpke);
    }
}

static void a_public_key_of_small_order_is_refused(void **state)
{
    (void)state;
    memset(offer.public_key, 0, sizeof offer.public_key);
    assert_int_equal(begin_with(0x77), POBF_E_KEY);
    check_forgotten();
}

/* Measurement, policy, boot and task: a change of any makes another key or another aad. */
static void what_the_provider_believes_is_bound_to_the_keys(void **state)
{
    struct pobf_provider honest = world_provider;

    (void)state;
    world_measurement[0] ^= 1;
    assert_int_equal(begin_with(0x77), POBF_OK);
    world_measurement[0] ^= 1;
    assert_memory_not_equal(honest.hpke.aead.key, world_provider.hpke.aead.key, 32);
    assert_memory_not_equal(honest.input_salt, world_provider.input_salt, 32);
    world_policy[31] ^= 1;
    assert_int_equal(begin_with(0x77), POBF_OK);
    world_policy[31] ^= 1;
    assert_memory_not_equal(honest.hpke.aead.key, world_provider.hpke.aead.key, 32);
    offer.task_id[0] ^= 1;
    assert_int_equal(begin_with(0x77), POBF_OK);
    assert_memory_not_equal(honest.aad, world_provider.aad, sizeof honest.aad);
    assert_memory_not_equal(honest.input_salt, honest.output_salt, 32);
}

static void clearing_leaves_zeros(void **state)
{
    (void)state;
    pobf_provider_clear(&world_provider);
    check_forgotten();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(info_and_aad_are_as_the_layout_says, begin),
        cmocka_unit_test_setup(the_sealed_input_begins_with_the_encapsulated_key, begin),
        cmocka_unit_test_setup(an_input_is_sealed_once, begin),
        cmocka_unit_test_setup(an_answer_opens_once_and_its_keys_are_gone, begin),
        cmocka_unit_test_setup(every_flipped_bit_of_an_answer_is_refused, begin),
        cmocka_unit_test_setup(every_cut_of_an_answer_is_refused, begin),
        cmocka_unit_test_setup(a_public_key_of_small_order_is_refused, begin),
        cmocka_unit_test_setup(what_the_provider_believes_is_bound_to_the_keys, begin),
        cmocka_unit_test_setup(clearing_leaves_zeros, begin),
    };

    return cmocka_run_group_tests_name("framework/chain/provider", tests, NULL, NULL);
}
