#ifndef POBF_VERIFIER_REPORT_ASSURANCE_H
#define POBF_VERIFIER_REPORT_ASSURANCE_H

#include <stdio.h>

#include <jansson.h>

#include "verifier/appraisal/appraisal.h"

/*
 * The four levels of assurance, each by itself (verifier/certificate/levels.h), as an appraisal of
 * these files bears them out: {"PROVED": "yes: ..", ..}. The first word is "yes", "no", or "not":
 * what was not handed in is "not here", whatever another level says.
 */
json_t *assurance_of(const struct appraisal *appraisal);

/* The same for people, a line a level; also from a report's claims. NULL prints nothing. */
void assurance_print(FILE *out, const json_t *levels);

#endif
