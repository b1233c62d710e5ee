#ifndef POBF_VERIFIER_REPORT_EAR_H
#define POBF_VERIFIER_REPORT_EAR_H

#include <jansson.h>

#include "verifier/appraisal/appraisal.h"

/*
 * From checks to an Entity Attestation Result: each check bears on one claim of one submod.
 * Claims and tiers: draft-ietf-rats-ar4si; statuses: draft-ietf-rats-ear.
 */
#define EAR_PROFILE "tag:ietf.org,2026:rats/ear#03"

enum ear_submod { EAR_PLATFORM, EAR_ENCLAVE, EAR_FORGETTING, EAR_SUBMOD_COUNT };

/* From bad to good: an overall status is the least of its parts. */
enum ear_status { EAR_CONTRAINDICATED, EAR_NONE, EAR_WARNING, EAR_AFFIRMING };

const char *ear_submod_name(enum ear_submod submod);
const char *ear_status_name(enum ear_status status);
/* EAR_NONE where the text is no status. */
enum ear_status ear_status_parse(const char *text);
enum ear_status ear_worse(enum ear_status a, enum ear_status b);

/* The trustworthiness vector of a submod, {"executables": 2, ..}, and the status it amounts to. */
json_t *ear_vector(const struct appraisal *appraisal, enum ear_submod submod,
                   enum ear_status *status);

/*
 * The overall status: never above the worst submod. Where the scope is not an invocation, nothing
 * is said about forgetting, and that does not count.
 */
enum ear_status ear_overall(const enum ear_status status[EAR_SUBMOD_COUNT], int is_invocation);

#endif
