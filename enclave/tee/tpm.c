#include "enclave/tee/tpm.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <tss2/tss2_esys.h>
#include <tss2/tss2_mu.h>
#include <tss2/tss2_tctildr.h>

#include "enclave/tee/tpm_keys.h"

struct tpm {
    TSS2_TCTI_CONTEXT *tcti;
    ESYS_CONTEXT *esys;
    ESYS_TR ak; /* ESYS_TR_NONE: not made yet */
};

/* The registers of a quote, as TPM2_Quote and TPM2_PCR_Read take them. */
static const TPML_PCR_SELECTION selection = {
    .count = 1,
    .pcrSelections = {{TPM2_ALG_SHA256, 3, {0xff, 0x00, 1 << (TPM_REGISTER - 16)}}},
};

static enum pobf_status status_of(TSS2_RC code)
{
    return code == TSS2_RC_SUCCESS ? POBF_OK : POBF_E_SYSTEM;
}

enum pobf_status tpm_open(struct tpm **tpm, const char *tcti)
{
    struct tpm *made = calloc(1, sizeof *made);

    *tpm = NULL;
    if (made == NULL) {
        return POBF_E_SYSTEM;
    }
    setenv("TSS2_LOG", "all+NONE", 0); /* errors are told by who asked */
    made->ak = ESYS_TR_NONE;
    if (Tss2_TctiLdr_Initialize(tcti, &made->tcti) != TSS2_RC_SUCCESS ||
        Esys_Initialize(&made->esys, made->tcti, NULL) != TSS2_RC_SUCCESS) {
        tpm_close(made);
        return POBF_E_MISSING;
    }
    *tpm = made;
    return POBF_OK;
}

static void drop_ak(struct tpm *tpm)
{
    if (tpm->ak != ESYS_TR_NONE && Esys_FlushContext(tpm->esys, tpm->ak) != TSS2_RC_SUCCESS) {
        Esys_TR_Close(tpm->esys, &tpm->ak); /* the TPM has lost it */
    }
    tpm->ak = ESYS_TR_NONE;
}

void tpm_close(struct tpm *tpm)
{
    if (tpm == NULL) {
        return;
    }
    if (tpm->esys != NULL) {
        drop_ak(tpm);
        Esys_Finalize(&tpm->esys);
    }
    if (tpm->tcti != NULL) {
        Tss2_TctiLdr_Finalize(&tpm->tcti);
    }
    free(tpm);
}

enum pobf_status tpm_measure(struct tpm *tpm, const uint8_t digests[][POBF_DIGEST_BYTES],
                             size_t count)
{
    TPML_DIGEST_VALUES values = {.count = 1, .digests = {{.hashAlg = TPM2_ALG_SHA256}}};
    TSS2_RC code =
        Esys_PCR_Reset(tpm->esys, ESYS_TR_PCR23, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE);

    for (size_t i = 0; i < count && code == TSS2_RC_SUCCESS; i++) {
        memcpy(values.digests[0].digest.sha256, digests[i], POBF_DIGEST_BYTES);
        code = Esys_PCR_Extend(tpm->esys, ESYS_TR_PCR23, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                               ESYS_TR_NONE, &values);
    }
    return status_of(code);
}

/* A primary key of the endorsement hierarchy; its public half too, where `public` is not NULL. */
static TSS2_RC make_key(struct tpm *tpm, ESYS_TR *key, TPM2B_PUBLIC **public,
                        const TPM2B_PUBLIC *template)
{
    const TPM2B_SENSITIVE_CREATE nothing = {.size = 0};
    const TPM2B_DATA outside = {.size = 0};
    const TPML_PCR_SELECTION none = {.count = 0};

    return Esys_CreatePrimary(tpm->esys, ESYS_TR_RH_ENDORSEMENT, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                              ESYS_TR_NONE, &nothing, template, &outside, &none, key, public, NULL,
                              NULL, NULL);
}

static TSS2_RC need_ak(struct tpm *tpm)
{
    return tpm->ak != ESYS_TR_NONE ? TSS2_RC_SUCCESS : make_key(tpm, &tpm->ak, NULL, &tpm_keys_ak);
}

/* The values of all selected registers: the TPM tells some of them at a time. */
static TSS2_RC read_registers(struct tpm *tpm, struct tpm_quote *quote)
{
    TPML_PCR_SELECTION wanted = selection;
    TSS2_RC code = TSS2_RC_SUCCESS;

    while (code == TSS2_RC_SUCCESS && quote->selected != tpm_keys_registers(&selection)) {
        TPML_PCR_SELECTION *told = NULL;
        TPML_DIGEST *values = NULL;

        code = Esys_PCR_Read(tpm->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &wanted, NULL,
                             &told, &values);
        if (code == TSS2_RC_SUCCESS && !tpm_keys_take_registers(quote, &wanted, told, values)) {
            code = TSS2_BASE_RC_GENERAL_FAILURE;
        }
        Esys_Free(told);
        Esys_Free(values);
    }
    return code;
}

static TSS2_RC marshal_quote(struct tpm_quote *quote, const TPM2B_ATTEST *message,
                             const TPMT_SIGNATURE *signature)
{
    if (message->size > sizeof quote->message.bytes) {
        return TSS2_BASE_RC_INSUFFICIENT_BUFFER;
    }
    memcpy(quote->message.bytes, message->attestationData, message->size);
    quote->message.size = message->size;
    return Tss2_MU_TPMT_SIGNATURE_Marshal(signature, quote->signature.bytes,
                                          sizeof quote->signature.bytes, &quote->signature.size);
}

static TSS2_RC quote_once(struct tpm *tpm, struct tpm_quote *quote, const TPM2B_DATA *data)
{
    const TPMT_SIG_SCHEME scheme = {.scheme = TPM2_ALG_NULL};
    TPM2B_ATTEST *message = NULL;
    TPMT_SIGNATURE *signature = NULL;
    TSS2_RC code = need_ak(tpm);

    sodium_memzero(quote, sizeof *quote);
    if (code == TSS2_RC_SUCCESS) {
        code = Esys_Quote(tpm->esys, tpm->ak, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, data,
                          &scheme, &selection, &message, &signature);
    }
    if (code == TSS2_RC_SUCCESS) {
        code = marshal_quote(quote, message, signature);
    }
    Esys_Free(message);
    Esys_Free(signature);
    return code == TSS2_RC_SUCCESS ? read_registers(tpm, quote) : code;
}

enum pobf_status tpm_quote(struct tpm *tpm, struct tpm_quote *quote,
                           const uint8_t data[POBF_DIGEST_BYTES])
{
    TPM2B_DATA qualifying = {.size = POBF_DIGEST_BYTES};
    TSS2_RC code;

    memcpy(qualifying.buffer, data, POBF_DIGEST_BYTES);
    code = quote_once(tpm, quote, &qualifying);
    if (code != TSS2_RC_SUCCESS) {
        drop_ak(tpm);
        code = quote_once(tpm, quote, &qualifying);
    }
    if (code != TSS2_RC_SUCCESS) {
        sodium_memzero(quote, sizeof *quote);
    }
    return status_of(code);
}

static TSS2_RC marshal_public(struct tpm_blob *blob, const TPM2B_PUBLIC *public)
{
    return Tss2_MU_TPM2B_PUBLIC_Marshal(public, blob->bytes, sizeof blob->bytes, &blob->size);
}

static TSS2_RC take_name(struct tpm *tpm, struct tpm_blob *blob)
{
    TPM2B_NAME *name = NULL;
    const TSS2_RC code = Esys_TR_GetName(tpm->esys, tpm->ak, &name);

    if (code == TSS2_RC_SUCCESS) {
        memcpy(blob->bytes, name->name, name->size);
        blob->size = name->size;
    }
    Esys_Free(name);
    return code;
}

/* The AK is made anew: only then the TPM tells its public half. */
static TSS2_RC identify_ak(struct tpm *tpm, struct tpm_identity *identity)
{
    TPM2B_PUBLIC *public = NULL;
    TSS2_RC code;

    drop_ak(tpm);
    code = make_key(tpm, &tpm->ak, &public, &tpm_keys_ak);
    if (code == TSS2_RC_SUCCESS) {
        code = marshal_public(&identity->ak, public);
    }
    if (code == TSS2_RC_SUCCESS && !tpm_keys_print(&identity->ak_key, public)) {
        code = TSS2_BASE_RC_GENERAL_FAILURE;
    }
    Esys_Free(public);
    return code == TSS2_RC_SUCCESS ? take_name(tpm, &identity->name) : code;
}

static TSS2_RC identify_ek(struct tpm *tpm, struct tpm_identity *identity)
{
    TPM2B_PUBLIC *public = NULL;
    ESYS_TR ek = ESYS_TR_NONE;
    TSS2_RC code = make_key(tpm, &ek, &public, &tpm_keys_ek);

    if (code == TSS2_RC_SUCCESS) {
        code = marshal_public(&identity->ek, public);
        Esys_FlushContext(tpm->esys, ek);
    }
    Esys_Free(public);
    return code;
}

static TSS2_RC read_index(struct tpm *tpm, ESYS_TR index, uint8_t *out, size_t size)
{
    enum { STEP = 512 };
    TSS2_RC code = TSS2_RC_SUCCESS;

    for (size_t at = 0; at < size && code == TSS2_RC_SUCCESS; at += STEP) {
        const size_t part = size - at < STEP ? size - at : STEP;
        TPM2B_MAX_NV_BUFFER *bytes = NULL;

        code = Esys_NV_Read(tpm->esys, index, index, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                            (uint16_t)part, (uint16_t)at, &bytes);
        if (code == TSS2_RC_SUCCESS) {
            memcpy(out + at, bytes->buffer, bytes->size < part ? bytes->size : part);
        }
        Esys_Free(bytes);
    }
    return code;
}

/* A TPM without a certificate of its EK is told by a size of 0. */
static void take_certificate(struct tpm *tpm, struct tpm_identity *identity)
{
    TPM2B_NV_PUBLIC *public = NULL;
    ESYS_TR index = ESYS_TR_NONE;

    if (Esys_TR_FromTPMPublic(tpm->esys, TPM_KEYS_EK_CERTIFICATE, ESYS_TR_NONE, ESYS_TR_NONE,
                              ESYS_TR_NONE, &index) != TSS2_RC_SUCCESS) {
        return;
    }
    if (Esys_NV_ReadPublic(tpm->esys, index, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &public,
                           NULL) == TSS2_RC_SUCCESS &&
        public->nvPublic.dataSize <= sizeof identity->certificate &&
        read_index(tpm, index, identity->certificate, public->nvPublic.dataSize) ==
            TSS2_RC_SUCCESS) {
        identity->certificate_size = public->nvPublic.dataSize;
    }
    Esys_Free(public);
    Esys_TR_Close(tpm->esys, &index);
}

enum pobf_status tpm_identify(struct tpm *tpm, struct tpm_identity *identity)
{
    TSS2_RC code;

    sodium_memzero(identity, sizeof *identity);
    code = identify_ak(tpm, identity);
    if (code == TSS2_RC_SUCCESS) {
        code = identify_ek(tpm, identity);
    }
    if (code == TSS2_RC_SUCCESS) {
        take_certificate(tpm, identity);
    } else {
        sodium_memzero(identity, sizeof *identity);
    }
    return status_of(code);
}

/* The session in which the EK may be used: its policy is that the endorsement hierarchy may be. */
static TSS2_RC open_session(struct tpm *tpm, ESYS_TR *session)
{
    const TPMT_SYM_DEF symmetric = {.algorithm = TPM2_ALG_NULL};
    TSS2_RC code = Esys_StartAuthSession(tpm->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                         ESYS_TR_NONE, ESYS_TR_NONE, NULL, TPM2_SE_POLICY,
                                         &symmetric, TPM2_ALG_SHA256, session);

    if (code == TSS2_RC_SUCCESS) {
        code = Esys_PolicySecret(tpm->esys, ESYS_TR_RH_ENDORSEMENT, *session, ESYS_TR_PASSWORD,
                                 ESYS_TR_NONE, ESYS_TR_NONE, NULL, NULL, NULL, 0, NULL, NULL);
    }
    return code;
}

/* What a credential is opened with. */
struct opener {
    ESYS_TR ek;
    ESYS_TR session;
};

static TSS2_RC make_opener(struct tpm *tpm, struct opener *opener)
{
    TSS2_RC code = need_ak(tpm);

    *opener = (struct opener){ESYS_TR_NONE, ESYS_TR_NONE};
    if (code == TSS2_RC_SUCCESS) {
        code = make_key(tpm, &opener->ek, NULL, &tpm_keys_ek);
    }
    return code == TSS2_RC_SUCCESS ? open_session(tpm, &opener->session) : code;
}

static void drop_opener(struct tpm *tpm, const struct opener *opener)
{
    if (opener->session != ESYS_TR_NONE) {
        Esys_FlushContext(tpm->esys, opener->session);
    }
    if (opener->ek != ESYS_TR_NONE) {
        Esys_FlushContext(tpm->esys, opener->ek);
    }
}

/* Where the TPM answers, and does not open it, it was made for other keys. */
static enum pobf_status open_credential(struct tpm *tpm, struct tpm_blob *secret,
                                        const struct opener *opener,
                                        const struct tpm_keys_credential *credential)
{
    TPM2B_DIGEST *opened = NULL;
    const TSS2_RC code =
        Esys_ActivateCredential(tpm->esys, tpm->ak, opener->ek, ESYS_TR_PASSWORD, opener->session,
                                ESYS_TR_NONE, &credential->sealed, &credential->seed, &opened);

    if (code != TSS2_RC_SUCCESS) {
        return (code & TSS2_RC_LAYER_MASK) == TSS2_TPM_RC_LAYER ? POBF_E_AUTH : POBF_E_SYSTEM;
    }
    memcpy(secret->bytes, opened->buffer, opened->size);
    secret->size = opened->size;
    sodium_memzero(opened, sizeof *opened);
    Esys_Free(opened);
    return POBF_OK;
}

enum pobf_status tpm_activate(struct tpm *tpm, struct tpm_blob *secret, const uint8_t *credential,
                              size_t size)
{
    struct tpm_keys_credential parsed;
    struct opener opener;
    enum pobf_status status;

    sodium_memzero(secret, sizeof *secret);
    if (!tpm_keys_parse_credential(&parsed, credential, size)) {
        return POBF_E_INPUT;
    }
    status = status_of(make_opener(tpm, &opener));
    if (status == POBF_OK) {
        status = open_credential(tpm, secret, &opener, &parsed);
    }
    drop_opener(tpm, &opener);
    return status;
}
