#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "verifier/service/session.h"

enum { NOW_S = 1790000000 };

static struct sessions sessions;
static const char *const accept[] = {"application/eat+cwt"};

static int close_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        session_close(&sessions.item[i]);
    }
    return sodium_is_zero((const uint8_t *)&sessions, sizeof sessions) ? 0 : -1;
}

static void every_session_has_its_own_id_and_nonce(void **state)
{
    struct session *first = session_open(&sessions, NULL, NOW_S);
    struct session *second = session_open(&sessions, NULL, NOW_S);

    (void)state;
    assert_string_not_equal(first->id, second->id);
    assert_memory_not_equal(first->nonce, second->nonce, POBF_NONCE_BYTES);
    assert_ptr_equal(session_find(&sessions, first->id, NOW_S), first);
    assert_ptr_equal(session_find(&sessions, second->id, NOW_S), second);
}

static void a_callers_nonce_is_kept(void **state)
{
    static const uint8_t nonce[POBF_NONCE_BYTES] = {7};

    (void)state;
    assert_memory_equal(session_open(&sessions, nonce, NOW_S)->nonce, nonce, sizeof nonce);
}

static void an_unknown_or_empty_id_finds_nothing(void **state)
{
    (void)state;
    assert_null(session_find(&sessions, "", NOW_S)); /* what every free place has */
    session_open(&sessions, NULL, NOW_S);
    assert_null(session_find(&sessions, "", NOW_S));
    assert_null(session_find(&sessions, "00112233445566778899aabbccddeeff", NOW_S));
}

static void a_session_ends_in_time(void **state)
{
    struct session *session = session_open(&sessions, NULL, NOW_S);
    char id[SESSION_ID_ROOM];

    (void)state;
    memcpy(id, session->id, sizeof id);
    assert_ptr_equal(session_find(&sessions, id, NOW_S + SESSION_LIFETIME_S - 1), session);
    assert_null(session_find(&sessions, id, NOW_S + SESSION_LIFETIME_S));
    assert_null(session_find(&sessions, id, NOW_S));
}

static void the_table_is_bounded_and_heals(void **state)
{
    (void)state;
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        assert_non_null(session_open(&sessions, NULL, NOW_S));
    }
    assert_null(session_open(&sessions, NULL, NOW_S));
    session_close(&sessions.item[3]);
    assert_non_null(session_open(&sessions, NULL, NOW_S));
    assert_null(session_open(&sessions, NULL, NOW_S));
    assert_non_null(session_open(&sessions, NULL, NOW_S + SESSION_LIFETIME_S));
}

static void a_session_is_judged_once(void **state)
{
    struct session *session = session_open(&sessions, NULL, NOW_S);

    (void)state;
    assert_int_equal(session_conclude(session, 0, strdup("a.b.c"), json_array()), POBF_OK);
    assert_int_equal(session_conclude(session, 1, strdup("d.e.f"), json_array()), POBF_E_STATE);
    assert_int_equal(session->state, SESSION_FAILED);
    assert_string_equal(session->result, "a.b.c");
}

static void assert_shows(const struct session *session, const char *status, int with_checks)
{
    json_t *facts = session_json(session, accept, 1);

    assert_non_null(facts);
    assert_string_equal(json_string_value(json_object_get(facts, "status")), status);
    assert_int_equal(json_object_get(facts, "checks") != NULL, with_checks);
    assert_string_equal(json_string_value(json_object_get(facts, "expiry")),
                        "2026-09-21T14:18:20Z");
    json_decref(facts);
}

static void checks_are_shown_where_it_failed(void **state)
{
    struct session *failed = session_open(&sessions, NULL, NOW_S);
    struct session *complete = session_open(&sessions, NULL, NOW_S);

    (void)state;
    assert_shows(failed, "waiting", 0);
    assert_int_equal(session_conclude(failed, 0, strdup("a.b.c"), json_array()), POBF_OK);
    assert_int_equal(session_conclude(complete, 1, strdup("a.b.c"), json_array()), POBF_OK);
    assert_shows(failed, "failed", 1);
    assert_shows(complete, "complete", 0);
}

/* Memory that ran out while the checks were printed must not look like success. */
static void a_failure_without_checks_is_still_one(void **state)
{
    struct session *session = session_open(&sessions, NULL, NOW_S);

    (void)state;
    assert_int_equal(session_conclude(session, 0, NULL, NULL), POBF_OK);
    assert_shows(session, "failed", 0);
}

#define EMPTY_AFTER(test) cmocka_unit_test_teardown(test, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY_AFTER(every_session_has_its_own_id_and_nonce),
        EMPTY_AFTER(a_callers_nonce_is_kept),
        EMPTY_AFTER(an_unknown_or_empty_id_finds_nothing),
        EMPTY_AFTER(a_session_ends_in_time),
        EMPTY_AFTER(the_table_is_bounded_and_heals),
        EMPTY_AFTER(a_session_is_judged_once),
        EMPTY_AFTER(checks_are_shown_where_it_failed),
        EMPTY_AFTER(a_failure_without_checks_is_still_one),
    };

    return cmocka_run_group_tests_name("verifier/service/session", tests, NULL, NULL);
}
