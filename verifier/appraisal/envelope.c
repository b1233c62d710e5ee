#include "verifier/appraisal/envelope.h"

#include <stdlib.h>
#include <string.h>

#include "verifier/hardware/decoder.h"

#define PROFILE "tag:pobf,2026:evidence+"

int envelope_is(const uint8_t *bytes, size_t size)
{
    return size > 0 && bytes[0] == '{';
}

/* The platform that the profile names: one of hardware. */
static int take_platform(struct envelope *envelope, const json_t *value)
{
    const char *profile = json_string_value(value);

    if (profile == NULL || strncmp(profile, PROFILE, sizeof PROFILE - 1) != 0) {
        return 0;
    }
    envelope->platform = appraisal_platform_find(profile + sizeof PROFILE - 1);
    return appraisal_platform_is_hardware(envelope->platform);
}

/* What the platform says. Returns how many members that were, 0 where it does not say it. */
static size_t take_tpm(const json_t *root)
{
    return json_is_object(json_object_get(root, "tpm_quote"))
               ? 1 + (size_t)(json_object_get(root, "ak_certificate") != NULL)
               : 0;
}

static size_t take_report(struct envelope *envelope, struct decoder *decoder, const json_t *root)
{
    const json_t *certificates = json_object_get(root, "certificates");

    return decoder_take(decoder, &envelope->report, json_object_get(root, "report")) &&
                   decoder_take_list(decoder, envelope->certificate, &envelope->certificate_count,
                                     ENVELOPE_CERTIFICATES_MAX, certificates)
               ? 1 + (size_t)(certificates != NULL)
               : 0;
}

static int take_all(struct envelope *envelope, const json_t *root, size_t size)
{
    struct decoder decoder = {malloc(size), size};
    size_t members;

    envelope->bytes = decoder.at;
    if (decoder.at == NULL || !take_platform(envelope, json_object_get(root, "profile")) ||
        !decoder_take(&decoder, &envelope->evidence, json_object_get(root, "evidence"))) {
        return 0;
    }
    members = envelope->platform == APPRAISAL_PLATFORM_TPM ? take_tpm(root)
                                                           : take_report(envelope, &decoder, root);
    return members > 0 && json_object_size(root) == 2 + members;
}

enum pobf_status envelope_open(struct envelope *envelope, const uint8_t *bytes, size_t size)
{
    json_t *root = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    int good;

    *envelope = (struct envelope){.bytes = NULL};
    good = json_is_object(root) && take_all(envelope, root, size);
    json_decref(root);
    if (!good) {
        envelope_clear(envelope);
    }
    return good ? POBF_OK : POBF_E_INPUT;
}

void envelope_clear(struct envelope *envelope)
{
    free(envelope->bytes);
    *envelope = (struct envelope){.bytes = NULL};
}
