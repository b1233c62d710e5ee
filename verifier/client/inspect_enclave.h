#ifndef POBF_VERIFIER_CLIENT_INSPECT_ENCLAVE_H
#define POBF_VERIFIER_CLIENT_INSPECT_ENCLAVE_H

/*
 * Measure an SGX enclave, and judge its SIGSTRUCT; NULL: it is not given. Prints MRENCLAVE, MRSIGNER and
 * what else is said; returns an exit code.
 */
int inspect_enclave(const char *stream, const char *sigstruct, int as_json);

#endif
