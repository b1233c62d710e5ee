#ifndef POBF_VERIFIER_RATLS_RATLS_H
#define POBF_VERIFIER_RATLS_RATLS_H

#include "verifier/hardware/hardware.h"

/*
 * A TLS certificate that carries evidence of hardware, as the interoperable RA-TLS of the CCC has it:
 * extension 2.23.133.5.4.9 holds evidence and claims (framework/wire/ratls.h).
 *
 * The evidence is over the SHA-256 of the claims, these name the certificate's key, and whoever
 * holds that key is who attests. The evidence is appraised as its own platform's; --nonce is
 * compared with the nonce in the claims. Who signed the certificate is not judged: TLS proves the key.
 */
extern const struct hardware_platform ratls_platform;

/*
 *   name      id                field                        mandatory  advice
 */
#define RATLS_CHECKS(X)                                                                            \
    X(PARSE, "ratls.parse", "certificate.2.23.133.5.4.9", 1,                                       \
      "give a certificate whose extension holds evidence and claims, in deterministic CBOR")       \
    X(EVIDENCE, "ratls.evidence", "certificate.evidence", 1,                                       \
      "give a certificate with evidence of a platform that is known")                              \
    X(KEY, "ratls.key", "claims.pubkey-hash", 1,                                                   \
      "do not connect: the evidence was made for another key than this certificate's")             \
    X(CLAIMS, "ratls.claims", "evidence.report_data", 1,                                           \
      "do not connect: the evidence is not over these claims")                                     \
    X(VALIDITY, "ratls.validity", "certificate.validity", 1, "ask for a current certificate")

enum ratls_place {
#define X(name, id, field, mandatory, advice) RATLS_##name,
    RATLS_CHECKS(X)
#undef X
        RATLS_COUNT
};

#endif
