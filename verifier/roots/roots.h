#ifndef POBF_VERIFIER_ROOTS_ROOTS_H
#define POBF_VERIFIER_ROOTS_ROOTS_H

#include "verifier/x509/certs.h"

/*
 * The root certificates of vendors, compiled in: nothing that comes with evidence can add to them.
 * README.md says where each is from.
 *
 *   name       symbol      certificate, SHA-256 of its DER
 */
#define ROOTS(X)                                                                                   \
    X(AMD_MILAN, amd_milan, "69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd")    \
    X(AMD_GENOA, amd_genoa, "4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1")    \
    X(AMD_TURIN, amd_turin, "1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a")    \
    X(INTEL_SGX, intel_sgx, "44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3")    \
    X(AWS_NITRO, aws_nitro, "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b")

enum roots {
#define X(name, symbol, digest) ROOTS_##name,
    ROOTS(X)
#undef X
        ROOTS_COUNT
};

/*
 * Add a root to `certs`; POBF_E_SYSTEM where it is not the certificate of the table. Not for two
 * threads at once.
 */
POBF_MUST_CHECK enum pobf_status roots_add(struct certs *certs, enum roots root);

/* SHA-256 over the digests of all: which roots a verdict rests on. */
void roots_digest(uint8_t digest[32]);

#endif
