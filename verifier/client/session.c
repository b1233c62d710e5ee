#include "verifier/client/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"

enum { EVIDENCE_LIMIT = 64 * 1024, OFFER_LIMIT = 4096, PATH_ROOM = 128 };

static void appraise(struct session *session, enum appraisal_scope scope)
{
    const struct appraisal_policy policy = policy_of(session->policy);
    const struct appraisal_input input = {
        .scope = scope,
        .evidence = input_view(&session->evidence),
        .offer = input_view(&session->offer),
        .receipt = {session->parts.receipt, session->parts.receipt_size},
        .exchange = input_view(&session->exchange),
        .certificate = input_view(&session->policy->certificate),
        .nonce = session->nonce,
        .channel_key = remote_channel_key(session->remote),
    };

    appraisal_run(&session->appraisal, &input, &policy);
}

static int affirmed(struct session *session, enum appraisal_scope scope)
{
    appraise(session, scope);
    return session->appraisal.verdict == VERDICT_AFFIRMED
               ? INPUT_GO_ON
               : checks_exit_code(session->appraisal.verdict);
}

int session_attest(struct session *session)
{
    const int code = remote_get_evidence(session->remote, &session->evidence, session->nonce,
                                         session->is_for_others, EVIDENCE_LIMIT);

    return code == INPUT_GO_ON ? affirmed(session, APPRAISAL_CHANNEL) : code;
}

int session_ask_key(struct session *session)
{
    const struct input nothing = {NULL, 0};
    char hex[2 * POBF_BOOT_ID_BYTES + 1];
    char path[PATH_ROOM];
    int code;

    /* Several may serve: the one that was appraised is asked, and no other. */
    sodium_bin2hex(hex, sizeof hex, session->appraisal.evidence.boot_id, POBF_BOOT_ID_BYTES);
    snprintf(path, sizeof path, "/v1/tasks?boot=%s", hex);
    code = remote_post(session->remote, &session->offer, path, &nothing, OFFER_LIMIT);
    return code == INPUT_GO_ON ? affirmed(session, APPRAISAL_OFFER) : code;
}

/* A copy with room for what sealing adds around it; the original is wiped. */
static enum pobf_status make_room(struct input *sealed, struct input *input)
{
    sealed->size = input->size + POBF_SEALED_OVERHEAD;
    sealed->bytes = calloc(1, sealed->size);
    if (sealed->bytes == NULL) {
        sealed->size = 0;
        return POBF_E_SYSTEM;
    }
    memcpy(sealed->bytes + SESSION_CLEAR_AT, input->bytes, input->size);
    return POBF_OK;
}

static enum pobf_status seal(struct session *session, struct input *input)
{
    const struct pobf_evidence *evidence = &session->appraisal.evidence;
    const size_t size = input->size;
    uint8_t ephemeral[POBF_X25519_BYTES];
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    enum pobf_status status = make_room(&session->sealed, input);

    input_free(input);
    if (status == POBF_OK) {
        randombytes_buf(ephemeral, sizeof ephemeral);
        status = pobf_provider_begin(&session->provider, &session->appraisal.offer,
                                     evidence->measurement, evidence->policy, ephemeral);
        sodium_memzero(ephemeral, sizeof ephemeral);
    }
    if (status == POBF_OK) {
        status = pobf_provider_seal(&session->provider, session->sealed.bytes, size, commitment);
    }
    if (status != POBF_OK) {
        input_free(&session->sealed);
    }
    return status;
}

int session_send(struct session *session, struct input *input)
{
    char hex[2 * POBF_TASK_ID_BYTES + 1];
    char path[PATH_ROOM];
    const enum pobf_status status = seal(session, input);
    int code;

    if (status != POBF_OK) {
        return talk_error(status, "the input could not be sealed", NULL);
    }
    sodium_bin2hex(hex, sizeof hex, session->appraisal.offer.task_id, POBF_TASK_ID_BYTES);
    snprintf(path, sizeof path, "/v1/tasks/%s", hex);
    code = remote_post(session->remote, &session->answer, path, &session->sealed, INPUT_FILE_MAX);
    if (code == INPUT_GO_ON && pobf_answer_parse(&session->parts, session->answer.bytes,
                                                 session->answer.size) != POBF_OK) {
        return talk_refuse("answer", "a receipt and a sealed answer", "other bytes",
                           "the host answers in another way than it should: do not rely on it");
    }
    return code;
}

/* What the data provider keeps of the call. */
static enum pobf_status keep_exchange(struct session *session)
{
    const size_t room =
        EXCHANGE_OVERHEAD + session->offer.size + session->sealed.size + session->parts.sealed_size;
    struct exchange exchange = {
        .offer = session->offer.bytes,
        .offer_size = session->offer.size,
        .sealed_input = session->sealed.bytes + POBF_X25519_BYTES,
        .sealed_input_size = session->sealed.size - POBF_X25519_BYTES,
        .sealed_answer = session->parts.sealed,
        .sealed_answer_size = session->parts.sealed_size,
    };
    enum pobf_status status = POBF_E_SYSTEM;

    memcpy(exchange.nonce, session->nonce, POBF_NONCE_BYTES);
    memcpy(exchange.channel_key, remote_channel_key(session->remote), POBF_DIGEST_BYTES);
    memcpy(exchange.input_salt, session->provider.input_salt, POBF_SALT_BYTES);
    memcpy(exchange.output_salt, session->provider.output_salt, POBF_SALT_BYTES);
    session->exchange.bytes = malloc(room);
    if (session->exchange.bytes != NULL) {
        status = exchange_print(session->exchange.bytes, room, &session->exchange.size, &exchange);
    }
    sodium_memzero(&exchange, sizeof exchange);
    return status;
}

int session_check_receipt(struct session *session)
{
    const enum pobf_status status = keep_exchange(session);

    return status == POBF_OK ? affirmed(session, APPRAISAL_INVOCATION)
                             : talk_error(status, "the exchange could not be kept", NULL);
}

int session_open(struct session *session)
{
    const struct pobf_answer *parts = &session->parts;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    enum pobf_status status = POBF_E_SYSTEM;

    session->output.bytes = malloc(parts->sealed_size + 1);
    if (session->output.bytes != NULL) {
        session->output.size = parts->sealed_size;
        memcpy(session->output.bytes, parts->sealed, parts->sealed_size);
        status = pobf_provider_open(&session->provider, session->output.bytes, parts->sealed_size,
                                    &session->output_size, commitment);
    }
    if (status != POBF_OK) {
        return talk_refuse("answer", "sealed with the key of this call", talk_sentence(status),
                           "do not rely on it: the result was not written");
    }
    return INPUT_GO_ON;
}

int session_call(struct session *session, struct input *input)
{
    int code = session_ask_key(session);

    if (code == INPUT_GO_ON) {
        code = session_send(session, input);
    }
    if (code == INPUT_GO_ON) {
        code = session_check_receipt(session);
    }
    return code == INPUT_GO_ON && session->parts.sealed_size > 0 ? session_open(session) : code;
}

void session_next(struct session *session)
{
    input_free(&session->offer);
    input_free(&session->sealed);
    input_free(&session->answer);
    input_free(&session->exchange);
    input_free(&session->output);
    session->parts = (struct pobf_answer){NULL, 0, NULL, 0};
    session->output_size = 0;
    pobf_provider_clear(&session->provider);
}

void session_clear(struct session *session)
{
    session_next(session);
    input_free(&session->evidence);
    remote_close(session->remote);
    session->remote = NULL;
}
