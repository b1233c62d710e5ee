#ifndef POBF_ENCLAVE_TEE_TPM_H
#define POBF_ENCLAVE_TEE_TPM_H

#include <stddef.h>
#include <stdint.h>

#include "framework/wire/evidence.h"
#include "framework/wire/tpm.h"

/*
 * A TPM 2.0 as the platform, by tpm2-tss. It is reached by the name of a TCTI and its settings:
 * "device:/dev/tpmrm0" is a chip, "swtpm:path=SOCKET" a software TPM.
 *
 *   register 23      made anew when a host starts to serve: monitor, then image, extended one after
 *                    the other (tpm_measure)
 *   registers 0 - 7  what booted this machine; they are quoted, and a verifier may pin them
 *   AK               ECDSA P-256, restricted: it signs only what the TPM made itself. It is derived
 *                    from the endorsement seed, so it is the same after each start and lies nowhere
 *   quote            over SHA-256 of the evidence that the monitor signed
 *
 * What a quote says: a TPM with this AK had these registers, and whoever could use the TPM asked for it
 * to sign this. Nothing keeps software that may use the TPM from making register 23 anew, so it vouches for
 * the monitor only as far as the system does that registers 0 to 7 name.
 */
enum {
    TPM_REGISTER = 23,
    TPM_BOOT_REGISTERS = 8,
    TPM_BLOB_ROOM = 1024,
    TPM_CERTIFICATE_ROOM = 4096
};

struct tpm;

/* POBF_E_MISSING where none answers by that name. */
POBF_MUST_CHECK enum pobf_status tpm_open(struct tpm **tpm, const char *tcti);
/* NULL is fine. */
void tpm_close(struct tpm *tpm);

/* Make register 23 anew, and extend it with these digests in order. */
POBF_MUST_CHECK enum pobf_status
tpm_measure(struct tpm *tpm, const uint8_t digests[][POBF_DIGEST_BYTES], size_t count);

struct tpm_blob {
    uint8_t bytes[TPM_BLOB_ROOM];
    size_t size;
};

struct tpm_quote {
    struct tpm_blob message;                             /* TPMS_ATTEST    */
    struct tpm_blob signature;                           /* TPMT_SIGNATURE */
    uint8_t registers[POBF_TPM_PCRS][POBF_DIGEST_BYTES]; /* of the bank of SHA-256 */
    uint32_t selected;                                   /* bit n: register n is in it */
};

/*
 * A quote over `data`. A TPM that was reset is asked again, but is not measured into again: what it says
 * then is that it was reset. On any error *quote is all zeros.
 */
POBF_MUST_CHECK enum pobf_status tpm_quote(struct tpm *tpm, struct tpm_quote *quote,
                                           const uint8_t data[POBF_DIGEST_BYTES]);

/* What whoever enrols the machine needs to see. */
struct tpm_identity {
    struct tpm_blob ak;     /* TPM2B_PUBLIC of the AK                                    */
    struct tpm_blob name;   /* its name: a credential is made for it                     */
    struct tpm_blob ak_key; /* the same key as SubjectPublicKeyInfo, DER                 */
    struct tpm_blob ek;     /* TPM2B_PUBLIC of the EK (RSA 2048, template L-1 of the TCG) */
    uint8_t certificate[TPM_CERTIFICATE_ROOM]; /* of the EK, DER                         */
    size_t certificate_size;                   /* 0: the TPM has none                    */
};

POBF_MUST_CHECK enum pobf_status tpm_identify(struct tpm *tpm, struct tpm_identity *identity);

/*
 * Open a credential (the file that tpm2_makecredential writes): only the TPM that has both keys can, so
 * the secret in it tells the one who made it that the AK is in the TPM of the EK. POBF_E_INPUT where it
 * is no such file, POBF_E_AUTH where it was made for other keys, POBF_E_SYSTEM where the TPM does not make
 * its own; then *secret is all zeros.
 */
POBF_MUST_CHECK enum pobf_status tpm_activate(struct tpm *tpm, struct tpm_blob *secret,
                                              const uint8_t *credential, size_t size);

#endif
