#ifndef POBF_VERIFIER_REPORT_HARDWARE_H
#define POBF_VERIFIER_REPORT_HARDWARE_H

#include <jansson.h>

#include "verifier/hardware/hardware.h"
#include "verifier/report/ear.h"

/*
 * The appraisal of hardware as an Entity Attestation Result: one submod, "platform". Under a name of
 * our own stands the whole result (hardware/result.h), which `pobf appraise --replay` comes to again.
 */
#define HARDWARE_REPORT_RESULT "tag:pobf,2026:appraisal"

/*
 * The claims, sorted by name when printed; NULL where memory ran out.
 *   result       of result_json
 *   nonce        what the evidence was to be fresh by
 *   now_s        iat
 *   lifetime_s   exp = iat + this, or earlier, where what was judged does not count for so long
 */
json_t *hardware_report_claims(const struct hardware_appraisal *appraisal, json_t *result,
                               const struct hardware_item *nonce, uint64_t now_s,
                               uint64_t lifetime_s);

/* The trustworthiness vector, and the status: never above the verdict. */
json_t *hardware_report_vector(const struct hardware_appraisal *appraisal, enum ear_status *status);

#endif
