#include "verifier/service/challenge.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

enum { TIME_ROOM = 32 };

static const char *const state_names[] = {
    [CHALLENGE_NONE] = "",
    [CHALLENGE_WAITING] = "waiting",
    [CHALLENGE_COMPLETE] = "complete",
    [CHALLENGE_FAILED] = "failed",
};

void challenge_close(struct challenge *challenge)
{
    free(challenge->result);
    json_decref(challenge->checks);
    *challenge = (struct challenge){.state = CHALLENGE_NONE};
}

void challenges_clear(struct challenges *challenges)
{
    for (size_t i = 0; i < CHALLENGES_MAX; i++) {
        challenge_close(&challenges->item[i]);
    }
    sodium_memzero(challenges->spent, sizeof challenges->spent);
}

static void close_ended(struct challenges *challenges, uint64_t now_s)
{
    for (size_t i = 0; i < CHALLENGES_MAX; i++) {
        if (challenges->item[i].ends_at_s <= now_s) {
            challenge_close(&challenges->item[i]);
        }
    }
}

/* A free place; else that of the oldest challenge that was judged; NULL where all wait. */
static struct challenge *find_place(struct challenges *challenges)
{
    struct challenge *oldest = NULL;

    for (size_t i = 0; i < CHALLENGES_MAX; i++) {
        struct challenge *challenge = &challenges->item[i];

        if (challenge->state == CHALLENGE_NONE) {
            return challenge;
        }
        if (challenge->state != CHALLENGE_WAITING &&
            (oldest == NULL || challenge->ends_at_s < oldest->ends_at_s)) {
            oldest = challenge;
        }
    }
    return oldest;
}

/* Remember a nonce for one lifetime; POBF_E_STATE where it is remembered already. */
static enum pobf_status spend(struct challenges *challenges,
                              const uint8_t client[CHALLENGE_CLIENT_BYTES], const uint8_t *nonce,
                              size_t size, uint64_t now_s)
{
    struct spent_nonce *place = NULL;
    uint8_t digest[POBF_DIGEST_BYTES];

    crypto_hash_sha256(digest, nonce, size);
    for (size_t i = 0; i < CHALLENGE_SPENT_MAX; i++) {
        struct spent_nonce *spent = &challenges->spent[i];

        if (spent->ends_at_s <= now_s) {
            place = spent;
        } else if (memcmp(spent->digest, digest, sizeof digest) == 0) {
            return POBF_E_STATE;
        }
    }
    if (place == NULL) {
        return POBF_E_SPACE;
    }
    memcpy(place->digest, digest, sizeof digest);
    memcpy(place->client, client, sizeof place->client);
    place->ends_at_s = now_s + CHALLENGE_LIFETIME_S;
    return POBF_OK;
}

enum pobf_status challenge_open(struct challenge **opened, struct challenges *challenges,
                                const uint8_t client[CHALLENGE_CLIENT_BYTES], const uint8_t *nonce,
                                size_t nonce_size, uint64_t now_s)
{
    uint8_t id[CHALLENGE_ID_BYTES];
    struct challenge *challenge;
    enum pobf_status status = POBF_E_SPACE;

    *opened = NULL;
    close_ended(challenges, now_s);
    challenge = find_place(challenges);
    if (challenge != NULL) {
        status = nonce == NULL ? POBF_OK : spend(challenges, client, nonce, nonce_size, now_s);
    }
    if (status != POBF_OK) {
        return status;
    }
    challenge_close(challenge);
    challenge->state = CHALLENGE_WAITING;
    challenge->ends_at_s = now_s + CHALLENGE_LIFETIME_S;
    randombytes_buf(id, sizeof id);
    sodium_bin2hex(challenge->id, sizeof challenge->id, id, sizeof id);
    memcpy(challenge->client, client, sizeof challenge->client);
    challenge->nonce_size = nonce_size;
    if (nonce != NULL) {
        memcpy(challenge->nonce, nonce, nonce_size);
    } else {
        randombytes_buf(challenge->nonce, nonce_size);
    }
    *opened = challenge;
    return POBF_OK;
}

struct challenge *challenge_find(struct challenges *challenges, const char *id, uint64_t now_s)
{
    close_ended(challenges, now_s);
    for (size_t i = 0; i < CHALLENGES_MAX; i++) {
        struct challenge *challenge = &challenges->item[i];

        if (challenge->state != CHALLENGE_NONE && strcmp(challenge->id, id) == 0) {
            return challenge;
        }
    }
    return NULL;
}

enum pobf_status challenge_conclude(struct challenge *challenge, int affirmed, char *result,
                                    json_t *checks)
{
    if (challenge->state != CHALLENGE_WAITING) {
        free(result);
        json_decref(checks);
        return POBF_E_STATE;
    }
    challenge->state = affirmed ? CHALLENGE_COMPLETE : CHALLENGE_FAILED;
    challenge->result = result;
    challenge->checks = checks;
    return POBF_OK;
}

size_t challenges_waiting(const struct challenges *challenges,
                          const uint8_t client[CHALLENGE_CLIENT_BYTES], uint64_t now_s)
{
    size_t count = 0;

    for (size_t i = 0; i < CHALLENGES_MAX; i++) {
        const struct challenge *challenge = &challenges->item[i];

        count += challenge->state == CHALLENGE_WAITING && challenge->ends_at_s > now_s &&
                 memcmp(challenge->client, client, CHALLENGE_CLIENT_BYTES) == 0;
    }
    return count;
}

size_t challenges_spent(const struct challenges *challenges,
                        const uint8_t client[CHALLENGE_CLIENT_BYTES], uint64_t now_s)
{
    size_t count = 0;

    for (size_t i = 0; i < CHALLENGE_SPENT_MAX; i++) {
        const struct spent_nonce *spent = &challenges->spent[i];

        count +=
            spent->ends_at_s > now_s && memcmp(spent->client, client, CHALLENGE_CLIENT_BYTES) == 0;
    }
    return count;
}

size_t challenges_count(const struct challenges *challenges, uint64_t now_s)
{
    size_t count = 0;

    for (size_t i = 0; i < CHALLENGES_MAX; i++) {
        count += challenges->item[i].ends_at_s > now_s;
    }
    return count;
}

/* RFC 3339, in UTC. */
static json_t *print_time(uint64_t at_s)
{
    const time_t at = (time_t)at_s;
    char text[TIME_ROOM];
    struct tm parts;

    if (gmtime_r(&at, &parts) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        return NULL;
    }
    return json_string(text);
}

json_t *challenge_json(const struct challenge *challenge, const char *const *accept, size_t count)
{
    char nonce[sodium_base64_ENCODED_LEN(CHALLENGE_NONCE_MAX, sodium_base64_VARIANT_ORIGINAL)];
    json_t *types = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(types, json_string(accept[i]));
    }
    sodium_bin2base64(nonce, sizeof nonce, challenge->nonce, challenge->nonce_size,
                      sodium_base64_VARIANT_ORIGINAL);
    return json_pack("{s:s, s:o, s:o, s:s, s:s*, s:O*}", "nonce", nonce, "expiry",
                     print_time(challenge->ends_at_s), "accept", types, "status",
                     state_names[challenge->state], "result", challenge->result, "checks",
                     challenge->state == CHALLENGE_FAILED ? challenge->checks : NULL);
}
