#ifndef POBF_VERIFIER_CERTIFICATE_HARNESS_H
#define POBF_VERIFIER_CERTIFICATE_HARNESS_H

#include "framework/core/status.h"
#include "verifier/certificate/rebuild.h"

/*
 * The harness is what decides what a certificate says: the Makefile, setup/, proofs/, contracts/,
 * tests/, enclave/function/, and the headers of framework/ and enclave/, which hold contracts. A
 * source could bring one that says yes to everything. So each of its files must be, byte for byte,
 * the one that is installed beside this verifier, with none missing and none added; and no file of
 * the source may have a name by which make, the compiler or another tool would take it for
 * something of their own.
 *
 * Says on stderr every file that is not so; POBF_E_REFUSED then.
 */
POBF_MUST_CHECK enum pobf_status harness_check(struct rebuild *rebuild);

#endif
