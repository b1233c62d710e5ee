#include "enclave/tee/envelope.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "enclave/tee/cert_table.h"

static json_t *base64(const uint8_t *bytes, size_t size)
{
    const size_t room = sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL);
    char *text = malloc(room);
    json_t *value = NULL;

    if (text != NULL) {
        value =
            json_string(sodium_bin2base64(text, room, bytes, size, sodium_base64_VARIANT_ORIGINAL));
    }
    free(text);
    return value;
}

static json_t *registers_json(const struct tpm_quote *quote)
{
    json_t *list = json_array();
    char hex[2 * POBF_DIGEST_BYTES + 1];

    for (size_t i = 0; i < POBF_TPM_PCRS; i++) {
        json_array_append_new(list,
                              (quote->selected >> i & 1) == 0
                                  ? json_null()
                                  : json_string(sodium_bin2hex(hex, sizeof hex, quote->registers[i],
                                                               POBF_DIGEST_BYTES)));
    }
    return list;
}

static char *print(const struct tpm_quote *quote, const struct envelope_source *source,
                   const uint8_t *evidence, size_t size)
{
    json_t *root =
        json_pack("{s:s, s:o, s:{s:o, s:o, s:{s:o}}}", "profile", "tag:pobf,2026:evidence+tpm",
                  "evidence", base64(evidence, size), "tpm_quote", "message",
                  base64(quote->message.bytes, quote->message.size), "signature",
                  base64(quote->signature.bytes, quote->signature.size), "pcrs", "sha256",
                  registers_json(quote));
    char *text;

    if (source->certificate_size > 0) {
        json_object_set_new(root, "ak_certificate",
                            base64(source->certificate, source->certificate_size));
    }
    text = json_dumps(root, JSON_COMPACT);

    json_decref(root);
    return text;
}

char *envelope_of_tpm(struct envelope_source *source, const uint8_t *evidence, size_t size)
{
    struct tpm_quote quote;
    uint8_t digest[POBF_DIGEST_BYTES];

    if (crypto_hash_sha256(digest, evidence, size) != 0 ||
        tpm_quote(source->tpm, &quote, digest) != POBF_OK) {
        return NULL;
    }
    return print(&quote, source, evidence, size);
}

/* NULL where there are none, or they are not a table: the report counts without them. */
static json_t *certificates_json(const struct tsm_report *report)
{
    struct cert_table table;
    json_t *list = NULL;

    if (cert_table_parse(&table, report->auxblob, report->auxblob_size) == POBF_OK) {
        list = json_array();
        for (size_t i = 0; i < table.count; i++) {
            json_array_append_new(list, base64(table.item[i].bytes, table.item[i].size));
        }
    }
    return list;
}

/* What configfs-tsm calls its providers, and how their evidence is appraised. */
static const char *profile_of(const char *provider)
{
    static const char *const known[][2] = {
        {"sev_guest", "tag:pobf,2026:evidence+snp"},
        {"tdx_guest", "tag:pobf,2026:evidence+tdx"},
        {"arm_cca_guest", "tag:pobf,2026:evidence+cca"},
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(provider, known[i][0]) == 0) {
            return known[i][1];
        }
    }
    return NULL;
}

static char *print_report(const struct tsm_report *report, const uint8_t *evidence, size_t size)
{
    const char *profile = profile_of(report->provider);
    json_t *root = profile == NULL ? NULL
                                   : json_pack("{s:s, s:o, s:o, s:o*}", "profile", profile,
                                               "evidence", base64(evidence, size), "report",
                                               base64(report->outblob, report->outblob_size),
                                               "certificates", certificates_json(report));
    char *text = root == NULL ? NULL : json_dumps(root, JSON_COMPACT);

    json_decref(root);
    return text;
}

char *envelope_of_tsm(struct envelope_source *source, const uint8_t *evidence, size_t size)
{
    uint8_t data[TSM_INBLOB_MAX] = {0};
    struct tsm_report report;
    char *text;

    if (crypto_hash_sha256(data, evidence, size) != 0 ||
        tsm_ask(&report, &source->tsm, data, sizeof data) != POBF_OK) {
        return NULL;
    }
    text = print_report(&report, evidence, size);
    tsm_clear(&report);
    return text;
}

enum pobf_status envelope_open_tsm(struct envelope_source *source, const char *reports)
{
    static const uint8_t nothing[TSM_INBLOB_MAX] = {0};
    const struct tsm_options options = {.reports = reports, .privlevel = -1};
    struct tsm_report report;
    enum pobf_status status = tsm_ask(&report, &options, nothing, sizeof nothing);

    if (status == POBF_OK && profile_of(report.provider) == NULL) {
        status = POBF_E_REFUSED;
    }
    tsm_clear(&report);
    *source = (struct envelope_source){.vouch = NULL};
    if (status == POBF_OK) {
        source->vouch = envelope_of_tsm;
        source->patience_s = ENVELOPE_PATIENCE_S;
        source->tsm = options;
    }
    return status;
}

void envelope_close(struct envelope_source *source)
{
    tpm_close(source->tpm);
    *source = (struct envelope_source){.vouch = NULL};
}
