#ifndef POBF_ENCLAVE_HOST_FRONTEND_H
#define POBF_ENCLAVE_HOST_FRONTEND_H

#include "enclave/host/wasi.h"

/*
 * Make the WebAssembly module `made` of a project's sources, in a cage, with no more than the project
 * to read: of its main.rs by Debian's rustc, else of its *.c by clang and wasi-libc. Tells people on
 * stderr what is wrong. POBF_E_MISSING: there are no sources, or no compiler.
 */
POBF_MUST_CHECK enum pobf_status frontend_run(const char *made, const struct project *project,
                                              const char *scratch);

#endif
