#include "verifier/appraisal/reference.h"

#include <string.h>

#include <jansson.h>
#include <sodium.h>

static int parse_digest(uint8_t digest[POBF_DIGEST_BYTES], const json_t *root, const char *name)
{
    const json_t *value = json_object_get(root, name);
    const size_t length = json_string_length(value);
    size_t size = 0;

    return length == 2 * POBF_DIGEST_BYTES &&
           sodium_hex2bin(digest, POBF_DIGEST_BYTES, json_string_value(value), length, NULL, &size,
                          NULL) == 0 &&
           size == POBF_DIGEST_BYTES;
}

static const char *parse_members(struct reference *reference, const json_t *root)
{
    if (!parse_digest(reference->measurement, root, "measurement")) {
        return "measurement: expected 64 hex digits";
    }
    if (!parse_digest(reference->policy, root, "policy")) {
        return "policy: expected 64 hex digits";
    }
    if (!parse_digest(reference->monitor, root, "monitor")) {
        return "monitor: expected 64 hex digits";
    }
    return NULL;
}

enum pobf_status reference_parse(struct reference *reference, const uint8_t *bytes, size_t size,
                                 const char **defect)
{
    json_t *root = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);

    *defect = json_is_object(root) ? parse_members(reference, root)
                                   : "expected one JSON object, each name in it once";
    json_decref(root);
    if (*defect != NULL) {
        sodium_memzero(reference, sizeof *reference);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}
