#ifndef POBF_VERIFIER_CERTIFICATE_CERTIFICATE_H
#define POBF_VERIFIER_CERTIFICATE_CERTIFICATE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/wire/evidence.h"
#include "verifier/appraisal/checks.h"
#include "verifier/certificate/levels.h"
#include "verifier/key/key.h"

struct statement;

/*
 * A proof certificate: an in-toto Statement v1 in a DSSE envelope. Its subjects are the image
 * (measurement), its policy, the monitor's program on either backend, and the source; its predicate
 * is a test result (https://in-toto.io/attestation/test-result/v0.1) with the goals proved, the
 * provers and the assumptions.
 */
struct certificate {
    uint8_t measurement[POBF_DIGEST_BYTES]; /* subject "image": SHA-256 of the function's image   */
    uint8_t policy[POBF_DIGEST_BYTES];      /* subject "policy": SHA-256 of its manifest          */
    uint8_t monitor[POBF_DIGEST_BYTES];     /* subject "monitor": SHA-256 of pobf-monitor         */
    uint8_t trustlet[POBF_DIGEST_BYTES];    /* subject "trustlet": of what runs in a KVM machine  */
    uint8_t source[POBF_DIGEST_BYTES];      /* subject "source": digest over the source tree      */
    uint64_t proved;
    uint64_t goals;
    struct levels levels; /* what stands behind it */
    uint64_t issued_at_s;
    uint8_t digest[POBF_DIGEST_BYTES]; /* SHA-256 of the envelope's bytes, what evidence binds */
};

/* The subject that runs on this backend, as evidence names it; NULL on a backend of no subject. */
const uint8_t *certificate_monitor(const struct certificate *certificate,
                                   enum pobf_backend backend);

/*
 * Parse and verify `bytes`, adding one check for each of: certificate.parse,
 * certificate.signature, certificate.key, certificate.result (PASSED), certificate.proof
 * (proved == goals > 0), certificate.reproduced, certificate.mutants (each
 * noticed or explained), certificate.binary (nothing left in this binary). `key` NULL: the
 * signature is not evaluated. Where the parse fails *certificate is all zeros.
 */
void certificate_verify(struct certificate *certificate, struct checks *checks,
                        const uint8_t *bytes, size_t size, const struct key *key);

/*
 * Sign; *envelope is text to free. POBF_E_REFUSED, and NULL, where certificate_verify would refuse
 * what the statement says: no certificate says "not proved" or "not reproduced".
 */
POBF_MUST_CHECK enum pobf_status
certificate_sign(char **envelope, const struct statement *statement, const struct key *key);

/* 1 where the bytes look like a DSSE envelope of ours: to tell file kinds apart, no judgement. */
int certificate_is(const uint8_t *bytes, size_t size);

/* What it says, for people and for --json; no judgement. NULL where it does not parse. */
json_t *certificate_json(const uint8_t *bytes, size_t size);

#endif
