#ifndef POBF_VERIFIER_X509_PATH_H
#define POBF_VERIFIER_X509_PATH_H

#include <stddef.h>
#include <stdint.h>

#include "verifier/x509/certs.h"

/*
 * A narrow profile of RFC 5280 over libssl: the chains that vendors of hardware really use, and
 * nothing else. Every deviation is an error with a name.
 */
enum { PATH_MAX_CERTS = 8 };

/* What a chain must be like. */
struct path_profile {
    const struct certs *roots; /* a root is recognized by subject and KEY: vendors issue it again */
    int needs_crl;             /* 1: every issuer must have a CRL; 0: one that is there counts */
};

struct path {
    X509 *cert[PATH_MAX_CERTS]; /* leaf first, the root of the profile last; not owned */
    size_t count;
    const char *defect; /* NULL where the path is good; else a sentence */
    char where[96];     /* the subject of the certificate with the defect */
    int64_t from;       /* the span in which all of the path is valid */
    int64_t until;
    int64_t crl_from; /* the same of the CRLs that were consulted */
    int64_t crl_until;
    size_t crl_count; /* how many were */
};

/*
 * Build the path from `leaf` through certs to a root, and hold it against the profile: names, keys,
 * extensions, signatures, revocation. It judges no date: the caller does, by the spans.
 * Returns 1 where it is good.
 */
int path_build(struct path *path, X509 *leaf, const struct certs *certs,
               const struct path_profile *profile);

#endif
