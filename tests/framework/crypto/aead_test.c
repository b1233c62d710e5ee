/*
 * LINK: -Wl,--wrap=crypto_aead_chacha20poly1305_ietf_encrypt,--wrap=pobf_wipe
 */
#include <stdio.h>
#include <sys/mman.h>

#include "tests/framework/crypto/fail.h"

#include "framework/crypto/aead.h"

enum { SIZE = 40, SEALED = SIZE + POBF_AEAD_TAG_BYTES };

FAIL_WRAP(crypto_aead_chacha20poly1305_ietf_encrypt,
          (unsigned char *c, unsigned long long *clen_p, const unsigned char *m,
           unsigned long long mlen, const unsigned char *ad, unsigned long long adlen,
           const unsigned char *nsec, const unsigned char *npub, const unsigned char *k),
          (c, clen_p, m, mlen, ad, adlen, nsec, npub, k))

static size_t longest_wipe;

void __real_pobf_wipe(uint8_t *secret, size_t size);
void __wrap_pobf_wipe(uint8_t *secret, size_t size);

/* A wipe of 256 GiB is believed, not waited for. */
void __wrap_pobf_wipe(uint8_t *secret, size_t size)
{
    longest_wipe = size > longest_wipe ? size : longest_wipe;
    if (size < POBF_AEAD_TEXT_MAX) {
        __real_pobf_wipe(secret, size);
    }
}

static const uint8_t aad[] = {1, 2, 3};

static struct pobf_aead live_key(void)
{
    struct pobf_aead aead = {.uses = 1};

    memset(aead.key, 0x42, sizeof aead.key);
    memset(aead.nonce, 0x24, sizeof aead.nonce);
    return aead;
}

static void seal(uint8_t text[SEALED])
{
    struct pobf_aead aead = live_key();

    for (size_t i = 0; i < SIZE; i++) {
        text[i] = (uint8_t)(i + 1);
    }
    assert_int_equal(pobf_aead_seal(&aead, text, SIZE, aad, sizeof aad), POBF_OK);
}

static void what_was_sealed_opens_with_zeros_for_its_tag(void **state)
{
    struct pobf_aead aead = live_key();
    uint8_t text[SEALED];

    (void)state;
    seal(text);
    assert_int_equal(pobf_aead_open(&aead, text, SEALED, aad, sizeof aad), POBF_OK);
    for (size_t i = 0; i < SIZE; i++) {
        assert_int_equal(text[i], i + 1);
    }
    fail_check_zero(text + SIZE, POBF_AEAD_TAG_BYTES);
    fail_check_zero(&aead, sizeof aead);
}

static void an_empty_text_has_a_tag_too(void **state)
{
    struct pobf_aead sealing = live_key(), opening = live_key();
    uint8_t text[POBF_AEAD_TAG_BYTES] = {0};

    (void)state;
    assert_int_equal(pobf_aead_seal(&sealing, text, 0, aad, 0), POBF_OK);
    assert_false(sodium_is_zero(text, sizeof text));
    assert_int_equal(pobf_aead_open(&opening, text, sizeof text, aad, 0), POBF_OK);
}

static void a_key_seals_once(void **state)
{
    struct pobf_aead aead = live_key();
    uint8_t text[SEALED] = {0};

    (void)state;
    assert_int_equal(pobf_aead_seal(&aead, text, SIZE, aad, sizeof aad), POBF_OK);
    fail_check_zero(&aead, sizeof aead);
    fail_fill(text, sizeof text);
    assert_int_equal(pobf_aead_seal(&aead, text, SIZE, aad, sizeof aad), POBF_E_KEY);
    fail_check_zero(text, sizeof text);
}

static void a_key_opens_once(void **state)
{
    struct pobf_aead aead = live_key();
    uint8_t text[SEALED], again[SEALED];

    (void)state;
    seal(text);
    memcpy(again, text, sizeof text);
    assert_int_equal(pobf_aead_open(&aead, text, SEALED, aad, sizeof aad), POBF_OK);
    assert_int_equal(pobf_aead_open(&aead, again, SEALED, aad, sizeof aad), POBF_E_KEY);
    fail_check_zero(again, sizeof again);
}

static void a_key_with_more_than_one_use_is_no_key(void **state)
{
    struct pobf_aead aead = live_key();
    uint8_t text[SEALED] = {0};

    (void)state;
    aead.uses = 2;
    assert_int_equal(pobf_aead_seal(&aead, text, SIZE, aad, sizeof aad), POBF_E_KEY);
    fail_check_zero(&aead, sizeof aead);
}

static void every_flipped_bit_leaves_zeros_and_no_key(void **state)
{
    uint8_t sealed[SEALED], text[SEALED];

    (void)state;
    seal(sealed);
    for (size_t bit = 0; bit < 8 * SEALED; bit++) {
        struct pobf_aead aead = live_key();

        memcpy(text, sealed, sizeof text);
        text[bit / 8] = (uint8_t)(text[bit / 8] ^ (1U << bit % 8));
        assert_int_equal(pobf_aead_open(&aead, text, SEALED, aad, sizeof aad), POBF_E_AUTH);
        fail_check_zero(text, sizeof text);
        fail_check_zero(&aead, sizeof aead);
    }
}

static void another_key_nonce_or_aad_does_not_open(void **state)
{
    struct pobf_aead keys[3] = {live_key(), live_key(), live_key()};
    uint8_t text[SEALED];

    (void)state;
    keys[0].key[31] ^= 1;
    keys[1].nonce[11] ^= 1;
    for (size_t i = 0; i < 3; i++) {
        seal(text);
        assert_int_equal(pobf_aead_open(&keys[i], text, SEALED, aad, i < 2 ? sizeof aad : 2),
                         POBF_E_AUTH);
        fail_check_zero(text, sizeof text);
    }
}

static void a_text_without_room_for_a_tag_does_not_open(void **state)
{
    (void)state;
    for (size_t size = 0; size < POBF_AEAD_TAG_BYTES; size++) {
        struct pobf_aead aead = live_key();
        uint8_t text[POBF_AEAD_TAG_BYTES];

        fail_fill(text, sizeof text);
        assert_int_equal(pobf_aead_open(&aead, text, size, aad, sizeof aad), POBF_E_INPUT);
        fail_check_zero(text, size);
        assert_int_equal(text[size], 0xA5);
        fail_check_zero(&aead, sizeof aead);
    }
}

static void a_text_longer_than_the_counter_is_refused_and_wiped(void **state)
{
    const size_t size = POBF_AEAD_TEXT_MAX + 1;
    struct pobf_aead sealing = live_key(), opening = live_key();
    uint8_t *text = mmap(NULL, size + POBF_AEAD_TAG_BYTES, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    (void)state;
    if (text == MAP_FAILED) {
        printf("SKIP: this system does not lend 256 GiB of addresses\n");
        skip();
    }
    longest_wipe = 0;
    fail_fill(text + size, POBF_AEAD_TAG_BYTES);
    assert_int_equal(pobf_aead_seal(&sealing, text, size, aad, sizeof aad), POBF_E_SPACE);
    assert_int_equal(longest_wipe, size);
    fail_check_zero(text + size, POBF_AEAD_TAG_BYTES);
    assert_int_equal(pobf_aead_open(&opening, text, size + POBF_AEAD_TAG_BYTES, aad, sizeof aad),
                     POBF_E_SPACE);
    assert_int_equal(longest_wipe, size + POBF_AEAD_TAG_BYTES);
    munmap(text, size + POBF_AEAD_TAG_BYTES);
}

static void seal_or_fail(int must_fail)
{
    struct pobf_aead aead = live_key();
    uint8_t text[SEALED];

    fail_fill(text, sizeof text);
    assert_int_equal(pobf_aead_seal(&aead, text, SIZE, aad, sizeof aad),
                     must_fail ? POBF_E_SYSTEM : POBF_OK);
    assert_int_equal(sodium_is_zero(text, sizeof text), must_fail);
    fail_check_zero(&aead, sizeof aead);
}

static void when_sealing_fails_text_and_key_are_zeros(void **state)
{
    (void)state;
    assert_int_equal(fail_every_call(seal_or_fail), 1);
}

static void a_cleared_key_is_zeros(void **state)
{
    struct pobf_aead aead = live_key();

    (void)state;
    pobf_aead_clear(&aead);
    fail_check_zero(&aead, sizeof aead);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_sealed_opens_with_zeros_for_its_tag),
        cmocka_unit_test(an_empty_text_has_a_tag_too),
        cmocka_unit_test(a_key_seals_once),
        cmocka_unit_test(a_key_opens_once),
        cmocka_unit_test(a_key_with_more_than_one_use_is_no_key),
        cmocka_unit_test(every_flipped_bit_leaves_zeros_and_no_key),
        cmocka_unit_test(another_key_nonce_or_aad_does_not_open),
        cmocka_unit_test(a_text_without_room_for_a_tag_does_not_open),
        cmocka_unit_test(a_text_longer_than_the_counter_is_refused_and_wiped),
        cmocka_unit_test(when_sealing_fails_text_and_key_are_zeros),
        cmocka_unit_test(a_cleared_key_is_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
