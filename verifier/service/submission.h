#ifndef POBF_VERIFIER_SERVICE_SUBMISSION_H
#define POBF_VERIFIER_SERVICE_SUBMISSION_H

#include "framework/core/status.h"
#include "verifier/hardware/hardware.h"

/*
 * Evidence of hardware as it is sent to the service: with what it takes to judge it, as JSON,
 *
 *   {"tee": "snp",                  absent: the bytes are asked
 *    "evidence": BASE64,
 *    "endorsements": [BASE64],      absent: none; certificates, revocation lists
 *    "collateral": [BASE64]}        absent: none
 */
#define SUBMISSION_MEDIA_TYPE "application/vnd.pobf.hardware-evidence+json"

struct submission {
    char tee[16];
    struct hardware_item evidence;
    struct hardware_item endorsement[HARDWARE_ITEMS_MAX];
    size_t endorsement_count;
    struct hardware_item collateral[HARDWARE_ITEMS_MAX];
    size_t collateral_count;
    uint8_t *bytes; /* owned: all that was decoded; NULL where nothing had to be */
};

/* POBF_E_INPUT, and *defect in words, where it is not exactly such JSON. Clear it either way. */
POBF_MUST_CHECK enum pobf_status submission_parse(struct submission *submission,
                                                  const uint8_t *bytes, size_t size,
                                                  const char **defect);
void submission_clear(struct submission *submission);

/*
 * Put what was sent behind what the operator gave, whose keys alone are trusted. The items of *input
 * then are in `endorsement` and `collateral`. POBF_E_SPACE where there are too many.
 */
struct submission_items {
    struct hardware_item endorsement[HARDWARE_ITEMS_MAX];
    struct hardware_item collateral[HARDWARE_ITEMS_MAX];
};
POBF_MUST_CHECK enum pobf_status submission_fill(struct hardware_input *input,
                                                 struct submission_items *items,
                                                 const struct submission *submission,
                                                 const struct hardware_input *given);

#endif
