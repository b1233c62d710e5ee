#ifndef POBF_VERIFIER_SERVICE_API_H
#define POBF_VERIFIER_SERVICE_API_H

#include <stddef.h>

#include "edge/http/http.h"
#include "verifier/appraisal/appraisal.h"
#include "verifier/hardware/hardware.h"
#include "verifier/key/key.h"
#include "verifier/service/challenge.h"
#include "verifier/service/counts.h"

/*
 * The challenge-response API of Veraison:                 github.com/veraison/docs, api/challenge
 *
 *   POST   /challenge-response/v1/newSession?nonceSize=32   201, Location, a session; 8 to 64 bytes
 *   POST   /challenge-response/v1/newSession?nonce=BASE64   the same, with the caller's nonce: it
 *                                                           is taken once in 120 s
 *   POST   /challenge-response/v1/session/ID                evidence: 200, the session, judged
 *   GET    /challenge-response/v1/session/ID                the session
 *   DELETE /challenge-response/v1/session/ID                204
 *   GET    /.well-known/veraison/verification               what is taken, and the key of results
 *   GET    /metrics, /healthz
 *
 * `newSession?result=` names the form of the result: token.h has them; ietf-jwt. A judged session is
 * "complete", with the report as its result, or "failed", with the report and every check. What
 * media types are taken is body.h's to say.
 */
struct api {
    struct challenges challenges;
    struct appraisal_policy policy;
    struct appraisal_file certificate;     /* NULL bytes: none */
    const struct hardware_input *hardware; /* the operator's policy, keys and collateral; NULL:
                                              evidence of hardware is not taken */
    const struct hardware_item *hardware_policy; /* its file; NULL: a built-in one */
    int64_t at;                                  /* the instant to judge hardware at; 0: now */
    uint64_t sessions_per_client;                /* that wait at once; 0: CHALLENGES_PER_CLIENT */
    const struct key *key;                       /* signs reports */
    struct counts counts;
};

enum { API_BODY_MAX = 16 << 20 };

/* For http_open; their context is the struct api. */
extern const struct http_route api_routes[];
extern const size_t api_route_count;

#endif
