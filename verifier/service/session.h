#ifndef POBF_VERIFIER_SERVICE_SESSION_H
#define POBF_VERIFIER_SERVICE_SESSION_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "framework/core/status.h"
#include "framework/wire/evidence.h"

/*
 * The sessions of the challenge-response API, in a table of fixed size. A session is one nonce,
 * takes one evidence, and is gone SESSION_LIFETIME_S after it began, whatever became of it. A
 * free place is all zeros. The clock is the caller's.
 */
enum { SESSIONS_MAX = 256, SESSION_LIFETIME_S = 300, SESSION_ID_BYTES = 16 };
enum { SESSION_ID_ROOM = 2 * SESSION_ID_BYTES + 1 };

enum session_state { SESSION_NONE, SESSION_WAITING, SESSION_COMPLETE, SESSION_FAILED };

struct session {
    enum session_state state;
    uint64_t ends_at_s;
    char id[SESSION_ID_ROOM];
    uint8_t nonce[POBF_NONCE_BYTES];
    char *result;   /* owned: the report, once judged */
    json_t *checks; /* owned: every check             */
};

struct sessions {
    struct session item[SESSIONS_MAX];
};

/* A new session; `nonce` NULL: a fresh one. NULL where all places are taken. */
struct session *session_open(struct sessions *sessions, const uint8_t *nonce, uint64_t now_s);

/* The session of this id; NULL where there is none, or it has ended. */
struct session *session_find(struct sessions *sessions, const char *id, uint64_t now_s);

/*
 * Take over the judgement: the report, and all checks, which are shown where it did not affirm.
 * POBF_E_STATE for a second one.
 */
POBF_MUST_CHECK enum pobf_status session_conclude(struct session *session, int affirmed,
                                                  char *result, json_t *checks);
void session_close(struct session *session);

/* The session as the API shows it; `accept` names the media types. NULL where memory ran out. */
json_t *session_json(const struct session *session, const char *const *accept, size_t count);

#endif
