#ifndef POBF_VERIFIER_SERVICE_API_H
#define POBF_VERIFIER_SERVICE_API_H

#include <stddef.h>

#include "edge/http/http.h"
#include "verifier/appraisal/appraisal.h"
#include "verifier/key/key.h"
#include "verifier/service/challenge.h"

/*
 * The challenge-response API of Veraison:                 github.com/veraison/docs, api/challenge
 *
 *   POST   /challenge-response/v1/newSession?nonceSize=32   201, Location, a session
 *   POST   /challenge-response/v1/newSession?nonce=BASE64   the same, with the caller's nonce
 *   POST   /challenge-response/v1/session/ID                evidence: 200, the session, judged
 *   GET    /challenge-response/v1/session/ID                the session
 *   DELETE /challenge-response/v1/session/ID                204
 *
 * A judged session is "complete", with the report as its result, or "failed", with the report and
 * every check. Two media types are taken: evidence alone, and the bundle of an invocation.
 */
struct api {
    struct challenges challenges;
    struct appraisal_policy policy;
    struct appraisal_file certificate; /* NULL bytes: none */
    const struct key *key;             /* signs reports */
};

enum { API_BODY_MAX = 16 << 20 };

/* For http_open; their context is the struct api. */
extern const struct http_route api_routes[];
extern const size_t api_route_count;

#endif
