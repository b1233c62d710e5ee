#ifndef POBF_ENCLAVE_TEE_TPM_KEYS_H
#define POBF_ENCLAVE_TEE_TPM_KEYS_H

#include <tss2/tss2_tpm2_types.h>

#include "enclave/tee/tpm.h"

/*
 * The templates of both keys, and what a TPM's structures become outside of it.
 *
 *   AK   restricted ECDSA P-256 with SHA-256, of the endorsement hierarchy
 *   EK   RSA 2048: what its certificate is about     TCG EK Credential Profile 2.5, template L-1
 */
extern const TPM2B_PUBLIC tpm_keys_ak;
extern const TPM2B_PUBLIC tpm_keys_ek;
enum { TPM_KEYS_EK_CERTIFICATE = 0x01c00002 };

/* A key of tpm_keys_ak's template as SubjectPublicKeyInfo, DER: 1 where it is one. */
int tpm_keys_print(struct tpm_blob *out, const TPM2B_PUBLIC *public);

/* The first 24 registers of a selection of one bank: bit n for register n. */
uint32_t tpm_keys_registers(const TPML_PCR_SELECTION *selection);

/*
 * Take the values that the TPM told, and leave in *wanted what it did not tell yet. 0 where it told
 * nothing, or something else than it was asked for.
 */
int tpm_keys_take_registers(struct tpm_quote *quote, TPML_PCR_SELECTION *wanted,
                            const TPML_PCR_SELECTION *told, const TPML_DIGEST *values);

struct tpm_keys_credential {
    TPM2B_ID_OBJECT sealed;
    TPM2B_ENCRYPTED_SECRET seed;
};

/* 1 where the bytes are just that, as tpm2-tools write it. */
int tpm_keys_parse_credential(struct tpm_keys_credential *credential, const uint8_t *bytes,
                              size_t size);

#endif
