#ifndef POBF_TESTS_VERIFIER_CERTIFICATE_LEVELS_H
#define POBF_TESTS_VERIFIER_CERTIFICATE_LEVELS_H

#include <stdlib.h>

#include "verifier/certificate/statement.h"

/* Give a statement its modules and four levels that hold: all its goals are in its first module. */
static inline void give_levels(struct statement *statement, const char *first, const char *second)
{
    static const uint8_t specification[POBF_DIGEST_BYTES] = {0x5e};
    const json_int_t goals = (json_int_t)statement->facts.goals;
    const json_int_t proved = (json_int_t)statement->facts.proved;
    struct levels_parts parts = {.specification = specification};
    const char *defect;

    statement->tests = json_pack("[s, s*]", first, second);
    statement->modules = json_array_size(statement->tests);
    parts.modules = json_pack("[{s:s, s:I, s:I}]", "file", first, "proved", proved, "goals", goals);
    if (second != NULL) {
        json_array_append_new(
            parts.modules, json_pack("{s:s, s:i, s:i}", "file", second, "proved", 0, "goals", 0));
    }
    parts.theory = json_pack("{s:i}", "theorems", 7);
    parts.mutants =
        json_pack("{s:i, s:{s:i, s:i}, s:i, s:[], s:i, s:s}", "total", 24, "killed", "proof", 20,
                  "test", 3, "equivalent", 1, "survivors", "sample", 10, "seed", "a");
    parts.binary =
        json_pack("{s:s, s:s, s:i, s:i, s:{s:i, s:i, s:[], s:i}, s:{s:i, s:i}, s:[{s:s, s:s}]}",
                  "tool", "pobf-binary 1", "verdict", "yes", "pairs", 16, "differing_bytes", 0,
                  "zoo", "total", 86, "found", 86, "missed", "twins_flagged", 0, "false_alarms",
                  "runs", 100, "alarms", 0, "checks", "id", "link.now", "result", "yes");
    statement->levels = levels_make(&parts);
    json_decref(parts.modules);
    json_decref(parts.theory);
    json_decref(parts.mutants);
    json_decref(parts.binary);
    if (levels_read(&statement->facts.levels, &defect, statement->levels) != POBF_OK) {
        abort();
    }
}

#endif
