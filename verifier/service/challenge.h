#ifndef POBF_VERIFIER_SERVICE_CHALLENGE_H
#define POBF_VERIFIER_SERVICE_CHALLENGE_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "framework/core/status.h"
#include "framework/wire/evidence.h"
#include "verifier/report/token.h"

/*
 * The challenges that are out, in a table of fixed size; the API calls them sessions. A challenge
 * is one nonce, takes one evidence, and is gone CHALLENGE_LIFETIME_S after it began, whatever
 * became of it. Where the table is full, a new one takes the place of the oldest that was judged: its
 * result was given already. A free place is all zeros. The clock is the caller's.
 */
enum { CHALLENGES_MAX = 256, CHALLENGE_LIFETIME_S = 120, CHALLENGE_ID_BYTES = 16 };
enum { CHALLENGE_ID_ROOM = 2 * CHALLENGE_ID_BYTES + 1 };
enum { CHALLENGE_NONCE_MIN = 8, CHALLENGE_NONCE_MAX = 64 };
enum { CHALLENGES_PER_CLIENT = 64, CHALLENGE_CLIENT_BYTES = 16 };
enum { CHALLENGE_SPENT_MAX = 4096 }; /* nonces of callers, in one lifetime */
/* Of these one client may have so many for each of its challenges that may wait. */
enum { CHALLENGE_SPENT_PER_PLACE = CHALLENGE_SPENT_MAX / CHALLENGES_MAX };

enum challenge_state { CHALLENGE_NONE, CHALLENGE_WAITING, CHALLENGE_COMPLETE, CHALLENGE_FAILED };

struct challenge {
    enum challenge_state state;
    uint64_t ends_at_s;
    uint8_t client[CHALLENGE_CLIENT_BYTES]; /* who asked for it */
    char id[CHALLENGE_ID_ROOM];
    uint8_t nonce[CHALLENGE_NONCE_MAX];
    size_t nonce_size;
    enum token_form form;
    char *result;   /* owned: the report, once judged */
    json_t *checks; /* owned: every check             */
};

/* A nonce that a caller chose, by its hash, and until when it is not taken again. */
struct spent_nonce {
    uint8_t digest[POBF_DIGEST_BYTES];
    uint8_t client[CHALLENGE_CLIENT_BYTES]; /* whose it is */
    uint64_t ends_at_s;
};

struct challenges {
    struct challenge item[CHALLENGES_MAX];
    struct spent_nonce spent[CHALLENGE_SPENT_MAX];
};

/*
 * A new challenge for this client; `nonce` NULL: a fresh one of that size, CHALLENGE_NONCE_MIN to _MAX.
 *   POBF_E_STATE  a challenge with that nonce was opened within the last CHALLENGE_LIFETIME_S
 *   POBF_E_SPACE  all places are taken by challenges that wait
 */
POBF_MUST_CHECK enum pobf_status challenge_open(struct challenge **challenge,
                                                struct challenges *challenges,
                                                const uint8_t client[CHALLENGE_CLIENT_BYTES],
                                                const uint8_t *nonce, size_t nonce_size,
                                                uint64_t now_s);

/* The challenge of this id; NULL where there is none, or it has ended. */
struct challenge *challenge_find(struct challenges *challenges, const char *id, uint64_t now_s);

/*
 * Take over the judgement: the report, and all checks, which are shown where it did not affirm.
 * POBF_E_STATE for a second one.
 */
POBF_MUST_CHECK enum pobf_status challenge_conclude(struct challenge *challenge, int affirmed,
                                                    char *result, json_t *checks);
/* How many of this client's wait now: one alone may not take all places. */
size_t challenges_waiting(const struct challenges *challenges,
                          const uint8_t client[CHALLENGE_CLIENT_BYTES], uint64_t now_s);
/* How many nonces of this client's own are remembered now: one alone may not take all places. */
size_t challenges_spent(const struct challenges *challenges,
                        const uint8_t client[CHALLENGE_CLIENT_BYTES], uint64_t now_s);
/* How many are there now. */
size_t challenges_count(const struct challenges *challenges, uint64_t now_s);
void challenge_close(struct challenge *challenge);
void challenges_clear(struct challenges *challenges);

/* The challenge as the API shows it; `accept` names the media types. NULL where memory ran out. */
json_t *challenge_json(const struct challenge *challenge, const char *const *accept, size_t count);

#endif
