#ifndef POBF_VERIFIER_REPORT_VERAISON_H
#define POBF_VERIFIER_REPORT_VERAISON_H

#include <jansson.h>

/*
 * The same result in the profile "tag:github.com,2023:veraison/ear", for the tools that read no
 * other: names with dots, one policy a submod, a vector with all eight claims. What has a name of our
 * own goes where Veraison puts what it found: "ear.veraison.annotated-evidence". The overall status
 * has no place there; each submod has its own.
 */
#define VERAISON_PROFILE "tag:github.com,2023:veraison/ear"

/* NULL where memory ran out. */
json_t *veraison_claims(const json_t *claims);

#endif
