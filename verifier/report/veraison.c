#include "verifier/report/veraison.h"

#include <string.h>

#include "verifier/report/vector.h"

static int is_our_own(const char *name)
{
    return strncmp(name, "tag:", 4) == 0;
}

static json_t *own_of(const json_t *object)
{
    json_t *own = json_object();
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        if (is_our_own(name)) {
            json_object_set(own, name, value);
        }
    }
    return own;
}

static json_t *whole_vector(const json_t *vector)
{
    json_t *whole = json_object();

    for (size_t i = 0; i < VECTOR_CLAIMS; i++) {
        const char *name = vector_claim_name((enum vector_claim)i);
        const json_t *value = json_object_get(vector, name);

        json_object_set_new(whole, name, json_integer(json_integer_value(value)));
    }
    return whole;
}

static json_t *one_submod(const json_t *submod)
{
    const json_t *policies = json_object_get(submod, "ear_appraisal_policy_ids");

    return json_pack("{s:O, s:o, s:O, s:o}", "ear.status", json_object_get(submod, "ear_status"),
                     "ear.trustworthiness-vector",
                     whole_vector(json_object_get(submod, "ear_trustworthiness_vector")),
                     "ear.appraisal-policy-id", json_array_get(policies, 0),
                     "ear.veraison.annotated-evidence", own_of(submod));
}

static json_t *all_submods(const json_t *submods)
{
    json_t *all = json_object();
    const char *name;
    json_t *submod;

    json_object_foreach((json_t *)(uintptr_t)submods, name, submod)
    {
        if (json_object_set_new(all, name, one_submod(submod)) != 0) {
            json_decref(all);
            return NULL;
        }
    }
    return all;
}

json_t *veraison_claims(const json_t *claims)
{
    return json_pack("{s:s, s:O, s:O*, s:O, s:O, s:o}", "eat_profile", VERAISON_PROFILE, "iat",
                     json_object_get(claims, "iat"), "exp", json_object_get(claims, "exp"),
                     "eat_nonce", json_object_get(claims, "eat_nonce"), "ear.verifier-id",
                     json_object_get(claims, "ear_verifier_id"), "submods",
                     all_submods(json_object_get(claims, "submods")));
}
