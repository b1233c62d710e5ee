#ifndef POBF_VERIFIER_DCAP_PCK_H
#define POBF_VERIFIER_DCAP_PCK_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "framework/core/status.h"

/*
 * What a PCK certificate says of its machine: the extension 1.2.840.113741.1.13.1, whose members are
 * in the order of their identifiers.
 *                                          Intel SGX PCK Certificate and CRL Profile, section 1.3.5.
 */
enum { PCK_COMPONENTS = 16, PCK_FMSPC_BYTES = 6, PCK_PCEID_BYTES = 2, PCK_PPID_BYTES = 16 };

struct pck {
    uint8_t ppid[PCK_PPID_BYTES];
    uint8_t fmspc[PCK_FMSPC_BYTES];
    uint8_t pceid[PCK_PCEID_BYTES];
    uint8_t cpu_svn[PCK_COMPONENTS];
    uint32_t component[PCK_COMPONENTS];
    uint32_t pce_svn;
};

/* POBF_E_INPUT, and all zeros, where the extension is not there or not just so. */
POBF_MUST_CHECK enum pobf_status pck_parse(struct pck *pck, X509 *cert);

#endif
