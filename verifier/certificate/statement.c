#include "verifier/certificate/statement.h"

#include <stddef.h>
#include <string.h>

#include <sodium.h>

enum { HEX_ROOM = 2 * POBF_DIGEST_BYTES + 1 };

static const char counts_uri[] = STATEMENT_TAG "certificate";
static const char levels_uri[] = STATEMENT_TAG "levels";

static const struct {
    const char *name;
    size_t at; /* of the digest in struct certificate */
} subjects[] = {
    {"image", offsetof(struct certificate, measurement)},
    {"policy", offsetof(struct certificate, policy)},
    {"monitor", offsetof(struct certificate, monitor)},
    {"trustlet", offsetof(struct certificate, trustlet)},
    {"source", offsetof(struct certificate, source)},
};

enum {
    SUBJECT_COUNT = sizeof subjects / sizeof *subjects,
    EVERY_SUBJECT = (1 << SUBJECT_COUNT) - 1
};

json_t *statement_item(const char *name, const uint8_t digest[POBF_DIGEST_BYTES],
                       json_t *annotations)
{
    char hex[HEX_ROOM];

    sodium_bin2hex(hex, sizeof hex, digest, POBF_DIGEST_BYTES);
    return json_pack("{s:s, s:{s:s}, s:o*}", "name", name, "digest", "sha256", hex, "annotations",
                     annotations);
}

static json_t *print_subjects(const struct certificate *facts)
{
    json_t *list = json_array();

    for (size_t i = 0; i < SUBJECT_COUNT; i++) {
        const uint8_t *digest = (const uint8_t *)facts + subjects[i].at;

        json_array_append_new(list, statement_item(subjects[i].name, digest, NULL));
    }
    return list;
}

static json_t *print_counts(const struct statement *statement)
{
    const struct certificate *facts = &statement->facts;

    return json_pack("{s:s, s:s, s:{s:I, s:I, s:I, s:I, s:I, s:b}}", "name", "pobf", "uri",
                     counts_uri, "annotations", STATEMENT_TAG "issued-at",
                     (json_int_t)facts->issued_at_s, STATEMENT_TAG "proved",
                     (json_int_t)facts->proved, STATEMENT_TAG "goals", (json_int_t)facts->goals,
                     STATEMENT_TAG "modules", (json_int_t)statement->modules,
                     STATEMENT_TAG "builds", (json_int_t)statement->builds,
                     STATEMENT_TAG "builds-identical", statement->identical);
}

enum pobf_status statement_print(char **text, const struct statement *statement)
{
    json_t *configuration = json_array();
    json_t *root;

    json_array_append_new(configuration, print_counts(statement));
    json_array_append_new(configuration, json_pack("{s:s, s:s, s:O}", "name", "levels", "uri",
                                                   levels_uri, "annotations", statement->levels));
    json_array_extend(configuration, statement->configuration);
    root =
        json_pack("{s:s, s:o, s:s, s:{s:s, s:o, s:O, s:[]}}", "_type", STATEMENT_TYPE, "subject",
                  print_subjects(&statement->facts), "predicateType", STATEMENT_PREDICATE,
                  "predicate", "result", statement->passed ? "PASSED" : "FAILED", "configuration",
                  configuration, "passedTests", statement->tests, "failedTests");
    *text = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(root);
    return *text == NULL ? POBF_E_SYSTEM : POBF_OK;
}

/* 64 digits in lower case, else 0. */
static int parse_digest(uint8_t digest[POBF_DIGEST_BYTES], const char *hex)
{
    size_t size;

    return strlen(hex) == HEX_ROOM - 1 && strspn(hex, "0123456789abcdef") == HEX_ROOM - 1 &&
           sodium_hex2bin(digest, POBF_DIGEST_BYTES, hex, HEX_ROOM - 1, NULL, &size, NULL) == 0;
}

/* The subject's bit, or 0 where it is none of ours. */
static unsigned parse_subject(struct certificate *facts, json_t *item)
{
    const char *name, *hex;

    if (json_unpack_ex(item, NULL, JSON_STRICT, "{s:s, s:{s:s}}", "name", &name, "digest", "sha256",
                       &hex) != 0) {
        return 0;
    }
    for (size_t i = 0; i < SUBJECT_COUNT; i++) {
        if (strcmp(name, subjects[i].name) == 0) {
            return parse_digest((uint8_t *)facts + subjects[i].at, hex) ? 1u << i : 0;
        }
    }
    return 0;
}

static int parse_subjects(struct certificate *facts, const json_t *list)
{
    unsigned seen = 0;
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        const unsigned bit = parse_subject(facts, item);

        if (bit == 0 || (seen & bit) != 0) {
            return 0;
        }
        seen |= bit;
    }
    return seen == EVERY_SUBJECT;
}

static int parse_counts(struct statement *statement, json_t *item)
{
    json_int_t count[5] = {0};
    const char *name, *uri;

    if (json_unpack_ex(item, NULL, JSON_STRICT, "{s:s, s:s, s:{s:I, s:I, s:I, s:I, s:I, s:b}}",
                       "name", &name, "uri", &uri, "annotations", STATEMENT_TAG "issued-at",
                       &count[0], STATEMENT_TAG "proved", &count[1], STATEMENT_TAG "goals",
                       &count[2], STATEMENT_TAG "modules", &count[3], STATEMENT_TAG "builds",
                       &count[4], STATEMENT_TAG "builds-identical", &statement->identical) != 0 ||
        strcmp(uri, counts_uri) != 0) {
        return 0;
    }
    for (size_t i = 0; i < sizeof count / sizeof *count; i++) {
        if (count[i] < 0) {
            return 0;
        }
    }
    statement->facts.issued_at_s = (uint64_t)count[0];
    statement->facts.proved = (uint64_t)count[1];
    statement->facts.goals = (uint64_t)count[2];
    statement->modules = (uint64_t)count[3];
    statement->builds = (uint64_t)count[4];
    return 1;
}

/* The levels, whose sums are the counts: what is told twice must be told the same. */
static int parse_levels(struct statement *statement, json_t *item, const char **defect)
{
    const char *name, *uri;
    json_t *levels;

    if (json_unpack_ex(item, NULL, JSON_STRICT, "{s:s, s:s, s:o}", "name", &name, "uri", &uri,
                       "annotations", &levels) != 0 ||
        strcmp(uri, levels_uri) != 0) {
        return 0;
    }
    statement->levels = json_incref(levels);
    return levels_read(&statement->facts.levels, defect, levels) == POBF_OK;
}

static int is_named(const json_t *item, const char *name)
{
    const char *seen = json_string_value(json_object_get(item, "name"));

    return seen != NULL && strcmp(seen, name) == 0;
}

/* Every item has a name; exactly one of them is "pobf", and one "levels". NULL, or the defect. */
static const char *parse_configuration(struct statement *statement, const json_t *list)
{
    const char *defect = "it does not state the four levels once";
    size_t i, counts = 0, levels = 0;
    json_t *item;

    statement->configuration = json_array();
    json_array_foreach(list, i, item)
    {
        if (is_named(item, "pobf")) {
            counts += counts == 0 && parse_counts(statement, item) ? 1 : 2;
        } else if (is_named(item, "levels")) {
            levels += levels == 0 && parse_levels(statement, item, &defect) ? 1 : 2;
        } else if (json_is_string(json_object_get(item, "name"))) {
            json_array_append(statement->configuration, item);
        } else {
            return "an item of its configuration has no name";
        }
    }
    if (counts != 1) {
        return "its configuration lacks the counts of pobf";
    }
    return levels == 1 ? NULL : defect;
}

static int is_consistent(const struct statement *statement)
{
    const struct certificate *facts = &statement->facts;

    return facts->levels.modules == statement->modules && facts->levels.goals == facts->goals &&
           facts->levels.proved == facts->proved;
}

/* The names of the modules that were proved, as many as the counts say. */
static int parse_tests(struct statement *statement, json_t *list)
{
    const json_t *name;
    size_t i;

    json_array_foreach(list, i, name)
    {
        if (!json_is_string(name)) {
            return 0;
        }
    }
    statement->tests = json_incref(list);
    return json_is_array(list) && i == statement->modules;
}

/* NULL, or the defect. */
static const char *parse_root(struct statement *statement, json_t *root)
{
    const char *type, *predicate, *result, *defect;
    json_t *subject, *configuration, *passed, *failed;

    if (json_unpack_ex(root, NULL, 0, "{s:s, s:s}", "_type", &type, "predicateType", &predicate) !=
            0 ||
        strcmp(type, STATEMENT_TYPE) != 0) {
        return "it is no in-toto Statement v1";
    }
    if (strcmp(predicate, STATEMENT_PREDICATE) != 0) {
        return "its predicate is no test result v0.1";
    }
    if (json_unpack_ex(root, NULL, JSON_STRICT, "{s:s, s:o, s:s, s:{s:s, s:o, s:o, s:o}}", "_type",
                       &type, "subject", &subject, "predicateType", &predicate, "predicate",
                       "result", &result, "configuration", &configuration, "passedTests", &passed,
                       "failedTests", &failed) != 0) {
        return "a member is missing, or is not known";
    }
    if (!parse_subjects(&statement->facts, subject)) {
        return "its subjects are not image, policy, monitor, trustlet and source with SHA-256";
    }
    defect = parse_configuration(statement, configuration);
    if (defect != NULL) {
        return defect;
    }
    if (!parse_tests(statement, passed)) {
        return "its passed tests are not as many as its modules";
    }
    if (!is_consistent(statement)) {
        return "its modules do not add up to its counts";
    }
    statement->passed =
        strcmp(result, "PASSED") == 0 && json_is_array(failed) && json_array_size(failed) == 0;
    return NULL;
}

enum pobf_status statement_parse(struct statement *statement, const char **defect,
                                 const uint8_t *bytes, size_t size)
{
    json_t *root = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);

    *statement = (struct statement){0};
    *defect = root == NULL ? "its payload is no JSON" : parse_root(statement, root);
    json_decref(root);
    if (*defect != NULL) {
        statement_clear(statement);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

void statement_clear(struct statement *statement)
{
    json_decref(statement->tests);
    json_decref(statement->levels);
    json_decref(statement->configuration);
    *statement = (struct statement){0};
}
