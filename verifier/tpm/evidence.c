#include "verifier/tpm/evidence.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

static const struct {
    uint32_t hash;
    const char *name;
    size_t size;
} hashes[] = {
    {POBF_TPM_SHA1, "sha1", 20},
    {POBF_TPM_SHA256, "sha256", 32},
    {POBF_TPM_SHA384, "sha384", 48},
    {POBF_TPM_SHA512, "sha512", 64},
};

enum { HASH_COUNT = sizeof hashes / sizeof hashes[0] };

size_t tpm_hash_size(uint32_t hash)
{
    for (size_t i = 0; i < HASH_COUNT; i++) {
        if (hashes[i].hash == hash) {
            return hashes[i].size;
        }
    }
    return 0;
}

const char *tpm_hash_name(uint32_t hash)
{
    for (size_t i = 0; i < HASH_COUNT; i++) {
        if (hashes[i].hash == hash) {
            return hashes[i].name;
        }
    }
    return "unknown";
}

/* An array of numbers. */
static int take_numbers(struct tpm_bytes *out, const json_t *array)
{
    size_t i;
    json_t *number;

    out->size = json_array_size(array);
    out->bytes = malloc(out->size + 1);
    if (out->bytes == NULL) {
        return 0;
    }
    json_array_foreach((json_t *)(uintptr_t)array, i, number)
    {
        const json_int_t value = json_is_integer(number) ? json_integer_value(number) : -1;

        if (value < 0 || value > 255) {
            return 0;
        }
        out->bytes[i] = (uint8_t)value;
    }
    return 1;
}

static int take_text(struct tpm_bytes *out, const char *text, size_t length)
{
    static const int variants[] = {
        sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
        sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING};

    out->bytes = malloc(length + 1);
    if (out->bytes == NULL) {
        return 0;
    }
    if (strncmp(text, "-----BEGIN", 10) == 0) {
        memcpy(out->bytes, text, length);
        out->size = length;
        return 1;
    }
    if (sodium_hex2bin(out->bytes, length + 1, text, length, NULL, &out->size, NULL) == 0) {
        return 1;
    }
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        if (sodium_base642bin(out->bytes, length + 1, text, length, NULL, &out->size, NULL,
                              variants[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Bytes in any of their forms; 1 where they are there, or `value` is NULL or null. */
static int take_bytes(struct tpm_bytes *out, const json_t *value)
{
    if (value == NULL || json_is_null(value)) {
        return 1;
    }
    if (json_is_string(value)) {
        return take_text(out, json_string_value(value), json_string_length(value));
    }
    return json_is_array(value) && take_numbers(out, value);
}

static int take_bank(struct tpm_registers *bank, const json_t *array)
{
    if (!json_is_array(array) || json_array_size(array) != POBF_TPM_PCRS) {
        return 0;
    }
    for (size_t i = 0; i < POBF_TPM_PCRS; i++) {
        if (!take_bytes(&bank->value[i], json_array_get(array, i))) {
            return 0;
        }
    }
    return 1;
}

static int take_banks(struct tpm_evidence *evidence, const json_t *pcrs)
{
    if (!json_is_object(pcrs)) {
        evidence->bank_count = 1;
        return take_bank(&evidence->bank[0], pcrs);
    }
    for (size_t i = 0; i < HASH_COUNT; i++) {
        const json_t *array = json_object_get(pcrs, hashes[i].name);
        struct tpm_registers *bank = &evidence->bank[evidence->bank_count];

        if (array != NULL) {
            bank->hash = hashes[i].hash;
            evidence->bank_count++;
            if (!take_bank(bank, array)) {
                return 0;
            }
        }
    }
    return evidence->bank_count == json_object_size(pcrs);
}

static const json_t *either(const json_t *object, const char *one, const char *other)
{
    const json_t *value = json_object_get(object, one);

    return value != NULL ? value : json_object_get(object, other);
}

static const char *take_all(struct tpm_evidence *evidence, const json_t *root)
{
    const json_t *quote = either(root, "tpm_quote", "quote");

    if (!json_is_object(quote) ||
        !take_bytes(&evidence->message, json_object_get(quote, "message")) ||
        !take_bytes(&evidence->signature, json_object_get(quote, "signature")) ||
        evidence->message.size == 0 || evidence->signature.size == 0) {
        return "it has no tpm_quote with a message and a signature";
    }
    if (!take_banks(evidence, json_object_get(quote, "pcrs"))) {
        return "its pcrs are not 24 values a bank";
    }
    if (!take_bytes(&evidence->ak_certificate, json_object_get(root, "ak_certificate"))) {
        return "its ak_certificate is not bytes";
    }
    if (!take_bytes(&evidence->event_log, json_object_get(root, "event_log"))) {
        return "its event_log is not bytes";
    }
    if (!take_bytes(&evidence->hcl, either(root, "hcl_report", "report")) ||
        !take_bytes(&evidence->td_quote, json_object_get(root, "td_quote")) ||
        !take_bytes(&evidence->vcek, json_object_get(root, "vcek"))) {
        return "its hcl_report, td_quote or vcek is not bytes";
    }
    return NULL;
}

int tpm_evidence_parse(struct tpm_evidence *evidence, const uint8_t *bytes, size_t size)
{
    json_t *root = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);

    memset(evidence, 0, sizeof *evidence);
    evidence->defect =
        root == NULL ? "it is not JSON, or says something twice" : take_all(evidence, root);
    json_decref(root);
    return evidence->defect == NULL;
}

void tpm_evidence_clear(struct tpm_evidence *evidence)
{
    free(evidence->message.bytes);
    free(evidence->signature.bytes);
    free(evidence->ak_certificate.bytes);
    free(evidence->event_log.bytes);
    free(evidence->hcl.bytes);
    free(evidence->td_quote.bytes);
    free(evidence->vcek.bytes);
    for (size_t i = 0; i < POBF_TPM_BANKS_MAX; i++) {
        for (size_t j = 0; j < POBF_TPM_PCRS; j++) {
            free(evidence->bank[i].value[j].bytes);
        }
    }
    memset(evidence, 0, sizeof *evidence);
}
