#ifndef POBF_FRAMEWORK_WIRE_HCL_H
#define POBF_FRAMEWORK_WIRE_HCL_H

#include "framework/core/status.h"
#include "framework/wire/span.h"

/*
 * The report that Azure's paravisor (HCL) keeps in a vTPM: what the hardware reports, and the runtime
 * data, JSON, whose hash is in the report data. Numbers are little-endian.
 *
 *   0     "HCLA", version 1 or 2, size of all that counts, request type 2, status 0, 12 zeros
 *   32    1184 bytes: the hardware's report
 *   1216  size of what follows to the end of the JSON, version 1, report type, hash type, JSON size
 *   1236  the JSON; only zeros may follow: the vTPM pads
 */
enum { POBF_HCL_SNP = 2, POBF_HCL_TDX = 4 };
enum { POBF_HCL_SHA256 = 1, POBF_HCL_SHA384 = 2, POBF_HCL_SHA512 = 3 };

struct pobf_hcl {
    uint32_t report_type; /* POBF_HCL_SNP, POBF_HCL_TDX */
    uint32_t hash_type;   /* POBF_HCL_SHA256.. */
    struct pobf_span report;
    struct pobf_span runtime; /* the JSON */
};

/*
 * Parse; judges nothing but the layout. POBF_E_INPUT where it is not that: then *hcl is all zeros.
 */
/*@
  requires hcl:      \valid(hcl);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(hcl, bytes + (0 .. size - 1));
  terminates         \true;
  exits              \false;
  assigns            *hcl;
  ensures  code:     \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  inside:   span_in(&hcl->report, size) && span_in(&hcl->runtime, size);
  ensures  failure:  \result != POBF_OK ==> hcl->report_type == 0 && hcl->hash_type == 0 &&
                     empty_span(&hcl->report) && empty_span(&hcl->runtime);
*/
POBF_MUST_CHECK
enum pobf_status pobf_hcl_parse(struct pobf_hcl *hcl, const uint8_t *bytes, size_t size);

#endif
