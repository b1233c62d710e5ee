#ifndef POBF_VERIFIER_DCAP_DCAP_H
#define POBF_VERIFIER_DCAP_DCAP_H

#include "framework/wire/quote_body.h"
#include "verifier/dcap/collateral.h"
#include "verifier/dcap/pck.h"
#include "verifier/hardware/hardware.h"
#include "verifier/x509/path.h"

/*
 * Intel SGX and TDX with DCAP: a quote is signed by an attestation key, which the quoting enclave (QE)
 * vouches for, whose report is signed by the PCK of the machine, whose certificate leads to Intel's
 * root key. What firmware is worth is in collateral: TCB info and QE identity, signed over their
 * exact bytes. (Intel's own library prints the JSON again before it verifies; this one does not.)
 */
extern const struct hardware_platform sgx_platform;
extern const struct hardware_platform tdx_platform;

/* The same of a quote that is part of other evidence; returns 1 where all its checks passed. */
int dcap_appraise_quote(struct hardware_appraisal *appraisal, const uint8_t *bytes, size_t size);

/*
 *   name        id                     field             mandatory  advice
 */
#define DCAP_CHECKS(X)                                                                             \
    X(PARSE, "dcap.parse", "quote", 1, "give the quote whole: version 3, 4 or 5")                  \
    X(TEE, "dcap.tee", "quote.header.tee_type", 1,                                                 \
      "say --tee sgx of an enclave, --tee tdx of a trust domain")                                  \
    X(PADDING, "dcap.padding", "quote.padding", 1,                                                 \
      "give the quote alone, without the bytes that follow it; only zeros may")                    \
    X(KEY_TYPE, "dcap.key_type", "quote.header.att_key_type", 1,                                   \
      "do not trust this quote: its attestation key is not of ECDSA P-256")                        \
    X(VENDOR, "dcap.qe_vendor", "quote.header.qe_vendor_id", 1,                                    \
      "do not trust this quote: its quoting enclave is not Intel's")                               \
    X(SIGNATURE, "dcap.signature", "quote.signature", 1,                                           \
      "do not trust this quote: its attestation key did not sign it")                              \
    X(BINDING, "dcap.attestation_key", "quote.qe_report.report_data", 1,                           \
      "do not trust this quote: the quoting enclave vouches for another key")                      \
    X(QE_SIGNATURE, "dcap.qe_signature", "quote.qe_report_signature", 1,                           \
      "do not trust this quote: the machine of this PCK did not sign for its quoting enclave")     \
    X(PCK, "dcap.pck", "quote.certification_data", 1,                                              \
      "give the PCK certificate and its issuer with --endorsements")                               \
    X(PCK_CHAIN, "dcap.pck.chain", "pck.issuer", 1,                                                \
      "do not trust this quote: its certificates do not lead to Intel's root key")                 \
    X(PCK_VALIDITY, "dcap.pck.validity", "pck.validity", 1,                                        \
      "ask for a quote with current certificates")                                                 \
    X(PCK_REVOCATION, "dcap.pck.revocation", "pck.serial", 1,                                      \
      "give the revocation lists of PCK CA and root with --collateral; trust nothing on them")     \
    X(PCK_CRL, "dcap.pck.revocation.validity", "crl.nextUpdate", 1,                                \
      "give current revocation lists with --collateral")                                           \
    X(TCB_INFO, "dcap.tcb_info", "tcb_info", 1, "give Intel's TCB info with --collateral")         \
    X(TCB_SIGNATURE, "dcap.tcb_info.signature", "tcb_info_signature", 1,                           \
      "give the TCB info as Intel sent it, byte for byte: its signature is over exact bytes")      \
    X(TCB_CHAIN, "dcap.tcb_info.chain", "tcb_info_issuer_chain", 1,                                \
      "give the certificates that Intel sends with the TCB info")                                  \
    X(TCB_CHAIN_VALIDITY, "dcap.tcb_info.chain.validity", "tcb_info_issuer_chain", 1,              \
      "give current certificates of Intel's TCB signing")                                          \
    X(TCB_REVOCATION, "dcap.tcb_info.revocation", "tcb_info_issuer_chain", 1,                      \
      "give the root's revocation list with --collateral; trust nothing on it")                    \
    X(TCB_CRL, "dcap.tcb_info.revocation.validity", "crl.nextUpdate", 1,                           \
      "give a current revocation list with --collateral")                                          \
    X(TCB_VALIDITY, "dcap.tcb_info.validity", "tcb_info.nextUpdate", 1,                            \
      "give current TCB info with --collateral")                                                   \
    X(TCB_MATCH, "dcap.tcb_info.match", "tcb_info.fmspc", 1,                                       \
      "give the TCB info of this processor and TEE")                                               \
    X(TCB_LEVEL, "dcap.tcb_level", "pck.tcb", 1,                                                   \
      "trust no machine that Intel knows no TCB level of")                                         \
    X(QE_IDENTITY, "dcap.qe_identity", "qe_identity", 1,                                           \
      "give Intel's QE identity with --collateral")                                                \
    X(QE_ID_SIGNATURE, "dcap.qe_identity.signature", "qe_identity_signature", 1,                   \
      "give the QE identity as Intel sent it, byte for byte: its signature is over exact bytes")   \
    X(QE_ID_VALIDITY, "dcap.qe_identity.validity", "qe_identity.nextUpdate", 1,                    \
      "give a current QE identity with --collateral")                                              \
    X(QE_MATCH, "dcap.qe_identity.match", "quote.qe_report", 1,                                    \
      "do not trust this quote: its quoting enclave is not the one that Intel names")              \
    X(MODULE, "dcap.tdx_module", "quote.body.mrsignerseam", 0,                                     \
      "do not trust this quote: its TDX module is not one that Intel names")                       \
    X(ATTRIBUTES, "dcap.attributes", "quote.body.attributes", 1,                                   \
      "do not trust this quote: no TEE in use has such attributes")

enum dcap_place {
#define X(name, id, field, mandatory, advice) DCAP_##name,
    DCAP_CHECKS(X)
#undef X
        DCAP_COUNT
};

/* What the steps share. */
struct dcap {
    struct hardware_appraisal *appraisal;
    size_t first; /* the place of DCAP_PARSE in the list */
    struct pobf_quote quote;
    struct pobf_sgx_report qe;  /* of the quoting enclave       */
    struct pobf_sgx_report sgx; /* of the enclave; body_type says which of the two is there */
    struct pobf_td_report td;   /* of the trust domain          */
    struct certs own;           /* Intel's root, where it is the one that counts */
    const struct certs *roots;  /* NULL: it cannot be read      */
    X509 *pck;                  /* NULL: none was given         */
    struct pck facts;
    struct collateral collateral;
    const struct document *tcb_info;    /* of the collateral; NULL: none */
    const struct document *qe_identity; /* the same */
};

/* Before anything is decoded: the root comes with every chain, and need not be decoded again. */
void dcap_open_roots(struct dcap *dcap);

/* The steps. Each leaves alone what it has nothing to judge by. */
void dcap_verify(struct dcap *dcap);
void dcap_validate(struct dcap *dcap);

struct check *dcap_check(struct dcap *dcap, enum dcap_place place);
int dcap_passed(const struct dcap *dcap, enum dcap_place place);
int dcap_is_tdx(const struct dcap *dcap);

#endif
