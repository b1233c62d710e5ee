#ifndef POBF_VERIFIER_HARDWARE_POLICY_H
#define POBF_VERIFIER_HARDWARE_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "framework/core/status.h"
#include "verifier/hardware/tcb.h"

/*
 * What of genuine evidence is acceptable. Debug evidence and revoked firmware never are: there is
 * no member for them.
 *
 *   {"name": "mine",                                   for the result
 *    "tcb_status": ["UpToDate", "SWHardeningNeeded"],  which are accepted; default: those that affirm
 *    "advisories": ["INTEL-SA-00615"],                 which may be open; absent: any
 *    "measurements": ["5a5a..."],                      hexadecimal, one of them; absent: any
 *    "minimum_tcb": {"bootloader": 3},                 numbers of the claim "tcb"; absent: none
 *    "claims": {"vmpl": 0, "smt": false}}              claims that must be just so; absent: none
 *
 * Any other member is refused: a rule that is not understood is a rule that is not kept.
 */
struct hardware_policy {
    char name[64];
    uint32_t tcb_statuses;      /* bit n: enum tcb_status n is accepted */
    const json_t *advisories;   /* array of text; NULL: any may be open */
    const json_t *measurements; /* array of lower-case hexadecimal; NULL: any */
    const json_t *minimum_tcb;  /* object of numbers; NULL: none */
    const json_t *claims;       /* object; NULL: none */
    json_t *root;               /* owns the four */
};

#define POLICY_AFFIRMING "affirming"

/* The built-in policy of that name: only what affirms is accepted. */
void policy_affirming(struct hardware_policy *policy);

/* POBF_E_INPUT where it is not exactly such an object; *defect says why. Clear it either way. */
POBF_MUST_CHECK enum pobf_status policy_parse(struct hardware_policy *policy, const uint8_t *bytes,
                                              size_t size, const char **defect);
void policy_clear(struct hardware_policy *policy);

#endif
