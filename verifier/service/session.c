#include "verifier/service/session.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

enum { TIME_ROOM = 32 };

static const char *const state_names[] = {
    [SESSION_NONE] = "",
    [SESSION_WAITING] = "waiting",
    [SESSION_COMPLETE] = "complete",
    [SESSION_FAILED] = "failed",
};

void session_close(struct session *session)
{
    free(session->result);
    json_decref(session->checks);
    *session = (struct session){.state = SESSION_NONE};
}

static void close_ended(struct sessions *sessions, uint64_t now_s)
{
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        if (sessions->item[i].ends_at_s <= now_s) {
            session_close(&sessions->item[i]);
        }
    }
}

static struct session *find_free(struct sessions *sessions)
{
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        if (sessions->item[i].state == SESSION_NONE) {
            return &sessions->item[i];
        }
    }
    return NULL;
}

struct session *session_open(struct sessions *sessions, const uint8_t *nonce, uint64_t now_s)
{
    uint8_t id[SESSION_ID_BYTES];
    struct session *session;

    close_ended(sessions, now_s);
    session = find_free(sessions);
    if (session == NULL) {
        return NULL;
    }
    session->state = SESSION_WAITING;
    session->ends_at_s = now_s + SESSION_LIFETIME_S;
    randombytes_buf(id, sizeof id);
    sodium_bin2hex(session->id, sizeof session->id, id, sizeof id);
    if (nonce != NULL) {
        memcpy(session->nonce, nonce, POBF_NONCE_BYTES);
    } else {
        randombytes_buf(session->nonce, POBF_NONCE_BYTES);
    }
    return session;
}

struct session *session_find(struct sessions *sessions, const char *id, uint64_t now_s)
{
    close_ended(sessions, now_s);
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        struct session *session = &sessions->item[i];

        if (session->state != SESSION_NONE && strcmp(session->id, id) == 0) {
            return session;
        }
    }
    return NULL;
}

enum pobf_status session_conclude(struct session *session, int affirmed, char *result,
                                  json_t *checks)
{
    if (session->state != SESSION_WAITING) {
        free(result);
        json_decref(checks);
        return POBF_E_STATE;
    }
    session->state = affirmed ? SESSION_COMPLETE : SESSION_FAILED;
    session->result = result;
    session->checks = checks;
    return POBF_OK;
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

json_t *session_json(const struct session *session, const char *const *accept, size_t count)
{
    char nonce[sodium_base64_ENCODED_LEN(POBF_NONCE_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    json_t *types = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(types, json_string(accept[i]));
    }
    sodium_bin2base64(nonce, sizeof nonce, session->nonce, POBF_NONCE_BYTES,
                      sodium_base64_VARIANT_ORIGINAL);
    return json_pack("{s:s, s:o, s:o, s:s, s:s*, s:O*}", "nonce", nonce, "expiry",
                     print_time(session->ends_at_s), "accept", types, "status",
                     state_names[session->state], "result", session->result, "checks",
                     session->state == SESSION_FAILED ? session->checks : NULL);
}
