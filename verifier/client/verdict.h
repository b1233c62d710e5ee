#ifndef POBF_VERIFIER_CLIENT_VERDICT_H
#define POBF_VERIFIER_CLIENT_VERDICT_H

#include <jansson.h>

#include "verifier/appraisal/appraisal.h"

/*
 * Tell a verdict and return its exit code. For people: every check and the four levels of
 * assurance on stderr, then the sentence on stdout. As JSON: one object on stdout, {"verdict",
 * "sentence", "exit_code", "checks", "levels", ..extra}. A "sentence" in `extra` goes before the
 * appraisal's own. Takes over `extra`, which may be NULL.
 */
int verdict_print(const struct appraisal *appraisal, json_t *extra, int as_json);

/* Only what keeps the verdict from affirming, on stderr; for a command that stops there. */
int verdict_refuse(const struct appraisal *appraisal, int as_json);

/* Who is trusted with the data beside the platform: "the host". */
const char *verdict_trusted(const struct appraisal *appraisal);

#endif
