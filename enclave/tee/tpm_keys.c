#include "enclave/tee/tpm_keys.h"

#include <string.h>

#include <tss2/tss2_mu.h>

enum { POINT_BYTES = 32 };

const TPM2B_PUBLIC tpm_keys_ak = {
    .publicArea =
        {
            .type = TPM2_ALG_ECC,
            .nameAlg = TPM2_ALG_SHA256,
            .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
                                TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_USERWITHAUTH |
                                TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_SIGN_ENCRYPT,
            .parameters.eccDetail =
                {
                    .symmetric.algorithm = TPM2_ALG_NULL,
                    .scheme = {.scheme = TPM2_ALG_ECDSA, .details.ecdsa.hashAlg = TPM2_ALG_SHA256},
                    .curveID = TPM2_ECC_NIST_P256,
                    .kdf.scheme = TPM2_ALG_NULL,
                },
        },
};

const TPM2B_PUBLIC tpm_keys_ek = {
    .publicArea =
        {
            .type = TPM2_ALG_RSA,
            .nameAlg = TPM2_ALG_SHA256,
            .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
                                TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_ADMINWITHPOLICY |
                                TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT,
            /* PolicySecret of the endorsement hierarchy */
            .authPolicy = {.size = 32, .buffer = {0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xb3, 0xf8,
                                                  0x1a, 0x90, 0xcc, 0x8d, 0x46, 0xa5, 0xd7, 0x24,
                                                  0xfd, 0x52, 0xd7, 0x6e, 0x06, 0x52, 0x0b, 0x64,
                                                  0xf2, 0xa1, 0xda, 0x1b, 0x33, 0x14, 0x69, 0xaa}},
            .parameters.rsaDetail =
                {
                    .symmetric = {.algorithm = TPM2_ALG_AES,
                                  .keyBits.aes = 128,
                                  .mode.aes = TPM2_ALG_CFB},
                    .scheme.scheme = TPM2_ALG_NULL,
                    .keyBits = 2048,
                },
            .unique.rsa.size = 256,
        },
};

/* TPMs may leave leading zeros out. */
static void put_coordinate(uint8_t out[POINT_BYTES], const TPM2B_ECC_PARAMETER *number)
{
    memset(out, 0, POINT_BYTES);
    memcpy(out + POINT_BYTES - number->size, number->buffer, number->size);
}

int tpm_keys_print(struct tpm_blob *out, const TPM2B_PUBLIC *public)
{
    /* SEQUENCE of id-ecPublicKey with prime256v1, and a point that is not compressed. RFC 5480 */
    static const uint8_t head[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                   0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                   0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
    const TPMS_ECC_POINT *point = &public->publicArea.unique.ecc;

    if (public->publicArea.type != TPM2_ALG_ECC || point->x.size > POINT_BYTES ||
        point->y.size > POINT_BYTES) {
        return 0;
    }
    memcpy(out->bytes, head, sizeof head);
    put_coordinate(out->bytes + sizeof head, &point->x);
    put_coordinate(out->bytes + sizeof head + POINT_BYTES, &point->y);
    out->size = sizeof head + 2 * POINT_BYTES;
    return 1;
}

uint32_t tpm_keys_registers(const TPML_PCR_SELECTION *selection)
{
    const TPMS_PCR_SELECTION *bank = &selection->pcrSelections[0];

    return selection->count == 1 && bank->hash == TPM2_ALG_SHA256 && bank->sizeofSelect == 3
               ? (uint32_t)bank->pcrSelect[0] | (uint32_t)bank->pcrSelect[1] << 8 |
                     (uint32_t)bank->pcrSelect[2] << 16
               : 0;
}

int tpm_keys_take_registers(struct tpm_quote *quote, TPML_PCR_SELECTION *wanted,
                            const TPML_PCR_SELECTION *told, const TPML_DIGEST *values)
{
    const uint32_t registers = tpm_keys_registers(told);
    size_t at = 0;

    if (registers == 0 || (registers & ~tpm_keys_registers(wanted)) != 0) {
        return 0;
    }
    for (size_t i = 0; i < POBF_TPM_PCRS; i++) {
        if ((registers >> i & 1) == 0) {
            continue;
        }
        if (at == values->count || values->digests[at].size != POBF_DIGEST_BYTES) {
            return 0;
        }
        memcpy(quote->registers[i], values->digests[at++].buffer, POBF_DIGEST_BYTES);
        wanted->pcrSelections[0].pcrSelect[i / 8] &= (uint8_t) ~(1U << i % 8);
    }
    quote->selected |= registers;
    return at == values->count;
}

/* The head that tpm2-tools put before a credential: who wrote it, and its version. */
static int parse_head(const uint8_t *bytes, size_t size, size_t *at)
{
    uint32_t magic = 0;
    uint32_t version = 0;

    return Tss2_MU_UINT32_Unmarshal(bytes, size, at, &magic) == TSS2_RC_SUCCESS &&
           Tss2_MU_UINT32_Unmarshal(bytes, size, at, &version) == TSS2_RC_SUCCESS &&
           magic == 0xbadcc0de && version == 1;
}

int tpm_keys_parse_credential(struct tpm_keys_credential *credential, const uint8_t *bytes,
                              size_t size)
{
    size_t at = 0;

    memset(credential, 0, sizeof *credential);
    return parse_head(bytes, size, &at) &&
           Tss2_MU_TPM2B_ID_OBJECT_Unmarshal(bytes, size, &at, &credential->sealed) ==
               TSS2_RC_SUCCESS &&
           Tss2_MU_TPM2B_ENCRYPTED_SECRET_Unmarshal(bytes, size, &at, &credential->seed) ==
               TSS2_RC_SUCCESS &&
           at == size;
}
