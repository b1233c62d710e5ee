#ifndef POBF_VERIFIER_COSE_ENDORSED_H
#define POBF_VERIFIER_COSE_ENDORSED_H

#include <openssl/evp.h>

#include "verifier/hardware/hardware.h"

/* A public key in PEM or a JWK; NULL where it is neither. */
EVP_PKEY *endorsed_open(const struct hardware_item *item);

/*
 * The key that whoever appraises names for a platform that brings no certificates: among the
 * endorsements, a public key in PEM or a JWK. NULL where there is none, or several: which of two was
 * meant is not ours to choose. `count` gets how many there are.
 */
EVP_PKEY *endorsed_key(const struct hardware_appraisal *appraisal, size_t *count);

/*
 * The certificates that whoever appraises names, apart from those that came with the evidence; clear
 * them afterwards.
 */
void endorsed_certs(struct certs *certs, const struct hardware_appraisal *appraisal);

/*
 * The key, judged: `place` is a check of the key, the next one of its validity, and it has no dates.
 */
EVP_PKEY *endorsed_judge(struct hardware_appraisal *appraisal, size_t place);

#endif
