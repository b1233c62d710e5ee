#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "verifier/service/challenge.h"

enum { NOW_S = 1790000000 };

static struct challenges challenges;
static const uint8_t one[CHALLENGE_CLIENT_BYTES] = {1}, other[CHALLENGE_CLIENT_BYTES] = {2};
static const char *const accept[] = {"application/eat+cwt"};

static int close_all(void **state)
{
    (void)state;
    challenges_clear(&challenges);
    return sodium_is_zero((const uint8_t *)&challenges, sizeof challenges) ? 0 : -1;
}

static struct challenge *open_at(uint64_t now_s)
{
    struct challenge *challenge;
    const enum pobf_status status =
        challenge_open(&challenge, &challenges, one, NULL, POBF_NONCE_BYTES, now_s);

    assert_int_equal(challenge == NULL, status == POBF_E_SPACE);
    return challenge;
}

static void every_challenge_has_its_own_id_and_nonce(void **state)
{
    struct challenge *first = open_at(NOW_S);
    struct challenge *second = open_at(NOW_S);

    (void)state;
    assert_string_not_equal(first->id, second->id);
    assert_memory_not_equal(first->nonce, second->nonce, POBF_NONCE_BYTES);
    assert_ptr_equal(challenge_find(&challenges, first->id, NOW_S), first);
    assert_ptr_equal(challenge_find(&challenges, second->id, NOW_S), second);
}

static void a_callers_nonce_is_kept(void **state)
{
    static const uint8_t nonce[CHALLENGE_NONCE_MAX] = {7};
    struct challenge *challenge;

    (void)state;
    for (size_t size = CHALLENGE_NONCE_MIN; size <= sizeof nonce; size++) {
        assert_int_equal(challenge_open(&challenge, &challenges, one, nonce, size, NOW_S), POBF_OK);
        assert_int_equal(challenge->nonce_size, size);
        assert_memory_equal(challenge->nonce, nonce, sizeof nonce);
    }
}

static void a_callers_nonce_is_taken_once_in_a_lifetime(void **state)
{
    static const uint8_t nonce[POBF_NONCE_BYTES] = {7};
    const uint64_t later = NOW_S + CHALLENGE_LIFETIME_S;
    struct challenge *challenge;

    (void)state;
    assert_int_equal(challenge_open(&challenge, &challenges, one, nonce, 32, NOW_S), POBF_OK);
    assert_int_equal(challenge_open(&challenge, &challenges, one, nonce, 32, NOW_S), POBF_E_STATE);
    assert_null(challenge);
    challenge_close(&challenges.item[0]); /* not even after it was ended */
    assert_int_equal(challenge_open(&challenge, &challenges, one, nonce, 32, later - 1),
                     POBF_E_STATE);
    assert_int_equal(challenge_open(&challenge, &challenges, one, nonce, 31, later - 1), POBF_OK);
    assert_int_equal(challenge_open(&challenge, &challenges, one, nonce, 32, later), POBF_OK);
}

static void more_nonces_than_can_be_remembered_are_not_taken(void **state)
{
    uint8_t nonce[POBF_NONCE_BYTES] = {0};
    struct challenge *challenge;

    (void)state;
    for (uint32_t i = 0; i < CHALLENGE_SPENT_MAX; i++) {
        memcpy(nonce, &i, sizeof i);
        assert_int_equal(challenge_open(&challenge, &challenges, one, nonce, 32, NOW_S), POBF_OK);
        challenge_close(challenge);
    }
    nonce[31] = 1;
    assert_int_equal(challenge_open(&challenge, &challenges, one, nonce, 32, NOW_S), POBF_E_SPACE);
    assert_non_null(open_at(NOW_S)); /* a fresh one needs no memory */
}

static void each_nonce_counts_for_its_client_as_long_as_it_is_remembered(void **state)
{
    static const uint8_t nonces[2][POBF_NONCE_BYTES] = {{1}, {2}};
    struct challenge *challenge;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(challenge_open(&challenge, &challenges, i == 0 ? one : other, nonces[i],
                                        sizeof nonces[i], NOW_S + i),
                         POBF_OK);
        challenge_close(challenge); /* its nonce is spent all the same */
    }
    open_at(NOW_S + 1); /* a fresh one does not count */
    assert_int_equal(challenges_spent(&challenges, one, NOW_S + 1), 1);
    assert_int_equal(challenges_spent(&challenges, other, NOW_S + 1), 1);
    assert_int_equal(challenges_spent(&challenges, one, NOW_S + CHALLENGE_LIFETIME_S), 0);
    assert_int_equal(challenges_spent(&challenges, other, NOW_S + CHALLENGE_LIFETIME_S), 1);
}

static void a_judged_challenge_gives_way_and_a_waiting_one_does_not(void **state)
{
    struct challenge *first, *second;
    char id[CHALLENGE_ID_ROOM];

    (void)state;
    first = open_at(NOW_S);
    second = open_at(NOW_S + 1);
    for (size_t i = 2; i < CHALLENGES_MAX; i++) {
        assert_non_null(open_at(NOW_S + 1));
    }
    assert_null(open_at(NOW_S + 1));
    assert_int_equal(challenge_conclude(second, 1, strdup("b"), json_array()), POBF_OK);
    assert_int_equal(challenge_conclude(first, 1, strdup("a"), json_array()), POBF_OK);
    memcpy(id, first->id, sizeof id);
    assert_ptr_equal(open_at(NOW_S + 1), first); /* the oldest */
    assert_null(challenge_find(&challenges, id, NOW_S + 1));
    assert_int_equal(first->state, CHALLENGE_WAITING);
    assert_null(first->result);
    assert_ptr_equal(open_at(NOW_S + 1), second);
    assert_null(open_at(NOW_S + 1));
    assert_int_equal(challenges_count(&challenges, NOW_S + 1), CHALLENGES_MAX);
    assert_int_equal(challenges_count(&challenges, NOW_S + 1 + CHALLENGE_LIFETIME_S), 0);
}

static void only_what_waits_counts_for_its_client(void **state)
{
    struct challenge *first = open_at(NOW_S);

    (void)state;
    open_at(NOW_S);
    assert_int_equal(challenges_waiting(&challenges, one, NOW_S), 2);
    assert_int_equal(challenges_waiting(&challenges, other, NOW_S), 0);
    assert_int_equal(challenges_waiting(&challenges, one, NOW_S + CHALLENGE_LIFETIME_S), 0);
    assert_int_equal(challenge_conclude(first, 1, strdup("a"), json_array()), POBF_OK);
    assert_int_equal(challenges_waiting(&challenges, one, NOW_S), 1);
}

static void an_unknown_or_empty_id_finds_nothing(void **state)
{
    (void)state;
    assert_null(challenge_find(&challenges, "", NOW_S)); /* what every free place has */
    open_at(NOW_S);
    assert_null(challenge_find(&challenges, "", NOW_S));
    assert_null(challenge_find(&challenges, "00112233445566778899aabbccddeeff", NOW_S));
}

static void a_challenge_ends_in_time(void **state)
{
    struct challenge *challenge = open_at(NOW_S);
    char id[CHALLENGE_ID_ROOM];

    (void)state;
    memcpy(id, challenge->id, sizeof id);
    assert_ptr_equal(challenge_find(&challenges, id, NOW_S + CHALLENGE_LIFETIME_S - 1), challenge);
    assert_null(challenge_find(&challenges, id, NOW_S + CHALLENGE_LIFETIME_S));
    assert_null(challenge_find(&challenges, id, NOW_S));
}

static void the_table_is_bounded_and_heals(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHALLENGES_MAX; i++) {
        assert_non_null(open_at(NOW_S));
    }
    assert_null(open_at(NOW_S));
    challenge_close(&challenges.item[3]);
    assert_non_null(open_at(NOW_S));
    assert_null(open_at(NOW_S));
    assert_non_null(open_at(NOW_S + CHALLENGE_LIFETIME_S));
}

static void a_challenge_is_judged_once(void **state)
{
    struct challenge *challenge = open_at(NOW_S);

    (void)state;
    assert_int_equal(challenge_conclude(challenge, 0, strdup("a.b.c"), json_array()), POBF_OK);
    assert_int_equal(challenge_conclude(challenge, 1, strdup("d.e.f"), json_array()), POBF_E_STATE);
    assert_int_equal(challenge->state, CHALLENGE_FAILED);
    assert_string_equal(challenge->result, "a.b.c");
}

static void assert_shows(const struct challenge *challenge, const char *status, int with_checks)
{
    json_t *facts = challenge_json(challenge, accept, 1);

    assert_non_null(facts);
    assert_string_equal(json_string_value(json_object_get(facts, "status")), status);
    assert_int_equal(json_object_get(facts, "checks") != NULL, with_checks);
    assert_string_equal(json_string_value(json_object_get(facts, "expiry")),
                        "2026-09-21T14:15:20Z");
    json_decref(facts);
}

static void checks_are_shown_where_it_failed(void **state)
{
    struct challenge *failed = open_at(NOW_S);
    struct challenge *complete = open_at(NOW_S);

    (void)state;
    assert_shows(failed, "waiting", 0);
    assert_int_equal(challenge_conclude(failed, 0, strdup("a.b.c"), json_array()), POBF_OK);
    assert_int_equal(challenge_conclude(complete, 1, strdup("a.b.c"), json_array()), POBF_OK);
    assert_shows(failed, "failed", 1);
    assert_shows(complete, "complete", 0);
}

/* Memory that ran out while the checks were printed must not look like success. */
static void a_failure_without_checks_is_still_one(void **state)
{
    struct challenge *challenge = open_at(NOW_S);

    (void)state;
    assert_int_equal(challenge_conclude(challenge, 0, NULL, NULL), POBF_OK);
    assert_shows(challenge, "failed", 0);
}

#define EMPTY_AFTER(test) cmocka_unit_test_teardown(test, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY_AFTER(every_challenge_has_its_own_id_and_nonce),
        EMPTY_AFTER(a_callers_nonce_is_kept),
        EMPTY_AFTER(a_callers_nonce_is_taken_once_in_a_lifetime),
        EMPTY_AFTER(more_nonces_than_can_be_remembered_are_not_taken),
        EMPTY_AFTER(each_nonce_counts_for_its_client_as_long_as_it_is_remembered),
        EMPTY_AFTER(a_judged_challenge_gives_way_and_a_waiting_one_does_not),
        EMPTY_AFTER(only_what_waits_counts_for_its_client),
        EMPTY_AFTER(an_unknown_or_empty_id_finds_nothing),
        EMPTY_AFTER(a_challenge_ends_in_time),
        EMPTY_AFTER(the_table_is_bounded_and_heals),
        EMPTY_AFTER(a_challenge_is_judged_once),
        EMPTY_AFTER(checks_are_shown_where_it_failed),
        EMPTY_AFTER(a_failure_without_checks_is_still_one),
    };

    return cmocka_run_group_tests_name("verifier/service/challenge", tests, NULL, NULL);
}
