#ifndef POBF_VERIFIER_SERVICE_BODY_H
#define POBF_VERIFIER_SERVICE_BODY_H

#include "edge/http/http.h"
#include "verifier/service/api.h"

/*
 * The media types of evidence, and how each is appraised. Evidence of an enclave of pobf is taken
 * where there is something to compare it with, that of hardware where there is a policy for it.
 */
enum { BODY_TYPES_MAX = 8 };

/* The media types that this service takes; returns how many. */
size_t body_types(const struct api *api, const char *types[BODY_TYPES_MAX]);

/*
 * Appraise the body of a request for a challenge that waits, and conclude it. Where the body is no
 * evidence that is taken here, the challenge still waits, and the request is answered: POBF_E_INPUT.
 */
POBF_MUST_CHECK enum pobf_status body_judge(struct http_request *request, struct api *api,
                                            struct challenge *challenge, uint64_t now_s);

#endif
