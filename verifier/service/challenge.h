#ifndef POBF_VERIFIER_SERVICE_CHALLENGE_H
#define POBF_VERIFIER_SERVICE_CHALLENGE_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "framework/core/status.h"
#include "framework/wire/evidence.h"

/*
 * The challenges that are out, in a table of fixed size; the API calls them sessions. A challenge
 * is one nonce, takes one evidence, and is gone CHALLENGE_LIFETIME_S after it began, whatever
 * became of it. A free place is all zeros. The clock is the caller's.
 */
enum { CHALLENGES_MAX = 256, CHALLENGE_LIFETIME_S = 300, CHALLENGE_ID_BYTES = 16 };
enum { CHALLENGE_ID_ROOM = 2 * CHALLENGE_ID_BYTES + 1 };

enum challenge_state { CHALLENGE_NONE, CHALLENGE_WAITING, CHALLENGE_COMPLETE, CHALLENGE_FAILED };

struct challenge {
    enum challenge_state state;
    uint64_t ends_at_s;
    char id[CHALLENGE_ID_ROOM];
    uint8_t nonce[POBF_NONCE_BYTES];
    char *result;   /* owned: the report, once judged */
    json_t *checks; /* owned: every check             */
};

struct challenges {
    struct challenge item[CHALLENGES_MAX];
};

/* A new challenge; `nonce` NULL: a fresh one. NULL where all places are taken. */
struct challenge *challenge_open(struct challenges *challenges, const uint8_t *nonce,
                                 uint64_t now_s);

/* The challenge of this id; NULL where there is none, or it has ended. */
struct challenge *challenge_find(struct challenges *challenges, const char *id, uint64_t now_s);

/*
 * Take over the judgement: the report, and all checks, which are shown where it did not affirm.
 * POBF_E_STATE for a second one.
 */
POBF_MUST_CHECK enum pobf_status challenge_conclude(struct challenge *challenge, int affirmed,
                                                    char *result, json_t *checks);
void challenge_close(struct challenge *challenge);
void challenges_clear(struct challenges *challenges);

/* The challenge as the API shows it; `accept` names the media types. NULL where memory ran out. */
json_t *challenge_json(const struct challenge *challenge, const char *const *accept, size_t count);

#endif
