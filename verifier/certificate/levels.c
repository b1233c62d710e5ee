#include "verifier/certificate/levels.h"

#include <stddef.h>
#include <string.h>

#include <sodium.h>

#include "verifier/appraisal/judge.h"

enum { HEX_ROOM = 2 * POBF_DIGEST_BYTES + 1, LEVELS = 4 };
static const json_int_t count_max = 1000000000; /* no sum of a few of them overflows */

/*
 * The checks of an appraisal that a receipt, or evidence, has to pass: from the list of the
 * judges.
 */
static json_t *ids_of(const char *prefix)
{
    static const struct {
        const char *id;
        int from;
    } all[] = {
#define X(name, id, from, advice) {id, (int)APPRAISAL_##from},
        APPRAISAL_CHECKS(X)
#undef X
    };
    json_t *ids = json_array();

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i].from != (int)APPRAISAL_NEVER &&
            strncmp(all[i].id, prefix, strlen(prefix)) == 0) {
            json_array_append_new(ids, json_string(all[i].id));
        }
    }
    return ids;
}

/* Every run has its line in the tool's own report: here they are summed up. */
static json_t *without_runs(const json_t *binary)
{
    json_t *copy = json_copy((json_t *)(uintptr_t)binary);

    json_object_del(copy, "runs");
    json_object_del(copy, "matrix");
    return copy;
}

json_t *levels_make(const struct levels_parts *parts)
{
    char hex[HEX_ROOM];

    sodium_bin2hex(hex, sizeof hex, parts->specification, POBF_DIGEST_BYTES);
    return json_pack(
        "{s:{s:O, s:s, s:O, s:O}, s:{s:[s, s, s], s:o}, s:{s:s, s:o}, s:{s:s, s:o}}",       /* */
        "PROVED", "modules", parts->modules, "specification", hex, "theory", parts->theory, /* */
        "mutants", parts->mutants,                                                          /* */
        "OBSERVED", "reproduced", "image", "pobf-monitor", "trustlet.elf", "binary",        /* */
        without_runs(parts->binary),                                                        /* */
        "VERIFIED_AT_RUN_TIME", "by", "the receipt of each call", "checks", ids_of("receipt."),
        "ATTESTED", "by", "the evidence of each boot", "checks", ids_of("evidence."));
}

static int read_count(uint64_t *count, const json_t *object, const char *member)
{
    const json_t *value = json_object_get(object, member);

    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > count_max) {
        return 0;
    }
    *count = (uint64_t)json_integer_value(value);
    return 1;
}

static int read_modules(struct levels *levels, const json_t *list)
{
    const json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        uint64_t proved, goals;

        if (!json_is_string(json_object_get(item, "file")) || i >= (size_t)count_max ||
            !read_count(&proved, item, "proved") || !read_count(&goals, item, "goals")) {
            return 0;
        }
        levels->proved += proved;
        levels->goals += goals;
    }
    levels->modules = i;
    return json_is_array(list) && i > 0;
}

static int read_killed(struct levels *levels, json_t *killed)
{
    const char *layer;
    json_t *count;

    json_object_foreach(killed, layer, count)
    {
        uint64_t some;

        if (!read_count(&some, killed, layer)) {
            return 0;
        }
        levels->killed += some;
    }
    return json_is_object(killed);
}

static int read_mutants(struct levels *levels, const json_t *mutants)
{
    const json_t *survivors = json_object_get(mutants, "survivors");

    levels->survivors = json_array_size(survivors);
    return json_is_array(survivors) && read_count(&levels->mutants, mutants, "total") &&
           read_count(&levels->equivalent, mutants, "equivalent") &&
           read_count(&levels->sample, mutants, "sample") && levels->sample > 0 &&
           read_killed(levels, json_object_get(mutants, "killed"));
}

static const char *read_proved(struct levels *levels, const json_t *level)
{
    const char *hex = json_string_value(json_object_get(level, "specification"));
    size_t size;

    if (hex == NULL || strlen(hex) != HEX_ROOM - 1 ||
        strspn(hex, "0123456789abcdef") != HEX_ROOM - 1 ||
        sodium_hex2bin(levels->specification, POBF_DIGEST_BYTES, hex, HEX_ROOM - 1, NULL, &size,
                       NULL) != 0 ||
        size != POBF_DIGEST_BYTES) {
        return "PROVED does not name its specification";
    }
    if (!read_modules(levels, json_object_get(level, "modules"))) {
        return "PROVED does not count its modules' goals";
    }
    if (!read_count(&levels->theorems, json_object_get(level, "theory"), "theorems")) {
        return "PROVED does not count its theorems";
    }
    return read_mutants(levels, json_object_get(level, "mutants")) ? NULL
                                                                   : "PROVED lacks its mutants";
}

/* The image checks, each with its own result; other words than "yes" are no yes. */
static int read_checks(struct levels *levels, const json_t *checks)
{
    const json_t *item;
    size_t i;

    json_array_foreach(checks, i, item)
    {
        const char *result = json_string_value(json_object_get(item, "result"));

        if (result == NULL) {
            return 0;
        }
        levels->checks_held += strcmp(result, "yes") == 0;
    }
    levels->checks = i;
    return json_is_array(checks);
}

static int read_binary(struct levels *levels, const json_t *binary)
{
    const json_t *zoo = json_object_get(binary, "zoo");
    const json_t *alarms = json_object_get(binary, "false_alarms");
    const char *tool = json_string_value(json_object_get(binary, "tool"));
    uint64_t flagged;

    if (tool == NULL || strcmp(tool, "pobf-binary 1") != 0 ||
        !read_count(&flagged, zoo, "twins_flagged") ||
        !read_count(&levels->alarms, alarms, "alarms")) {
        return 0;
    }
    levels->alarms += flagged;
    return read_count(&levels->pairs, binary, "pairs") &&
           read_count(&levels->differing_bytes, binary, "differing_bytes") &&
           read_count(&levels->zoo, zoo, "total") && read_count(&levels->found, zoo, "found") &&
           read_count(&levels->controls, alarms, "runs") &&
           read_checks(levels, json_object_get(binary, "checks"));
}

static int names_checks(const json_t *level)
{
    const json_t *checks = json_object_get(level, "checks");
    const json_t *id;
    size_t i;

    json_array_foreach(checks, i, id)
    {
        if (!json_is_string(id)) {
            return 0;
        }
    }
    return i > 0 && json_is_string(json_object_get(level, "by"));
}

static const char *read_all(struct levels *levels, const json_t *object)
{
    const json_t *proved = json_object_get(object, "PROVED");
    const json_t *observed = json_object_get(object, "OBSERVED");
    const char *defect;

    if (proved == NULL || observed == NULL || json_object_size(object) != LEVELS) {
        return "it does not state the four levels";
    }
    defect = read_proved(levels, proved);
    if (defect != NULL) {
        return defect;
    }
    if (!read_binary(levels, json_object_get(observed, "binary"))) {
        return "OBSERVED lacks the binary check";
    }
    if (!names_checks(json_object_get(object, "VERIFIED_AT_RUN_TIME"))) {
        return "VERIFIED_AT_RUN_TIME does not name its checks";
    }
    return names_checks(json_object_get(object, "ATTESTED")) ? NULL
                                                             : "ATTESTED does not name its checks";
}

enum pobf_status levels_read(struct levels *levels, const char **defect, const json_t *object)
{
    *levels = (struct levels){.modules = 0};
    *defect = read_all(levels, object);
    if (*defect != NULL) {
        *levels = (struct levels){.modules = 0};
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

int levels_mutants_hold(const struct levels *levels)
{
    return levels->mutants > 0 && levels->survivors == 0 &&
           levels->killed + levels->equivalent == levels->mutants;
}

int levels_binary_holds(const struct levels *levels)
{
    return levels->pairs > 0 && levels->differing_bytes == 0 && levels->zoo > 0 &&
           levels->found == levels->zoo && levels->controls > 0 && levels->alarms == 0 &&
           levels->checks > 0 && levels->checks_held == levels->checks;
}
