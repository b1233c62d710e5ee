#include "verifier/service/submission.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verifier/hardware/decoder.h"

static int take_tee(struct submission *submission, const json_t *value)
{
    const char *name = value == NULL ? "auto" : json_string_value(value);

    if (name == NULL || (strcmp(name, "auto") != 0 && hardware_find(name) == NULL)) {
        return 0;
    }
    snprintf(submission->tee, sizeof submission->tee, "%s", name);
    return 1;
}

static const char *take_all(struct submission *submission, const json_t *root, size_t size)
{
    const json_t *tee = json_object_get(root, "tee");
    const json_t *endorsements = json_object_get(root, "endorsements");
    const json_t *collateral = json_object_get(root, "collateral");
    struct decoder decoder = {malloc(size), size};

    submission->bytes = decoder.at;
    if (decoder.at == NULL) {
        return "there is no memory for it";
    }
    if (!take_tee(submission, tee)) {
        return "tee names no platform that is known";
    }
    if (!decoder_take(&decoder, &submission->evidence, json_object_get(root, "evidence"))) {
        return "evidence is not bytes in base64";
    }
    if (!decoder_take_list(&decoder, submission->endorsement, &submission->endorsement_count,
                           HARDWARE_ITEMS_MAX, endorsements) ||
        !decoder_take_list(&decoder, submission->collateral, &submission->collateral_count,
                           HARDWARE_ITEMS_MAX, collateral)) {
        return "endorsements or collateral is not a list of bytes in base64";
    }
    return json_object_size(root) ==
                   1 + (size_t)(tee != NULL) + (endorsements != NULL) + (collateral != NULL)
               ? NULL
               : "it has a member that is not understood";
}

enum pobf_status submission_parse(struct submission *submission, const uint8_t *bytes, size_t size,
                                  const char **defect)
{
    json_t *root = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);

    *submission = (struct submission){.bytes = NULL};
    *defect = json_is_object(root) ? take_all(submission, root, size) : "it is not one JSON object";
    json_decref(root);
    if (*defect != NULL) {
        submission_clear(submission);
    }
    return *defect == NULL ? POBF_OK : POBF_E_INPUT;
}

void submission_clear(struct submission *submission)
{
    free(submission->bytes);
    *submission = (struct submission){.bytes = NULL};
}

/* Both lists into one; 0 where it is too short. */
static int join(struct hardware_item *to, const struct hardware_item *first, size_t first_count,
                const struct hardware_item *second, size_t second_count)
{
    if (first_count + second_count > HARDWARE_ITEMS_MAX) {
        return 0;
    }
    for (size_t i = 0; i < first_count; i++) {
        to[i] = first[i];
    }
    for (size_t i = 0; i < second_count; i++) {
        to[first_count + i] = second[i];
    }
    return 1;
}

enum pobf_status submission_fill(struct hardware_input *input, struct submission_items *items,
                                 const struct submission *submission,
                                 const struct hardware_input *given)
{
    *input = *given;
    if (!join(items->endorsement, given->endorsements, given->endorsement_count,
              submission->endorsement, submission->endorsement_count) ||
        !join(items->collateral, given->collateral, given->collateral_count, submission->collateral,
              submission->collateral_count)) {
        return POBF_E_SPACE;
    }
    input->evidence = submission->evidence;
    input->endorsements = items->endorsement;
    input->named_count = given->endorsement_count;
    input->endorsement_count = given->endorsement_count + submission->endorsement_count;
    input->collateral = items->collateral;
    input->collateral_count = given->collateral_count + submission->collateral_count;
    return POBF_OK;
}
