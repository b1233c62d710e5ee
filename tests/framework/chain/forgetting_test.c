/*
 * The property test of the project: fail the k-th call, for every k, then search every writable
 * byte for the canary and for every key that was made on the way.
 *
 * LINK: -Wl,--wrap=randombytes,--wrap=pobf_wipe
 * LINK: -Wl,--wrap=crypto_scalarmult_curve25519,--wrap=crypto_scalarmult_curve25519_base
 * LINK: -Wl,--wrap=crypto_auth_hmacsha256_init,--wrap=crypto_auth_hmacsha256_update
 * LINK: -Wl,--wrap=crypto_auth_hmacsha256_final,--wrap=crypto_hash_sha256_init
 * LINK: -Wl,--wrap=crypto_hash_sha256_update,--wrap=crypto_hash_sha256_final
 * LINK: -Wl,--wrap=crypto_generichash_blake2b,--wrap=crypto_sign_ed25519_detached
 * LINK: -Wl,--wrap=crypto_sign_ed25519_seed_keypair
 * LINK: -Wl,--wrap=crypto_aead_chacha20poly1305_ietf_encrypt
 * LINK: -Wl,--wrap=crypto_aead_chacha20poly1305_ietf_decrypt
 */
#include "tests/framework/chain/search.h"
#include "tests/framework/chain/world.h"

enum failing { EARLY, LATE }; /* before the call has done anything, or after all of it */

static int inside;           /* 1 while the enclave's code runs: only its calls count and fail */
static int starting;         /* 1 in pobf_start: what is drawn there is the private key        */
static int wipes_do_nothing; /* the positive control                                           */
static enum failing failing;
static unsigned int fail_at; /* 0: never */
static unsigned int calls;

/* Is it this call's turn to fail? */
static int must_fail(enum failing when)
{
    return inside && failing == when && calls == fail_at;
}

static void count(void)
{
    calls += (unsigned int)inside;
}

#define WRAP(name, parameters, arguments, made, made_bytes)                                        \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        int result = -1;                                                                           \
                                                                                                   \
        count();                                                                                   \
        if (!must_fail(EARLY)) {                                                                   \
            result = __real_##name arguments;                                                      \
            if (inside) {                                                                          \
                search_for(made, made_bytes);                                                      \
            }                                                                                      \
        }                                                                                          \
        return must_fail(LATE) ? -1 : result;                                                      \
    }

WRAP(crypto_scalarmult_curve25519,
     (unsigned char *q, const unsigned char *n, const unsigned char *p), (q, n, p), q, 32)
WRAP(crypto_scalarmult_curve25519_base, (unsigned char *q, const unsigned char *n), (q, n), q, 0)
WRAP(crypto_auth_hmacsha256_init,
     (crypto_auth_hmacsha256_state * state, const unsigned char *key, size_t keylen),
     (state, key, keylen), key, 0)
WRAP(crypto_auth_hmacsha256_update,
     (crypto_auth_hmacsha256_state * state, const unsigned char *in, unsigned long long inlen),
     (state, in, inlen), in, 0)
WRAP(crypto_auth_hmacsha256_final, (crypto_auth_hmacsha256_state * state, unsigned char *out),
     (state, out), out, 32)
WRAP(crypto_hash_sha256_init, (crypto_hash_sha256_state * state), (state), (const uint8_t *)state,
     0)
WRAP(crypto_hash_sha256_update,
     (crypto_hash_sha256_state * state, const unsigned char *in, unsigned long long inlen),
     (state, in, inlen), in, 0)
WRAP(crypto_hash_sha256_final, (crypto_hash_sha256_state * state, unsigned char *out), (state, out),
     out, 0)
WRAP(crypto_generichash_blake2b,
     (unsigned char *out, size_t outlen, const unsigned char *in, unsigned long long inlen,
      const unsigned char *key, size_t keylen),
     (out, outlen, in, inlen, key, keylen), out, 0)
WRAP(crypto_sign_ed25519_detached,
     (unsigned char *sig, unsigned long long *siglen_p, const unsigned char *m,
      unsigned long long mlen, const unsigned char *sk),
     (sig, siglen_p, m, mlen, sk), sig, 0)
WRAP(crypto_sign_ed25519_seed_keypair,
     (unsigned char *pk, unsigned char *sk, const unsigned char *seed), (pk, sk, seed), sk, 0)
WRAP(crypto_aead_chacha20poly1305_ietf_encrypt,
     (unsigned char *c, unsigned long long *clen_p, const unsigned char *m, unsigned long long mlen,
      const unsigned char *ad, unsigned long long adlen, const unsigned char *nsec,
      const unsigned char *npub, const unsigned char *k),
     (c, clen_p, m, mlen, ad, adlen, nsec, npub, k), c, 0)
WRAP(crypto_aead_chacha20poly1305_ietf_decrypt,
     (unsigned char *m, unsigned long long *mlen_p, unsigned char *nsec, const unsigned char *c,
      unsigned long long clen, const unsigned char *ad, unsigned long long adlen,
      const unsigned char *npub, const unsigned char *k),
     (m, mlen_p, nsec, c, clen, ad, adlen, npub, k), m, 0)

/* It cannot fail; what it draws in pobf_start, the task's id apart, is secret. */
void __real_randombytes(unsigned char *const buf, const unsigned long long buf_len);
void __wrap_randombytes(unsigned char *const buf, const unsigned long long buf_len);

void __wrap_randombytes(unsigned char *const buf, const unsigned long long buf_len)
{
    __real_randombytes(buf, buf_len);
    if (starting && buf_len == POBF_X25519_BYTES) {
        search_for(buf, POBF_X25519_BYTES);
    }
}

void __real_pobf_wipe(uint8_t *secret, size_t size);
void __wrap_pobf_wipe(uint8_t *secret, size_t size);

void __wrap_pobf_wipe(uint8_t *secret, size_t size)
{
    if (!wipes_do_nothing) {
        __real_pobf_wipe(secret, size);
    }
}

static void search_for_the_texts(void)
{
    uint8_t text[WORLD_INPUT];

    world_make_input(text);
    search_for(text, sizeof text);
    world_make_output(text);
    search_for(text, sizeof text);
}

/* A whole task up to SEALED, the provider's half left out of the count. */
static enum pobf_status work(void)
{
    struct pobf_fresh fresh;
    struct pobf_bound bound;
    struct pobf_loaded loaded;
    struct pobf_computed computed;
    struct pobf_sealed sealed;
    enum pobf_status status;

    inside = starting = 1;
    status = world_start(&fresh);
    inside = starting = 0;
    if (status != POBF_OK) {
        return status;
    }
    world_provide();
    inside = 1;
    status = world_bind(&bound, &fresh);
    if (status == POBF_OK) {
        status = world_load(&loaded, &bound);
    }
    if (status == POBF_OK) {
        status = world_compute(&computed, &loaded);
    }
    if (status == POBF_OK) {
        status = world_seal(&sealed, &computed);
    }
    inside = 0;
    return status;
}

/* The task from beginning to end. Returns 1 where it has its receipt. */
static int live_and_end(void)
{
    enum pobf_status worked;
    enum pobf_status ended;

    search_for_nothing();
    search_for_the_texts();
    memset(world_outbox, 0, sizeof world_outbox);
    calls = 0;
    worked = work();
    if (worked != POBF_OK) {
        world_check_forgotten(&world_task);
        world_check_zero(world_outbox, sizeof world_outbox);
    }
    inside = 1;
    ended = world_end(worked == POBF_OK ? POBF_EXIT_RETURNED : POBF_EXIT_ABANDONED);
    inside = 0;
    if (ended != POBF_OK) {
        world_check_zero(world_signed, sizeof world_signed);
    }
    pobf_provider_clear(&world_provider);
    return worked == POBF_OK && ended == POBF_OK;
}

static void fail_every_call(enum failing when)
{
    size_t searched;
    unsigned int total;

    world_begin();
    failing = when;
    fail_at = 0;
    assert_true(live_and_end());
    total = calls;
    assert_true(total > 100);
    for (fail_at = 1; fail_at <= total; fail_at++) {
        assert_false(live_and_end());
        world_check_forgotten(&world_task);
        world_check_golden();
        assert_int_equal(world_chain.alive, 1);
        assert_int_equal(search_memory(&searched), 0);
    }
    fail_at = 0;
    assert_true(live_and_end());
    assert_int_equal(world_chain.sequence, world_receipt.sequence);
    print_message("%u calls failed, one at a time; %zu bytes searched after each\n", total,
                  searched);
}

static void whichever_call_fails_before_it_works_nothing_is_left(void **state)
{
    (void)state;
    fail_every_call(EARLY);
}

static void whichever_call_fails_after_it_worked_nothing_is_left(void **state)
{
    (void)state;
    fail_every_call(LATE);
}

static unsigned int begin_and_fail(enum failing when, unsigned int at)
{
    enum pobf_status status;

    memset(&world_chain, 0xA5, sizeof world_chain);
    failing = when;
    fail_at = at;
    calls = 0;
    inside = 1;
    status = pobf_chain_begin(&world_chain, world_measurement, world_policy, &world_zone);
    inside = 0;
    if (at == 0) {
        assert_int_equal(status, POBF_OK);
    } else {
        assert_int_equal(status, POBF_E_SYSTEM);
        world_check_zero(&world_chain, sizeof world_chain);
    }
    return calls;
}

static void whichever_call_fails_a_boot_that_does_not_begin_leaves_zeros(void **state)
{
    const unsigned int total = begin_and_fail(EARLY, 0);

    (void)state;
    assert_true(total > 0);
    for (unsigned int at = 1; at <= total; at++) {
        begin_and_fail(EARLY, at);
        begin_and_fail(LATE, at);
    }
}

static void a_task_that_succeeds_leaves_nothing(void **state)
{
    size_t searched;

    (void)state;
    world_begin();
    fail_at = 0;
    assert_true(live_and_end());
    assert_true(search_count > 20);
    assert_int_equal(search_memory(&searched), 0);
    assert_true(searched > WORLD_ZONE);
}

static void the_search_finds_a_task_that_has_not_ended(void **state)
{
    size_t searched;

    (void)state;
    world_begin();
    fail_at = 0;
    search_for_nothing();
    search_for_the_texts();
    assert_int_equal(work(), POBF_OK);
    pobf_provider_clear(&world_provider);
    assert_true(search_memory(&searched) >= WORLD_INPUT / SEARCH_HALF);
    assert_int_equal(world_end(POBF_EXIT_RETURNED), POBF_OK);
    assert_int_equal(search_memory(&searched), 0);
}

/* Without wiping, every kind of secret is found, and the comparison sees it too. */
static void the_search_finds_what_is_not_wiped(void **state)
{
    size_t searched;

    (void)state;
    world_begin();
    fail_at = 0;
    wipes_do_nothing = 1;
    search_for_nothing();
    assert_int_equal(work(), POBF_OK);
    assert_int_equal(world_end(POBF_EXIT_RETURNED), POBF_E_POISONED);
    wipes_do_nothing = 0;
    pobf_provider_clear(&world_provider);
    assert_true(search_range(world_task.private_key, world_task.private_key + 32) > 0);
    assert_true(search_range(world_task.hpke.exporter, world_task.hpke.exporter + 32) > 0);
    assert_true(search_range(world_task.input_salt, world_task.input_salt + 32) > 0);
    assert_true(search_range(world_task.output_salt, world_task.output_salt + 32) > 0);
    assert_true(search_memory(&searched) > 0);
    pobf_task_forget(&world_task);
    pobf_zone_rewind(&world_zone);
    assert_int_equal(search_memory(&searched), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whichever_call_fails_before_it_works_nothing_is_left),
        cmocka_unit_test(whichever_call_fails_after_it_worked_nothing_is_left),
        cmocka_unit_test(whichever_call_fails_a_boot_that_does_not_begin_leaves_zeros),
        cmocka_unit_test(a_task_that_succeeds_leaves_nothing),
        cmocka_unit_test(the_search_finds_a_task_that_has_not_ended),
        cmocka_unit_test(the_search_finds_what_is_not_wiped),
    };

    return cmocka_run_group_tests_name("framework/chain/forgetting", tests, NULL, NULL);
}
