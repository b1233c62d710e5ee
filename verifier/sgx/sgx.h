#ifndef POBF_VERIFIER_SGX_SGX_H
#define POBF_VERIFIER_SGX_SGX_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"
#include "verifier/appraisal/checks.h"

/*
 * What an SGX enclave measures, computed from how it is built, and who signed it: reference values for
 * evidence of SGX.                      Intel SDM, volume 3D, sections 37.14, 38.18, 40.3 (ECREATE..EINIT)
 */
enum { SGX_DIGEST_BYTES = 32, SGX_SIGSTRUCT_BYTES = 1808 };

struct sgx_enclave {
    uint8_t mrenclave[SGX_DIGEST_BYTES];
    uint64_t size;
    uint64_t ssa_frame_pages;
    uint64_t pages;  /* that are added                     */
    uint64_t chunks; /* of 256 bytes, that are measured    */
};

/*
 * Measure an .sgxs stream: the blocks that ECREATE, EADD and EEXTEND hash, with the measured bytes
 * after each EEXTEND. Pages come in ascending order, chunks after their page: a stream in another
 * order is refused, though a processor would take it. POBF_E_INPUT, an all-zero *enclave and *defect in
 * words where it is no such stream; POBF_E_SYSTEM where libsodium fails.
 */
POBF_MUST_CHECK enum pobf_status sgx_measure(struct sgx_enclave *enclave, const char **defect,
                                             const uint8_t *bytes, size_t size);

/* What a SIGSTRUCT says. Digests are as evidence has them. */
struct sgx_sigstruct {
    uint8_t mrenclave[SGX_DIGEST_BYTES];
    uint8_t mrsigner[SGX_DIGEST_BYTES];
    uint32_t date; /* 0x20261129 */
    uint32_t vendor;
    uint64_t flags;
    uint64_t flags_mask;
    uint64_t xfrm;
    uint64_t xfrm_mask;
    uint16_t product;
    uint16_t version; /* ISVSVN */
    int allows_debug; /* 1: it may also be started in debug mode, where whoever owns the host looks in */
};

/*
 * Judge a SIGSTRUCT, adding the checks sgx.sigstruct, sgx.signature, sgx.quotients; and where `enclave` is
 * not NULL sgx.enclave_hash. What it says is all zeros where it is not as long as one.
 */
void sgx_judge_sigstruct(struct sgx_sigstruct *sigstruct, struct checks *checks,
                         const uint8_t *bytes, size_t size, const struct sgx_enclave *enclave);

#endif
