#ifndef POBF_EDGE_FINDINGS_GOALS_H
#define POBF_EDGE_FINDINGS_GOALS_H

#include <stdint.h>

#include "edge/findings/findings.h"

/*
 * What proofs/wp.sh leaves of one module beside its report:
 *   REPORT       the goals, counted by function
 *   REPORT.csv   every property with its place and its status, separated by tabs
 *   REPORT.log   what Frama-C said
 * These are facts to show; the verdict is the gate's, by its exit code.
 */
struct goals {
    uint64_t proved, total;
};

/* Count. POBF_E_INPUT, and zeros, where it is no such report; more proved than there are is none. */
POBF_MUST_CHECK enum pobf_status goals_count(struct goals *goals, const char *report);

/*
 * Add one finding for every property of the project's own files, and one for every error in the log.
 * `root` is the folder that it was proved in: files are named from there.
 */
POBF_MUST_CHECK enum pobf_status goals_find(json_t *findings, const char *report, const char *root);

#endif
