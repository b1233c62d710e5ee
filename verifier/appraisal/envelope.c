#include "verifier/appraisal/envelope.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

enum { MEMBERS = 3 };

int envelope_is(const uint8_t *bytes, size_t size)
{
    return size > 0 && bytes[0] == '{';
}

static const char *evidence_of(const json_t *root)
{
    const char *profile = json_string_value(json_object_get(root, "profile"));

    const size_t more = json_object_get(root, "ak_certificate") != NULL ? 1 : 0;

    return json_object_size(root) == MEMBERS + more && profile != NULL &&
                   strcmp(profile, "tag:pobf,2026:evidence+tpm") == 0 &&
                   json_is_object(json_object_get(root, "tpm_quote"))
               ? json_string_value(json_object_get(root, "evidence"))
               : NULL;
}

static enum pobf_status decode(uint8_t **evidence, size_t *size, const char *text)
{
    const size_t length = strlen(text);
    uint8_t *bytes = malloc(length + 1);

    if (bytes == NULL) {
        return POBF_E_SYSTEM;
    }
    if (sodium_base642bin(bytes, length + 1, text, length, NULL, size, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        *size == 0) {
        free(bytes);
        *size = 0;
        return POBF_E_INPUT;
    }
    *evidence = bytes;
    return POBF_OK;
}

enum pobf_status envelope_open(uint8_t **evidence, size_t *evidence_size, const uint8_t *bytes,
                               size_t size)
{
    json_t *root = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    const char *text = evidence_of(root);
    enum pobf_status status = POBF_E_INPUT;

    *evidence = NULL;
    *evidence_size = 0;
    if (text != NULL) {
        status = decode(evidence, evidence_size, text);
    }
    json_decref(root);
    return status;
}
