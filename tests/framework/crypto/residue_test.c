#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#include <cmocka.h>
#include <sodium.h>

#include "framework/crypto/hpke.h"

/*
 * What WP cannot see: a stack that is dead. Each step runs on a stack of its own, which is then
 * searched for every eight bytes of every secret. (The monitor wipes its stack all the same.)
 */

enum { STACK_BYTES = 1 << 18, PIECE_BYTES = 8 };

static _Alignas(64) uint8_t stack[STACK_BYTES];
static ucontext_t here, there;

static uint8_t private_key[32], encapsulated[32], product[32], shared[32];
static const uint8_t info[16] = {1}, answer_nonce[32] = {2};
static struct pobf_hpke hpke;
static struct pobf_aead answer;
static uint8_t exported[32], text[64 + POBF_AEAD_TAG_BYTES];
static enum pobf_status status;

static void on_own_stack(void (*step)(void))
{
    memset(stack, 0, sizeof stack);
    status = POBF_OK;
    assert_int_equal(getcontext(&there), 0);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof stack;
    there.uc_link = &here;
    makecontext(&there, step, 0);
    assert_int_equal(swapcontext(&here, &there), 0);
    assert_int_equal(status, POBF_OK);
}

/* How many pieces of a secret stand on the stack, at any alignment. */
static size_t pieces_of(const uint8_t *secret, size_t size)
{
    size_t found = 0;

    for (size_t at = 0; at + PIECE_BYTES <= size; at += PIECE_BYTES) {
        found += memmem(stack, sizeof stack, secret + at, PIECE_BYTES) != NULL;
    }
    return found;
}

static void keep_a_copy(void)
{
    uint8_t copy[32];

    memcpy(copy, private_key, sizeof copy);
    __asm__ volatile("" : : "r"(copy) : "memory");
}

static void set_up_receiver(void)
{
    status = pobf_hpke_setup_receiver(&hpke, encapsulated, private_key, info, sizeof info);
}

static void export_secret(void)
{
    status = pobf_hpke_export(exported, &hpke, info, sizeof info);
}

static void derive_answer_key(void)
{
    status = pobf_hpke_answer_key(&answer, &hpke, encapsulated, answer_nonce);
}

static void seal(void)
{
    status = pobf_aead_seal(&answer, text, 64, info, sizeof info);
}

static int draw_keys(void **state)
{
    uint8_t ephemeral[32];

    (void)state;
    if (sodium_init() < 0) {
        return -1;
    }
    randombytes_buf(private_key, sizeof private_key);
    randombytes_buf(ephemeral, sizeof ephemeral);
    randombytes_buf(text, sizeof text);
    return pobf_kem_public_key(encapsulated, ephemeral) != POBF_OK ||
           crypto_scalarmult_curve25519(product, private_key, encapsulated) != 0 ||
           pobf_kem_decapsulate(shared, encapsulated, private_key) != POBF_OK;
}

static void the_search_finds_a_copy_that_was_left(void **state)
{
    (void)state;
    on_own_stack(keep_a_copy);
    assert_int_equal(pieces_of(private_key, sizeof private_key), 4);
}

static void setting_up_leaves_no_secret_on_the_stack(void **state)
{
    (void)state;
    on_own_stack(set_up_receiver);
    assert_int_equal(pieces_of(private_key, sizeof private_key), 0);
    assert_int_equal(pieces_of(product, sizeof product), 0);
    assert_int_equal(pieces_of(shared, sizeof shared), 0);
    assert_int_equal(pieces_of(hpke.aead.key, sizeof hpke.aead.key), 0);
    assert_int_equal(pieces_of(hpke.exporter, sizeof hpke.exporter), 0);
}

static void exporting_leaves_no_secret_on_the_stack(void **state)
{
    (void)state;
    on_own_stack(export_secret);
    assert_int_equal(pieces_of(hpke.exporter, sizeof hpke.exporter), 0);
    assert_int_equal(pieces_of(exported, sizeof exported), 0);
}

static void the_answer_leaves_no_secret_on_the_stack(void **state)
{
    uint8_t key[POBF_AEAD_KEY_BYTES], clear[64];

    (void)state;
    on_own_stack(derive_answer_key);
    assert_int_equal(pieces_of(hpke.exporter, sizeof hpke.exporter), 0);
    assert_int_equal(pieces_of(answer.key, sizeof answer.key), 0);
    memcpy(key, answer.key, sizeof key);
    memcpy(clear, text, sizeof clear);
    on_own_stack(seal);
    assert_int_equal(pieces_of(key, sizeof key), 0);
    assert_int_equal(pieces_of(clear, sizeof clear), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_search_finds_a_copy_that_was_left),
        cmocka_unit_test(setting_up_leaves_no_secret_on_the_stack),
        cmocka_unit_test(exporting_leaves_no_secret_on_the_stack),
        cmocka_unit_test(the_answer_leaves_no_secret_on_the_stack),
    };

    return cmocka_run_group_tests(tests, draw_keys, NULL);
}
