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
static const char *const accept[] = {"application/eat+cwt"};

static int close_all(void **state)
{
    (void)state;
    challenges_clear(&challenges);
    return sodium_is_zero((const uint8_t *)&challenges, sizeof challenges) ? 0 : -1;
}

static void every_challenge_has_its_own_id_and_nonce(void **state)
{
    struct challenge *first = challenge_open(&challenges, NULL, NOW_S);
    struct challenge *second = challenge_open(&challenges, NULL, NOW_S);

    (void)state;
    assert_string_not_equal(first->id, second->id);
    assert_memory_not_equal(first->nonce, second->nonce, POBF_NONCE_BYTES);
    assert_ptr_equal(challenge_find(&challenges, first->id, NOW_S), first);
    assert_ptr_equal(challenge_find(&challenges, second->id, NOW_S), second);
}

static void a_callers_nonce_is_kept(void **state)
{
    static const uint8_t nonce[POBF_NONCE_BYTES] = {7};

    (void)state;
    assert_memory_equal(challenge_open(&challenges, nonce, NOW_S)->nonce, nonce, sizeof nonce);
}

static void an_unknown_or_empty_id_finds_nothing(void **state)
{
    (void)state;
    assert_null(challenge_find(&challenges, "", NOW_S)); /* what every free place has */
    challenge_open(&challenges, NULL, NOW_S);
    assert_null(challenge_find(&challenges, "", NOW_S));
    assert_null(challenge_find(&challenges, "00112233445566778899aabbccddeeff", NOW_S));
}

static void a_challenge_ends_in_time(void **state)
{
    struct challenge *challenge = challenge_open(&challenges, NULL, NOW_S);
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
        assert_non_null(challenge_open(&challenges, NULL, NOW_S));
    }
    assert_null(challenge_open(&challenges, NULL, NOW_S));
    challenge_close(&challenges.item[3]);
    assert_non_null(challenge_open(&challenges, NULL, NOW_S));
    assert_null(challenge_open(&challenges, NULL, NOW_S));
    assert_non_null(challenge_open(&challenges, NULL, NOW_S + CHALLENGE_LIFETIME_S));
}

static void a_challenge_is_judged_once(void **state)
{
    struct challenge *challenge = challenge_open(&challenges, NULL, NOW_S);

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
                        "2026-09-21T14:18:20Z");
    json_decref(facts);
}

static void checks_are_shown_where_it_failed(void **state)
{
    struct challenge *failed = challenge_open(&challenges, NULL, NOW_S);
    struct challenge *complete = challenge_open(&challenges, NULL, NOW_S);

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
    struct challenge *challenge = challenge_open(&challenges, NULL, NOW_S);

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
        EMPTY_AFTER(an_unknown_or_empty_id_finds_nothing),
        EMPTY_AFTER(a_challenge_ends_in_time),
        EMPTY_AFTER(the_table_is_bounded_and_heals),
        EMPTY_AFTER(a_challenge_is_judged_once),
        EMPTY_AFTER(checks_are_shown_where_it_failed),
        EMPTY_AFTER(a_failure_without_checks_is_still_one),
    };

    return cmocka_run_group_tests_name("verifier/service/challenge", tests, NULL, NULL);
}
