#include "verifier/client/verdict.h"

#include <stdio.h>

#include "edge/cli/object.h"
#include "edge/cli/talk.h"
#include "verifier/report/assurance.h"
#include "verifier/report/claims.h"

static void print_object(const struct appraisal *appraisal, json_t *extra)
{
    json_t *object = claims_verdict(appraisal);

    json_object_set_new(object, "exit_code", json_integer(checks_exit_code(appraisal->verdict)));
    json_object_set_new(object, "checks", checks_json(&appraisal->checks));
    json_object_set_new(object, "levels", assurance_of(appraisal));
    if (extra != NULL) {
        json_object_update(object, extra);
    }
    object_print(object);
}

static void print_sentence(FILE *out, const struct appraisal *appraisal, const json_t *extra)
{
    json_t *verdict = claims_verdict(appraisal);
    const json_t *sentence = json_object_get(extra, "sentence");

    if (sentence == NULL) {
        sentence = json_object_get(verdict, "sentence");
    }
    fprintf(out, "%s\n", json_string_value(sentence));
    json_decref(verdict);
}

static void print_levels(const struct appraisal *appraisal)
{
    json_t *levels = assurance_of(appraisal);

    assurance_print(stderr, levels);
    json_decref(levels);
}

int verdict_print(const struct appraisal *appraisal, json_t *extra, int as_json)
{
    if (as_json) {
        print_object(appraisal, extra);
    } else {
        checks_print(&appraisal->checks, 1);
        print_levels(appraisal);
        print_sentence(stdout, appraisal, extra);
    }
    json_decref(extra);
    return checks_exit_code(appraisal->verdict);
}

int verdict_refuse(const struct appraisal *appraisal, int as_json)
{
    if (as_json) {
        print_object(appraisal, NULL);
    } else {
        checks_print(&appraisal->checks, 0);
        print_sentence(stderr, appraisal, NULL);
    }
    return checks_exit_code(appraisal->verdict);
}

const char *verdict_trusted(const struct appraisal *appraisal)
{
    return appraisal->platform == APPRAISAL_PLATFORM_SIM ? "the host" : "the host's system";
}
