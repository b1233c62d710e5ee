/*
 * LINK: -Wl,--wrap=crypto_auth_hmacsha256_init,--wrap=crypto_auth_hmacsha256_update
 * LINK: -Wl,--wrap=crypto_auth_hmacsha256_final,--wrap=crypto_scalarmult_curve25519
 * LINK: -Wl,--wrap=crypto_scalarmult_curve25519_base
 */
#include "tests/framework/crypto/fail_kem.h"

#include "framework/crypto/hpke.h"

enum { SIZE = 20, SEALED = SIZE + POBF_AEAD_TAG_BYTES };

static const uint8_t ephemeral[32] = {8}, private_key[32] = {16};
static const uint8_t info[4] = "info", aad[3] = "aad", answer_nonce[32] = {3};

static void set_up(struct pobf_hpke *sender, struct pobf_hpke *receiver, uint8_t encapsulated[32])
{
    uint8_t recipient[32];

    assert_int_equal(pobf_kem_public_key(recipient, private_key), POBF_OK);
    assert_int_equal(
        pobf_hpke_setup_sender(sender, encapsulated, ephemeral, recipient, info, sizeof info),
        POBF_OK);
    assert_int_equal(
        pobf_hpke_setup_receiver(receiver, encapsulated, private_key, info, sizeof info), POBF_OK);
}

static void what_the_sender_seals_the_receiver_opens_once(void **state)
{
    struct pobf_hpke sender, receiver;
    uint8_t encapsulated[32], text[SEALED] = "the input", again[SEALED];

    (void)state;
    set_up(&sender, &receiver, encapsulated);
    assert_int_equal(pobf_aead_seal(&sender.aead, text, SIZE, aad, sizeof aad), POBF_OK);
    memcpy(again, text, sizeof text);
    assert_int_equal(pobf_aead_open(&receiver.aead, text, SEALED, aad, sizeof aad), POBF_OK);
    assert_string_equal((const char *)text, "the input");
    assert_int_equal(pobf_aead_open(&receiver.aead, again, SEALED, aad, sizeof aad), POBF_E_KEY);
    fail_check_zero(again, sizeof again);
}

static void another_info_or_encapsulated_key_does_not_open(void **state)
{
    static const uint8_t other_info[4] = "inf0";
    struct pobf_hpke sender, receiver;
    uint8_t encapsulated[32], text[SEALED] = "the input", again[SEALED];

    (void)state;
    set_up(&sender, &receiver, encapsulated);
    assert_int_equal(pobf_aead_seal(&sender.aead, text, SIZE, aad, sizeof aad), POBF_OK);
    memcpy(again, text, sizeof text);
    assert_int_equal(pobf_hpke_setup_receiver(&receiver, encapsulated, private_key, other_info,
                                              sizeof other_info),
                     POBF_OK);
    assert_int_equal(pobf_aead_open(&receiver.aead, text, SEALED, aad, sizeof aad), POBF_E_AUTH);
    encapsulated[0] ^= 1;
    assert_int_equal(
        pobf_hpke_setup_receiver(&receiver, encapsulated, private_key, info, sizeof info), POBF_OK);
    assert_int_equal(pobf_aead_open(&receiver.aead, again, SEALED, aad, sizeof aad), POBF_E_AUTH);
}

static void exports_agree_and_differ_by_context(void **state)
{
    struct pobf_hpke sender, receiver;
    uint8_t encapsulated[32], ours[32], theirs[32], other[32];

    (void)state;
    set_up(&sender, &receiver, encapsulated);
    assert_int_equal(pobf_hpke_export(ours, &sender, aad, sizeof aad), POBF_OK);
    assert_int_equal(pobf_hpke_export(theirs, &receiver, aad, sizeof aad), POBF_OK);
    assert_int_equal(pobf_hpke_export(other, &receiver, aad, sizeof aad - 1), POBF_OK);
    assert_memory_equal(ours, theirs, 32);
    assert_memory_not_equal(ours, other, 32);
}

/* Spelled out with libsodium alone, as RFC 9458 has it. */
static void derive_answer_key(struct pobf_aead *answer, const struct pobf_hpke *hpke,
                              const uint8_t encapsulated[32])
{
    uint8_t salt[64], secret[32], prk[32], block[32];
    crypto_auth_hmacsha256_state mac;

    assert_int_equal(pobf_hpke_export(secret, hpke, (const uint8_t *)"pobf answer", 11), POBF_OK);
    memcpy(salt, encapsulated, 32);
    memcpy(salt + 32, answer_nonce, 32);
    crypto_auth_hmacsha256_init(&mac, salt, sizeof salt);
    crypto_auth_hmacsha256_update(&mac, secret, sizeof secret);
    crypto_auth_hmacsha256_final(&mac, prk);
    crypto_auth_hmacsha256(answer->key, (const uint8_t *)"key\1", 4, prk);
    crypto_auth_hmacsha256(block, (const uint8_t *)"nonce\1", 6, prk);
    memcpy(answer->nonce, block, sizeof answer->nonce);
    answer->uses = 1;
}

static void both_sides_derive_the_answer_key_of_rfc_9458(void **state)
{
    struct pobf_hpke sender, receiver;
    struct pobf_aead ours, theirs, wanted;
    uint8_t encapsulated[32];

    (void)state;
    set_up(&sender, &receiver, encapsulated);
    derive_answer_key(&wanted, &sender, encapsulated);
    assert_int_equal(pobf_hpke_answer_key(&ours, &sender, encapsulated, answer_nonce), POBF_OK);
    assert_int_equal(pobf_hpke_answer_key(&theirs, &receiver, encapsulated, answer_nonce), POBF_OK);
    assert_memory_equal(&ours, &wanted, sizeof ours);
    assert_memory_equal(&theirs, &wanted, sizeof ours);
    assert_memory_not_equal(ours.key, sender.aead.key, 32);
}

static void check_hex(const uint8_t *bytes, size_t size, const char *wanted)
{
    char seen[2 * POBF_AEAD_KEY_BYTES + 1];

    assert_string_equal(sodium_bin2hex(seen, sizeof seen, bytes, size), wanted);
}

/*
 * Both sides share every label, so they would agree on wrong ones too. These keys are this code's
 * own, made when it passed the vectors of RFC 9180: where those are not at hand, no label, suite
 * or order changes unseen either.
 */
static void keys_are_what_they_were_when_the_vectors_passed(void **state)
{
    struct pobf_hpke sender, receiver;
    uint8_t encapsulated[32];

    (void)state;
    set_up(&sender, &receiver, encapsulated);
    check_hex(receiver.aead.key, sizeof receiver.aead.key,
              "fabb273b3e0e8a11f308d6bafd208c124781de4ae5d6e5bba9383048d041b180");
    check_hex(receiver.aead.nonce, sizeof receiver.aead.nonce, "dd7ae1da530cba335eb0a8c4");
    check_hex(receiver.exporter, sizeof receiver.exporter,
              "20397e0ab3a529527ccf118c38923340454606aa79e1886539e652b7bf785a41");
}

static void a_spent_request_key_still_derives_the_answer_key(void **state)
{
    struct pobf_hpke sender, receiver;
    struct pobf_aead before, after;
    uint8_t encapsulated[32], text[SEALED] = {0};

    (void)state;
    set_up(&sender, &receiver, encapsulated);
    assert_int_equal(pobf_hpke_answer_key(&before, &sender, encapsulated, answer_nonce), POBF_OK);
    assert_int_equal(pobf_aead_seal(&sender.aead, text, SIZE, aad, sizeof aad), POBF_OK);
    assert_int_equal(pobf_hpke_answer_key(&after, &sender, encapsulated, answer_nonce), POBF_OK);
    assert_memory_equal(&before, &after, sizeof before);
}

static void a_zero_shared_secret_leaves_no_keys(void **state)
{
    const uint8_t point[32] = {0};
    struct pobf_hpke hpke;
    uint8_t encapsulated[32];

    (void)state;
    fail_fill(&hpke, sizeof hpke);
    fail_fill(encapsulated, sizeof encapsulated);
    assert_int_equal(
        pobf_hpke_setup_sender(&hpke, encapsulated, ephemeral, point, info, sizeof info),
        POBF_E_KEY);
    fail_check_zero(&hpke, sizeof hpke);
    fail_check_zero(encapsulated, sizeof encapsulated);
    fail_fill(&hpke, sizeof hpke);
    assert_int_equal(pobf_hpke_setup_receiver(&hpke, point, private_key, info, sizeof info),
                     POBF_E_KEY);
    fail_check_zero(&hpke, sizeof hpke);
}

static void sender_or_fail(int must_fail)
{
    struct pobf_hpke hpke;
    uint8_t encapsulated[32], recipient[32] = {9};

    fail_fill(&hpke, sizeof hpke);
    fail_fill(encapsulated, sizeof encapsulated);
    enum pobf_status status =
        pobf_hpke_setup_sender(&hpke, encapsulated, ephemeral, recipient, info, sizeof info);
    assert_int_equal(status != POBF_OK, must_fail);
    assert_int_equal(sodium_is_zero((const uint8_t *)&hpke, sizeof hpke), must_fail);
    assert_int_equal(sodium_is_zero(encapsulated, sizeof encapsulated), must_fail);
}

static void receiver_or_fail(int must_fail)
{
    struct pobf_hpke hpke;
    uint8_t encapsulated[32] = {9};

    fail_fill(&hpke, sizeof hpke);
    enum pobf_status status =
        pobf_hpke_setup_receiver(&hpke, encapsulated, private_key, info, sizeof info);
    assert_int_equal(status != POBF_OK, must_fail);
    assert_int_equal(sodium_is_zero((const uint8_t *)&hpke, sizeof hpke), must_fail);
}

static void export_or_fail(int must_fail)
{
    const struct pobf_hpke hpke = {.exporter = {1}};
    uint8_t secret[32];

    fail_fill(secret, sizeof secret);
    assert_int_equal(pobf_hpke_export(secret, &hpke, aad, sizeof aad),
                     must_fail ? POBF_E_SYSTEM : POBF_OK);
    assert_int_equal(sodium_is_zero(secret, sizeof secret), must_fail);
}

static void answer_key_or_fail(int must_fail)
{
    const struct pobf_hpke hpke = {.exporter = {1}};
    const uint8_t encapsulated[32] = {9};
    struct pobf_aead answer;

    fail_fill(&answer, sizeof answer);
    assert_int_equal(pobf_hpke_answer_key(&answer, &hpke, encapsulated, answer_nonce),
                     must_fail ? POBF_E_SYSTEM : POBF_OK);
    assert_int_equal(sodium_is_zero((const uint8_t *)&answer, sizeof answer), must_fail);
}

static void whichever_call_fails_no_key_is_left(void **state)
{
    (void)state;
    assert_true(fail_every_call(sender_or_fail) > 60);
    assert_true(fail_every_call(receiver_or_fail) > 60);
    assert_true(fail_every_call(export_or_fail) > 7);
    assert_true(fail_every_call(answer_key_or_fail) > 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_sender_seals_the_receiver_opens_once),
        cmocka_unit_test(another_info_or_encapsulated_key_does_not_open),
        cmocka_unit_test(exports_agree_and_differ_by_context),
        cmocka_unit_test(both_sides_derive_the_answer_key_of_rfc_9458),
        cmocka_unit_test(keys_are_what_they_were_when_the_vectors_passed),
        cmocka_unit_test(a_spent_request_key_still_derives_the_answer_key),
        cmocka_unit_test(a_zero_shared_secret_leaves_no_keys),
        cmocka_unit_test(whichever_call_fails_no_key_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
