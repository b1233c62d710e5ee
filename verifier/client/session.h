#ifndef POBF_VERIFIER_CLIENT_SESSION_H
#define POBF_VERIFIER_CLIENT_SESSION_H

#include "framework/chain/provider.h"
#include "framework/wire/answer.h"
#include "verifier/client/policy.h"
#include "verifier/client/remote.h"

/*
 * One call, step by step; each step is appraised before the next one begins. A step returns
 * INPUT_GO_ON, or the exit code to end with, after it told on stderr why: where an appraisal does
 * not affirm, its list is in session->appraisal and is told by the caller.
 */
enum { SESSION_CLEAR_AT = 32 };

struct session {
    struct remote *remote;
    const struct policy *policy;
    uint8_t nonce[POBF_NONCE_BYTES]; /* over TLS, from session_attest on, the bound one */
    int is_for_others; /* 1: evidence for somebody else to check: not bound to the connection */
    struct appraisal appraisal; /* the latest */
    struct input evidence;
    struct input offer;
    struct input sealed; /* the sealed input                                  */
    struct input answer; /* as it came; `parts` points into it                */
    struct pobf_answer parts;
    struct input exchange;
    struct input output; /* the clear text stands at SESSION_CLEAR_AT         */
    size_t output_size;
    struct pobf_provider provider;
};

/* Ask for evidence with session->nonce, and appraise the enclave and the channel to it. */
int session_attest(struct session *session);

/* Ask for a one-time key, and appraise it. */
int session_ask_key(struct session *session);

/* Seal `input` to it, wiping the clear text, send it, and take the answer apart. */
int session_send(struct session *session, struct input *input);

/* Appraise the receipt against everything that went before. */
int session_check_receipt(struct session *session);

/* Open the answer. Only after the receipt was affirmed. */
int session_open(struct session *session);

/* All of that, from the one-time key on. An answer without a result is none that is opened. */
int session_call(struct session *session, struct input *input);

/* Wipe and free what was of one call; the enclave stays attested, for the next. */
void session_next(struct session *session);

/* Wipe and free. */
void session_clear(struct session *session);

#endif
