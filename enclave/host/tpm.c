#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/pem.h>

#include "contracts/sodium.h"
#include "edge/cli/cli.h"
#include "edge/cli/file.h"
#include "edge/cli/object.h"
#include "edge/cli/talk.h"
#include "enclave/host/commands.h"
#include "enclave/tee/tpm.h"

enum { PATH_LENGTH = 4096, CREDENTIAL_MAX = 4096 };

static enum pobf_status write_file(const char *folder, const char *name, const uint8_t *bytes,
                                   size_t size)
{
    char path[PATH_LENGTH];
    enum pobf_status status = POBF_E_SPACE;

    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) < sizeof path) {
        status = file_write(path, bytes, size, 0);
    }
    if (status != POBF_OK) {
        file_error(status, path);
    }
    return status;
}

/* The AK as `pobf --endorsements` takes it. */
static enum pobf_status write_key(const char *folder, const struct tpm_blob *key)
{
    const uint8_t *at = key->bytes;
    EVP_PKEY *parsed = d2i_PUBKEY(NULL, &at, (long)key->size);
    BIO *out = BIO_new(BIO_s_mem());
    enum pobf_status status = POBF_E_SYSTEM;
    char *pem;

    if (parsed != NULL && out != NULL && PEM_write_bio_PUBKEY(out, parsed) == 1) {
        const long size = BIO_get_mem_data(out, &pem);

        status = write_file(folder, "ak.pem", (const uint8_t *)pem, (size_t)size);
    }
    BIO_free(out);
    EVP_PKEY_free(parsed);
    return status;
}

static enum pobf_status write_identity(const char *folder, const struct tpm_identity *identity)
{
    enum pobf_status status = POBF_OK;

    if (identity->certificate_size == 0) {
        talk_say("the TPM holds no certificate of its EK: there is no ek.crt");
    } else {
        status = write_file(folder, "ek.crt", identity->certificate, identity->certificate_size);
    }
    if (status == POBF_OK) {
        status = write_file(folder, "ek.pub", identity->ek.bytes, identity->ek.size);
    }
    if (status == POBF_OK) {
        status = write_file(folder, "ak.pub", identity->ak.bytes, identity->ak.size);
    }
    if (status == POBF_OK) {
        status = write_file(folder, "ak.name", identity->name.bytes, identity->name.size);
    }
    return status == POBF_OK ? write_key(folder, &identity->ak_key) : status;
}

static int refuse_keys(enum pobf_status status)
{
    return talk_error(status, "the TPM", "it does not make its keys");
}

static void print_identity(const char *folder, const struct tpm_identity *identity)
{
    char name[2 * TPM_BLOB_ROOM + 1];

    sodium_bin2hex(name, sizeof name, identity->name.bytes, identity->name.size);
    object_print(json_pack("{s:o, s:s, s:b}", "folder", object_path(folder), "ak_name", name,
                           "ek_certificate", identity->certificate_size > 0));
}

static int identify(struct tpm *tpm, const char *folder, int as_json)
{
    static struct tpm_identity identity;
    enum pobf_status status;

    if (mkdir(folder, 0777) != 0) {
        return talk_error(POBF_E_SYSTEM, folder, "cannot be made, or is there already");
    }
    status = tpm_identify(tpm, &identity);
    if (status != POBF_OK) {
        return refuse_keys(status);
    }
    status = write_identity(folder, &identity);
    if (status == POBF_OK && as_json) {
        print_identity(folder, &identity);
    }
    return talk_exit_code(status);
}

static int activate(struct tpm *tpm, const char *path, const char *out, int as_json)
{
    struct tpm_blob secret;
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read(&bytes, &size, path, CREDENTIAL_MAX);

    if (status != POBF_OK) {
        return file_error(status, path);
    }
    status = tpm_activate(tpm, &secret, bytes, size);
    file_free(bytes, size);
    if (status == POBF_E_SYSTEM) {
        return refuse_keys(status);
    }
    if (status != POBF_OK) {
        return talk_refuse(path, "a credential for the AK and the EK of this TPM",
                           status == POBF_E_INPUT ? "other bytes" : "one for other keys",
                           "make it for ek.pub and ak.name, as tpm2_makecredential does");
    }
    status = file_write(out, secret.bytes, secret.size, 1);
    sodium_memzero(&secret, sizeof secret);
    if (status != POBF_OK) {
        return file_error(status, out);
    }
    if (as_json) {
        object_print(json_pack("{s:o}", "secret_file", object_path(out)));
    }
    return 0;
}

int tpm_main(int argc, char **argv)
{
    const char *credential = NULL;
    const char *out = NULL;
    int as_json = 0;
    const struct cli_option options[] = {
        {"out", CLI_VALUE, &out, "PATH", "a new folder; with --activate the file for the secret"},
        {"activate", CLI_VALUE, &credential, "FILE",
         "open this credential: it shows that AK and EK are in one TPM"},
        {"json", CLI_FLAG, &as_json, NULL, "print one JSON object"},
    };
    const struct cli_usage usage = {
        "pobf-host tpm TCTI --out PATH [--activate FILE] [--json]",
        "Write what enrols a TPM: ak.pem, ak.pub, ak.name, ek.pub, ek.crt.",
        options,
        sizeof options / sizeof options[0],
        1,
        1,
    };
    size_t operands;
    struct tpm *tpm;
    int code = cli_parse(&usage, argc, argv, &operands);

    if (code >= 0) {
        return code;
    }
    if (out == NULL) {
        return talk_error(POBF_E_USAGE, "--out", "say where to");
    }
    if (as_json && strcmp(out, "-") == 0) {
        return talk_error(POBF_E_USAGE, "--json", "stdout cannot take both --json and --out -");
    }
    if (tpm_open(&tpm, argv[1]) != POBF_OK) {
        return talk_error(POBF_E_MISSING, argv[1], "no TPM answers there");
    }
    code =
        credential == NULL ? identify(tpm, out, as_json) : activate(tpm, credential, out, as_json);
    tpm_close(tpm);
    return code;
}
