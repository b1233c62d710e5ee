#ifndef POBF_VERIFIER_X509_PATH_H
#define POBF_VERIFIER_X509_PATH_H

#include <stddef.h>
#include <stdint.h>

#include "verifier/x509/certs.h"

/*
 * A narrow profile of RFC 5280 over libssl: the chains that vendors of hardware really use, and
 * nothing else. Every deviation is an error with a sentence; profile.c is the list of them.
 */
enum { PATH_MAX_CERTS = 8 };

/*
 * Lists whose signatures were verified, and by whom: for several paths among the same certificates,
 * which must all be there still. Begins empty.
 */
struct path_memo {
    const X509_CRL *crl[CERTS_CRL_MAX];
    const X509 *issuer[CERTS_CRL_MAX];
    size_t count;
};

/* What a chain must be like. */
struct path_profile {
    const struct certs *roots; /* a root is recognized by subject and KEY: vendors issue it again */
    int needs_crl;             /* 1: every issuer must have a CRL; 0: one that is there counts */
    int bare_leaf; /* 1: the leaf may lack a serial number and all standard extensions, as AMD's */
    int bare_issuers;       /* 1: issuers below the root may lack key identifiers, as AWS's */
    size_t count_max;       /* the longest path, leaf and root included; 0: PATH_MAX_CERTS */
    struct path_memo *memo; /* NULL: every path verifies its lists itself */
    const char *host; /* the DNS name or IP address that the leaf must be for; NULL: not a host's */
};

struct path {
    X509 *cert[PATH_MAX_CERTS]; /* leaf first, the root of the profile last; not owned */
    size_t count;
    int leads_to_root;  /* 1: all is good but, perhaps, revocation */
    const char *defect; /* NULL where the path is good; else a sentence */
    char where[96];     /* the common name of the certificate with the defect */
    int64_t from;       /* the span in which all of the path is valid, both ends included */
    int64_t until;
    int64_t crl_from; /* the same of the CRLs that were consulted; 0 and INT64_MAX where none was */
    int64_t crl_until;
    size_t crl_count; /* how many were */
};

/*
 * Build the path from `leaf` through certs to a root, and hold it against the profile: names, keys,
 * extensions, signatures, revocation. It judges no date: the caller does, by the spans.
 * Returns 1 where it is good. Where there are several good paths, the one that is valid longest
 * is not looked for: the first is taken.
 */
int path_build(struct path *path, X509 *leaf, const struct certs *certs,
               const struct path_profile *profile);

/* Seconds since 1970; INT64_MIN where it is no time. */
int64_t path_epoch(const ASN1_TIME *time);

#endif
