#ifndef POBF_VERIFIER_PERIOD_SANITIZATION_H
#define POBF_VERIFIER_PERIOD_SANITIZATION_H

#include <jansson.h>

/*
 * The fields of a certificate of sanitization, each under the standard's own name: what pobf knows,
 * what a person has to fill in, and what does not apply.   NIST SP 800-88 Rev. 1, appendix G.
 *
 * [{"section", "field", "value"}], from a summary with its verdict. Where that does not affirm,
 * nothing is said to be sanitized.
 */
json_t *sanitization_json(const json_t *summary);

#endif
