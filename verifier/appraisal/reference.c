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

/* Where it is there it is a number: one that would be ignored would protect nobody. */
static int parse_input_max(struct reference *reference, const json_t *root)
{
    const json_t *value = json_object_get(json_object_get(root, "limits"), "input_max");
    const json_int_t number = json_integer_value(value);

    reference->input_max = number > 0 ? (uint64_t)number : 0;
    return value == NULL || number > 0;
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
    if (!parse_input_max(reference, root)) {
        return "limits.input_max: expected a whole number above 0";
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

enum pobf_status reference_take(struct reference *reference, const struct certificate *certificate,
                                enum pobf_backend backend)
{
    const uint8_t *monitor = certificate_monitor(certificate, backend);

    *reference = (struct reference){.input_max = 0};
    if (monitor == NULL) {
        return POBF_E_REFUSED;
    }
    memcpy(reference->measurement, certificate->measurement, POBF_DIGEST_BYTES);
    memcpy(reference->policy, certificate->policy, POBF_DIGEST_BYTES);
    memcpy(reference->monitor, monitor, POBF_DIGEST_BYTES);
    return POBF_OK;
}
