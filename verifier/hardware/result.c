#include "verifier/hardware/result.h"

#include <sodium.h>

#include "verifier/roots/roots.h"

void result_digest(char text[RESULT_DIGEST_TEXT], const struct hardware_item *item)
{
    uint8_t digest[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(digest, item->bytes, item->size);
    sodium_bin2hex(text, RESULT_DIGEST_TEXT, digest, sizeof digest);
}

static void add_items(json_t *list, const char *role, const struct hardware_item *items,
                      size_t count)
{
    char digest[RESULT_DIGEST_TEXT];

    for (size_t i = 0; i < count; i++) {
        result_digest(digest, &items[i]);
        json_array_append_new(list, json_pack("{s:s, s:s, s:I}", "role", role, "sha256", digest,
                                              "size", (json_int_t)items[i].size));
    }
}

static json_t *items_json(const struct hardware_input *input, const struct hardware_item *policy)
{
    json_t *list = json_array();

    add_items(list, "evidence", &input->evidence, 1);
    for (size_t i = 0; i < input->endorsement_count; i++) {
        add_items(list, i < input->named_count ? "endorsement" : RESULT_SENT,
                  &input->endorsements[i], 1);
    }
    add_items(list, "collateral", input->collateral, input->collateral_count);
    add_items(list, "reference", &input->reference, input->reference.bytes != NULL);
    add_items(list, "reference key", &input->reference_key, input->reference_key.bytes != NULL);
    add_items(list, "policy", policy, policy == NULL ? 0 : 1);
    return list;
}

static json_t *asked_json(const struct hardware_input *input, const char *tee)
{
    json_t *asked = json_pack("{s:s, s:I}", "tee", tee, "at", (json_int_t)input->at);

    if (input->nonce != NULL) {
        hardware_claim_bytes(asked, "nonce", input->nonce, input->nonce_size);
    }
    if (input->report_data != NULL) {
        hardware_claim_bytes(asked, "report_data", input->report_data, input->report_data_size);
    }
    if (input->any_report_data) {
        json_object_set_new(asked, "any_report_data", json_true());
    }
    return asked;
}

static json_t *advisories_json(const struct hardware_found *found)
{
    json_t *list = json_array();

    for (size_t i = 0; i < found->advisory_count; i++) {
        json_array_append_new(list, json_string(found->advisories[i]));
    }
    return list;
}

static void set_span(json_t *result, const struct hardware_appraisal *appraisal)
{
    const int known = appraisal->span_count != 0;

    json_object_set_new(result, "accepted_from",
                        known ? json_integer(appraisal->accepted_from) : json_null());
    json_object_set_new(result, "accepted_until",
                        known ? json_integer(appraisal->accepted_until) : json_null());
}

json_t *result_json(const struct hardware_appraisal *appraisal, const char *asked_tee,
                    const struct hardware_item *policy)
{
    const struct hardware_found *found = &appraisal->found;
    uint8_t roots[32];
    json_t *result = json_pack(
        "{s:s, s:i, s:s, s:s, s:o, s:O, s:o, s:s, s:o, s:o}", "verdict",
        hardware_verdict_word(appraisal->verdict), "exit_code", hardware_exit_code(appraisal),
        "tee", appraisal->platform, "tcb_status", tcb_word(found->tcb_status), "advisories",
        advisories_json(found), "claims", found->claims, "checks", checks_json(&appraisal->checks),
        "policy", appraisal->input->policy->name, "asked", asked_json(appraisal->input, asked_tee),
        "items", items_json(appraisal->input, policy));

    roots_digest(roots);
    hardware_claim_bytes(result, "roots", roots, sizeof roots);
    set_span(result, appraisal);
    return result;
}

char *result_text(const json_t *result)
{
    return json_dumps(result, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
}
