#ifndef POBF_VERIFIER_REPORT_REPORT_H
#define POBF_VERIFIER_REPORT_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "verifier/appraisal/appraisal.h"
#include "verifier/key/key.h"
#include "verifier/report/ear.h"

/*
 * A compliance report: an Entity Attestation Result (draft-ietf-rats-ear, profile
 * "tag:ietf.org,2026:rats/ear#03") as a JWT, with the submods platform, enclave and forgetting.
 * A refused appraisal has a report too: it says "contraindicated" and lists every check.
 */
struct report_options {
    const struct key *key; /* private */
    uint64_t now_s;        /* iat */
    uint64_t lifetime_s;   /* exp = iat + this; 0: no exp, what was forgotten stays forgotten */
};

/* What every result has: profile, iat, status, nonce, who says so. NULL where memory ran out. */
json_t *report_frame(const uint8_t *nonce, size_t nonce_size, uint64_t now_s,
                     enum ear_status status);

/* The claims of a report, sorted by name when printed; NULL where memory ran out. */
json_t *report_claims(const struct appraisal *appraisal, const struct report_options *options);

/* Issue: *jwt is a string to free. On any error it is NULL. */
POBF_MUST_CHECK enum pobf_status report_issue(char **jwt, const struct appraisal *appraisal,
                                              const struct report_options *options);

/* 1 where the bytes look like a JWT: to tell file kinds apart, no judgement. */
int report_is(const uint8_t *bytes, size_t size);

/* What a report is held against. */
struct report_expectation {
    const struct key *key;              /* NULL: the signature is not evaluated               */
    const struct appraisal *appraisal;  /* of the files beside it, as far as there are any    */
    const struct reference *reference;  /* NULL: the certificate's subjects                   */
    const struct certificate *subjects; /* NULL: without a reference, not evaluated           */
    const uint8_t *nonce;               /* POBF_NONCE_BYTES; NULL: not evaluated              */
    uint64_t now_s;
    int accept_sim;
};

/*
 * Parse and verify, adding the checks report.*. Returns the claims for people to read, also where
 * a check failed; NULL where they do not parse.
 */
json_t *report_verify(struct checks *checks, const uint8_t *bytes, size_t size,
                      const struct report_expectation *expectation);

/* The platform that the claims rest on, "sim"; NULL where they do not say. */
const char *report_platform(const json_t *claims);

/* 1 where the claims say that they are about an invocation, so that "affirmed" means forgotten. */
int report_is_on_call(const json_t *claims);

/* The claims without any judgement; NULL where it is no JWT. */
json_t *report_json(const uint8_t *bytes, size_t size);

#endif
