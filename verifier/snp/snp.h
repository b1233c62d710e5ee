#ifndef POBF_VERIFIER_SNP_SNP_H
#define POBF_VERIFIER_SNP_SNP_H

#include "framework/wire/snp_report.h"
#include "verifier/hardware/hardware.h"
#include "verifier/x509/path.h"

/*
 * AMD SEV-SNP: a report, signed by a key of the chip (VCEK) or of its cloud (VLEK), whose certificate
 * leads over ASK or ASVK to the ARK of the product. Endorsements: the VCEK or VLEK, the ASK or ASVK.
 */
extern const struct hardware_platform snp_platform;

/* The same of a report that is part of other evidence; returns 1 where all its checks passed. */
int snp_appraise_report(struct hardware_appraisal *appraisal, const uint8_t *bytes, size_t size);

/*
 *   name        id                         field             mandatory  advice
 */
#define SNP_CHECKS(X)                                                                              \
    X(PARSE, "snp.parse", "report", 1,                                                             \
      "give the report alone: 1184 bytes of version 2, 3 or 5, and nothing after them")            \
    X(ALGORITHM, "snp.signature_algorithm", "report.signature_algo", 1,                            \
      "do not trust this report: it is not signed with ECDSA P-384 and SHA-384")                   \
    X(ENCODING, "snp.signature_encoding", "report.signature", 1,                                   \
      "do not trust this report: its signature is longer than the curve's numbers")                \
    X(VEK, "snp.vek", "report.signing_key", 1,                                                     \
      "give the certificate of the key that signed: --endorsements VCEK or VLEK")                  \
    X(CHAIN, "snp.chain", "vek.issuer", 1,                                                         \
      "give the ASK (of a VCEK) or ASVK (of a VLEK) of this product with --endorsements")          \
    X(REVOCATION, "snp.revocation", "vek.issuer", 0,                                               \
      "give AMD's revocation list with --collateral")                                              \
    X(REVOCATION_VALIDITY, "snp.revocation.validity", "crl.nextUpdate", 0,                         \
      "give AMD's current revocation list with --collateral")                                      \
    X(VALIDITY, "snp.validity", "vek.validity", 1, "ask AMD's KDS for the certificates again")     \
    X(SIGNATURE, "snp.signature", "report.signature", 1,                                           \
      "do not trust this report: the chip of these certificates did not sign it")                  \
    X(PRODUCT, "snp.product", "report.cpuid", 1,                                                   \
      "give the certificates of this product: these are of another one")                           \
    X(TCB, "snp.tcb", "report.reported_tcb", 1, "ask AMD's KDS for the VCEK of the reported TCB")  \
    X(CHIP_ID, "snp.chip_id", "report.chip_id", 1, "give the VCEK of this chip")                   \
    X(POLICY, "snp.policy", "report.policy", 1,                                                    \
      "do not trust this report: no guest has that policy")                                        \
    X(VMPL, "snp.vmpl", "report.vmpl", 1, "do not trust this report: there is no such level")

enum snp_place {
#define X(name, id, field, mandatory, advice) SNP_##name,
    SNP_CHECKS(X)
#undef X
        SNP_COUNT
};

enum snp_product { SNP_UNKNOWN, SNP_MILAN, SNP_GENOA, SNP_TURIN };

/* What the steps share. */
struct snp {
    struct hardware_appraisal *appraisal;
    size_t first; /* the place of SNP_PARSE in the list */
    const uint8_t *bytes;
    struct pobf_snp_report report;
    enum snp_product product; /* of the VEK */
    X509 *vek;                /* NULL: none was given */
    struct path path;
};

/* The steps. Each leaves alone what it has nothing to judge by. */
void snp_verify(struct snp *snp);
void snp_validate(struct snp *snp);

struct check *snp_check(struct snp *snp, enum snp_place place);
int snp_passed(const struct snp *snp, enum snp_place place);

/* An extension of the VEK, 1.3.6.1.4.1.3704.1.<suffix>; returns its size, 0 where it is not there. */
size_t snp_extension(X509 *vek, const char *suffix, const uint8_t **bytes);
const char *snp_product_name(enum snp_product product);

#endif
