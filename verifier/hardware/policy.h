#ifndef POBF_VERIFIER_HARDWARE_POLICY_H
#define POBF_VERIFIER_HARDWARE_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "framework/core/status.h"
#include "verifier/hardware/tcb.h"

/*
 * What of genuine evidence is acceptable. Debug evidence never is: there is no option for it.
 *
 *   {"name": "mine",                                  for the result
 *    "tcb_status": ["UpToDate", "SWHardeningNeeded"],  which are accepted; default: those that affirm
 *    "advisories": ["INTEL-SA-00615"],                 which may be open; absent: any may
 *    "measurements": ["5a5a..."],                      hexadecimal, one of them; absent: any
 *    "minimum_tcb": {"bootloader": 3, ...}}            platforms say which numbers; absent: none
 *
 * Any other member is refused: a rule that is not understood is a rule that is not kept.
 */
struct hardware_policy {
    char name[64];
    uint32_t tcb_statuses;      /* bit n: enum tcb_status n is accepted */
    const json_t *advisories;   /* array of text; NULL: any may be open */
    const json_t *measurements; /* array of hexadecimal; NULL: any */
    const json_t *minimum_tcb;  /* object of numbers; NULL: none */
    json_t *root;               /* owns the three */
};

/* The built-in policy, "affirming": only what affirms is accepted. */
void policy_default(struct hardware_policy *policy);

/* POBF_E_INPUT where it is not exactly such an object; *defect says why. Clear it either way. */
POBF_MUST_CHECK enum pobf_status policy_parse(struct hardware_policy *policy, const uint8_t *bytes,
                                              size_t size, const char **defect);
void policy_clear(struct hardware_policy *policy);

#endif
