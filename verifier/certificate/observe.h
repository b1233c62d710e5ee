#ifndef POBF_VERIFIER_CERTIFICATE_OBSERVE_H
#define POBF_VERIFIER_CERTIFICATE_OBSERVE_H

#include "framework/core/status.h"
#include "verifier/certificate/rebuild.h"
#include "verifier/certificate/statement.h"

/*
 * What can only be seen by trying: bugs put into a copy of the source, each of which something must
 * notice (proofs/mutants), and the programs that were built, run with two secrets (proofs/binary).
 * This runs the source's programs, so it comes last. `sample`: one in so many mutants.
 *
 * What survives, and what is left, is told one by one. POBF_E_REFUSED is a judgement,
 * POBF_E_MISSING where a part could not be told.
 */
POBF_MUST_CHECK enum pobf_status observe_mutants(struct rebuild *rebuild,
                                                 struct levels_parts *parts, uint64_t sample);
POBF_MUST_CHECK enum pobf_status observe_binary(struct rebuild *rebuild, struct levels_parts *parts,
                                                const struct certificate *facts);

#endif
