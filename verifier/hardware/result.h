#ifndef POBF_VERIFIER_HARDWARE_RESULT_H
#define POBF_VERIFIER_HARDWARE_RESULT_H

#include "verifier/hardware/hardware.h"

/*
 * What an appraisal says, as one JSON object, and how to come to the same again: it names every item
 * that was used by its digest, the instant, what was asked for, and the roots.
 *
 *   {"verdict", "exit_code", "tee", "tcb_status", "advisories", "claims", "checks",
 *    "accepted_from", "accepted_until",              null where nothing was found to be valid
 *    "policy", "roots",                              its name; the digest of the vendors' roots
 *    "asked": {"tee", "at", "report_data" | "nonce" | "any_report_data"},
 *    "items": [{"role", "sha256", "size"}]}          in the order in which they were used
 *
 * An endorsement that nobody named, since it came along with the evidence, has a role of its own: a key in
 * it is not trusted, now or when it is replayed.
 */
#define RESULT_SENT "sent endorsement"
enum { RESULT_DIGEST_TEXT = 65 };

/* `asked_tee` is what --tee said; `policy` the bytes of a policy file, NULL for a built-in one. */
json_t *result_json(const struct hardware_appraisal *appraisal, const char *asked_tee,
                    const struct hardware_item *policy);

/* Its text, the same for the same object; free() it. NULL where there is no memory. */
char *result_text(const json_t *result);

void result_digest(char text[RESULT_DIGEST_TEXT], const struct hardware_item *item);

#endif
