#ifndef POBF_VERIFIER_X509_PROFILE_H
#define POBF_VERIFIER_X509_PROFILE_H

#include "verifier/x509/path.h"

/* What one certificate, or one revocation list, must be like. NULL where it is; else a sentence. */
enum profile_role {
    PROFILE_LEAF,
    PROFILE_BARE_LEAF,
    PROFILE_ISSUER,
    PROFILE_BARE_ISSUER,
    PROFILE_ROOT
};

const char *profile_defect(X509 *cert, enum profile_role role);

/* Of a certificate and the one that issued it, beyond name and signature. */
const char *profile_link_defect(X509 *cert, X509 *issuer);

const char *profile_crl_defect(X509_CRL *crl, X509 *issuer);

/* 1 where this issuer signed it, with an algorithm that is known. */
int profile_crl_is_signed(X509_CRL *crl, X509 *issuer);

/* The leaf is for this host: a DNS name, or an IP address. */
const char *profile_host_defect(X509 *leaf, const char *host);

#endif
