#ifndef POBF_VERIFIER_DCAP_COLLATERAL_H
#define POBF_VERIFIER_DCAP_COLLATERAL_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "verifier/hardware/hardware.h"

/*
 * Intel's collateral, from JSON in two layouts: a bundle
 *
 *   {"tcb_info": "...", "tcb_info_signature": hex, "tcb_info_issuer_chain": PEM,
 *    "qe_identity": "...", "qe_identity_signature": hex, "qe_identity_issuer_chain": PEM,
 *    "pck_crl": hex or PEM, "root_ca_crl": hex or PEM, "pck_crl_issuer_chain": PEM}
 *
 * or what the PCS answers: {"tcbInfo": ..., "signature": hex}, {"enclaveIdentity": ..., "signature":
 * hex}, with chains and lists as files of their own.
 */
enum { COLLATERAL_SIGNATURE_BYTES = 64, COLLATERAL_MAX = 8 };

/* A signed document: its exact bytes, and what they say. */
struct document {
    const char *text; /* NULL: none */
    size_t size;
    uint8_t signature[COLLATERAL_SIGNATURE_BYTES];
    json_t *says; /* owned; an object */
    int64_t from; /* issueDate, nextUpdate */
    int64_t until;
};

struct collateral {
    struct document tcb_info[COLLATERAL_MAX];
    size_t tcb_info_count;
    struct document qe_identity[COLLATERAL_MAX];
    size_t qe_identity_count;
    json_t *kept[HARDWARE_ITEMS_MAX]; /* owned; texts point into it */
    size_t kept_count;
    const char *defect; /* NULL, or why a piece of JSON is not collateral */
};

/* Read all of the appraisal's collateral; certificates and lists go to appraisal->certs. */
void collateral_open(struct collateral *collateral, struct hardware_appraisal *appraisal);
void collateral_close(struct collateral *collateral);

/*
 * The document whose members have these values; where none has all, the first: what is wrong with it
 * will be said. NULL where there is none at all. A name of NULL compares nothing.
 */
struct document *collateral_choose(struct document *documents, size_t count, const char *id,
                                   const char *name, const char *value);

/* "2025-06-05T03:43:45Z"; INT64_MIN where it is none. */
int64_t collateral_epoch(const json_t *text);

#endif
