#ifndef POBF_VERIFIER_NITRO_NITRO_H
#define POBF_VERIFIER_NITRO_NITRO_H

#include "verifier/hardware/hardware.h"

/*
 * AWS Nitro Enclaves: a document that brings its own certificates, from the key that signed it up to
 * AWS's root, which is compiled in. The leaf lives for three hours: --at says when it was received.
 * Of what the enclave put in, --nonce is compared with `nonce`, --report-data with `user_data`.
 * An enclave in debug mode has only zeros in PCR 0 to 2.
 */
extern const struct hardware_platform nitro_platform;

/*
 *   name        id                     field              mandatory  advice
 */
#define NITRO_CHECKS(X)                                                                            \
    X(PARSE, "nitro.parse", "document", 1,                                                         \
      "give the document alone, as the enclave got it: COSE_Sign1 without a tag, not in base64")   \
    X(ALGORITHM, "nitro.signature_algorithm", "document.protected", 1,                             \
      "do not trust this document: it is not signed with ES384")                                   \
    X(CERTIFICATES, "nitro.certificates", "certificate, cabundle", 1,                              \
      "do not trust this document: its certificates do not parse")                                 \
    X(CHAIN, "nitro.chain", "cabundle", 1,                                                         \
      "do not trust this document: its certificates do not lead to AWS's root key")                \
    X(ORDER, "nitro.chain.order", "cabundle", 1,                                                   \
      "do not trust this document: its bundle is not its chain, root first")                       \
    X(VALIDITY, "nitro.validity", "certificate.validity", 1,                                       \
      "ask for a new document, or give the instant at which this one was received with --at")      \
    X(REVOCATION, "nitro.revocation", "cabundle", 0,                                               \
      "give AWS's revocation lists with --collateral")                                             \
    X(REVOCATION_VALIDITY, "nitro.revocation.validity", "crl.nextUpdate", 0,                       \
      "give AWS's current revocation lists with --collateral")                                     \
    X(SIGNATURE, "nitro.signature", "document.signature", 1,                                       \
      "do not trust this document: the key of its certificate did not sign it")                    \
    X(TIMESTAMP, "nitro.timestamp", "timestamp", 1,                                                \
      "do not trust this document: it says that it was made when its certificate was not valid")

enum nitro_place {
#define X(name, id, field, mandatory, advice) NITRO_##name,
    NITRO_CHECKS(X)
#undef X
        NITRO_COUNT
};

#endif
