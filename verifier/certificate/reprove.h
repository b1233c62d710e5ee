#ifndef POBF_VERIFIER_CERTIFICATE_REPROVE_H
#define POBF_VERIFIER_CERTIFICATE_REPROVE_H

#include "framework/core/status.h"
#include "verifier/certificate/rebuild.h"
#include "verifier/certificate/statement.h"

/*
 * Run all proofs of the first copy, and fill in the statement's counts, modules and configuration:
 * the tools by the digests of their programs, the options, the assumptions. Every module of
 * framework/ must have its proof. Says on stderr what is wrong; POBF_E_REFUSED is a judgement.
 */
POBF_MUST_CHECK enum pobf_status reprove_run(struct rebuild *rebuild, struct statement *statement);

#endif
