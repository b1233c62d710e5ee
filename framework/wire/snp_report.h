#ifndef POBF_FRAMEWORK_WIRE_SNP_REPORT_H
#define POBF_FRAMEWORK_WIRE_SNP_REPORT_H

#include "framework/core/status.h"
#include "framework/wire/wire.acsl"

#include <stddef.h>

/*
 * The attestation report of AMD SEV-SNP.   SEV-SNP Firmware ABI (56860), ATTESTATION_REPORT.
 * 1184 bytes, of which the first 672 are signed; numbers are little-endian. Versions 2, 3 and 5.
 */
enum {
    POBF_SNP_REPORT_BYTES = 1184,
    POBF_SNP_SIGNED_BYTES = 672,
    POBF_SNP_TCB_BYTES = 8,
    POBF_SNP_CHIP_ID_BYTES = 64,
    POBF_SNP_NUMBER_BYTES = 72 /* R or S of the signature, little-endian */
};

enum {
    POBF_SNP_POLICY_SMT = 16,
    POBF_SNP_POLICY_ALWAYS = 17, /* must be 1 */
    POBF_SNP_POLICY_MIGRATION = 18,
    POBF_SNP_POLICY_DEBUG = 19,
    POBF_SNP_POLICY_SINGLE_SOCKET = 20
}; /* bits of `policy` */

enum { POBF_SNP_KEY_VCEK = 0, POBF_SNP_KEY_VLEK = 1 };
enum { POBF_SNP_ECDSA_P384_SHA384 = 1 };

/* Where nothing else is said, a pointer is to that many bytes of the report itself. */
struct pobf_snp_report {
    uint32_t version;
    uint32_t guest_svn;
    uint64_t policy;
    uint32_t vmpl;
    uint32_t signature_algorithm;
    uint64_t platform_info;
    uint32_t signing_key; /* POBF_SNP_KEY_*, or another value that names no key */
    uint8_t family;       /* family, model, stepping: 0 in version 2 */
    uint8_t model;
    uint8_t stepping;
    const uint8_t *family_id;   /* 16 */
    const uint8_t *image_id;    /* 16 */
    const uint8_t *current_tcb; /* 8, as are the next three */
    const uint8_t *reported_tcb;
    const uint8_t *committed_tcb;
    const uint8_t *launch_tcb;
    const uint8_t *report_data;       /* 64 */
    const uint8_t *measurement;       /* 48 */
    const uint8_t *host_data;         /* 32 */
    const uint8_t *id_key_digest;     /* 48 */
    const uint8_t *author_key_digest; /* 48; zeros where there is none */
    const uint8_t *report_id;         /* 32 */
    const uint8_t *report_id_ma;      /* 32: the migration agent's */
    const uint8_t *chip_id;           /* 64; zeros where the owner masks it */
    const uint8_t *r;                 /* 72 */
    const uint8_t *s;                 /* 72 */
};

/*@
  predicate snp_report_of{L}(struct pobf_snp_report *r, uint8_t *bytes) =
    \at(r->family_id, L) == bytes + 0x10 && \at(r->image_id, L) == bytes + 0x20 &&
    \at(r->current_tcb, L) == bytes + 0x38 && \at(r->report_data, L) == bytes + 0x50 &&
    \at(r->measurement, L) == bytes + 0x90 && \at(r->host_data, L) == bytes + 0xc0 &&
    \at(r->id_key_digest, L) == bytes + 0xe0 && \at(r->author_key_digest, L) == bytes + 0x110 &&
    \at(r->report_id, L) == bytes + 0x140 && \at(r->report_id_ma, L) == bytes + 0x160 &&
    \at(r->reported_tcb, L) == bytes + 0x180 && \at(r->chip_id, L) == bytes + 0x1a0 &&
    \at(r->committed_tcb, L) == bytes + 0x1e0 && \at(r->launch_tcb, L) == bytes + 0x1f0 &&
    \at(r->r, L) == bytes + 0x2a0 && \at(r->s, L) == bytes + 0x2e8;

  predicate no_snp_numbers{L}(struct pobf_snp_report *r) =
    \at(r->version, L) == 0 && \at(r->guest_svn, L) == 0 && \at(r->policy, L) == 0 &&
    \at(r->vmpl, L) == 0 && \at(r->signature_algorithm, L) == 0 &&
    \at(r->platform_info, L) == 0 && \at(r->signing_key, L) == 0 && \at(r->family, L) == 0 &&
    \at(r->model, L) == 0 && \at(r->stepping, L) == 0;

  predicate no_snp_places{L}(struct pobf_snp_report *r) =
    \at(r->family_id, L) == \null && \at(r->image_id, L) == \null &&
    \at(r->current_tcb, L) == \null && \at(r->reported_tcb, L) == \null &&
    \at(r->committed_tcb, L) == \null && \at(r->launch_tcb, L) == \null &&
    \at(r->report_data, L) == \null && \at(r->measurement, L) == \null;

  predicate no_snp_ids{L}(struct pobf_snp_report *r) =
    \at(r->host_data, L) == \null && \at(r->id_key_digest, L) == \null &&
    \at(r->author_key_digest, L) == \null && \at(r->report_id, L) == \null &&
    \at(r->report_id_ma, L) == \null && \at(r->chip_id, L) == \null && \at(r->r, L) == \null &&
    \at(r->s, L) == \null;
*/

/*
 * Parse; judges nothing but the layout. POBF_E_INPUT where it has another size or version, or where
 * a byte is not zero that this version reserves; then *report is all zeros.
 */
/*@
  requires report:   \valid(report);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(report, bytes + (0 .. size - 1));
  terminates         \true;
  exits              \false;
  assigns            *report;
  ensures  code:     \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  success:  \result == POBF_OK ==>
                     size == POBF_SNP_REPORT_BYTES && snp_report_of(report, bytes);
  ensures  version:  \result == POBF_OK ==>
                     report->version == 2 || report->version == 3 || report->version == 5;
  ensures  failure:  \result != POBF_OK ==> no_snp_numbers(report);
  ensures  failure:  \result != POBF_OK ==> no_snp_places(report);
  ensures  failure:  \result != POBF_OK ==> no_snp_ids(report);
*/
POBF_MUST_CHECK
enum pobf_status pobf_snp_report_parse(struct pobf_snp_report *report, const uint8_t *bytes,
                                       size_t size);

#endif
