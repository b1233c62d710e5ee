#ifndef POBF_VERIFIER_CERTIFICATE_REPROVE_H
#define POBF_VERIFIER_CERTIFICATE_REPROVE_H

#include "framework/core/status.h"
#include "verifier/certificate/rebuild.h"
#include "verifier/certificate/statement.h"

/*
 * Are the tools here whose word a certificate takes, each in the version that is pinned? Adds them
 * to the configuration by the digests of their programs. POBF_E_MISSING names the one that is not.
 */
POBF_MUST_CHECK enum pobf_status reprove_tools(struct rebuild *rebuild,
                                               struct statement *statement);

/*
 * Run all proofs of the first copy, and the theory; fill in the statement's counts and modules, the
 * options and the assumptions. Every module of framework/ must have its proof. What is not proved
 * is told by file and line; POBF_E_REFUSED is a judgement.
 */
POBF_MUST_CHECK enum pobf_status reprove_run(struct rebuild *rebuild, struct statement *statement,
                                             struct levels_parts *parts);

#endif
