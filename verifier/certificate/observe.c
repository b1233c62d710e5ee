#include "verifier/certificate/observe.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "edge/cli/run.h"
#include "edge/cli/talk.h"

enum { VALUE_ROOM = 64, HEX_ROOM = 2 * POBF_DIGEST_BYTES + 1 };

/* Where the official vectors are is the caller's word: an argument of env, which may say nothing. */
static const char *say_vectors(char variable[TREE_PATH_ROOM])
{
    const char *folder = getenv("POBF_VECTORS");
    char whole[PATH_MAX];

    if (folder == NULL || realpath(folder, whole) == NULL ||
        snprintf(variable, TREE_PATH_ROOM, "POBF_VECTORS=%s", whole) >= TREE_PATH_ROOM) {
        return "--";
    }
    return variable;
}

/* Make one target; whether it failed is seen from what it leaves, for make has one code for all. */
static enum pobf_status make(struct rebuild *rebuild, json_t **result, const char *target,
                             const char *setting, const char *leaves)
{
    char vectors[TREE_PATH_ROOM];
    const char *const arguments[] = {
        "env", say_vectors(vectors), "make", "-f", "Makefile", "B=build", setting, target, NULL};
    const char *folder = rebuild->copy[0].tree;
    char path[TREE_PATH_ROOM];
    enum pobf_status status;

    *result = NULL;
    if (snprintf(path, sizeof path, "%s/build/%s", folder, leaves) >= (int)sizeof path) {
        return POBF_E_SPACE;
    }
    (void)unlink(path);
    status = run_program(&(struct run){arguments, folder, NULL, rebuild->log});
    if (status == POBF_OK || status == POBF_E_REFUSED) {
        *result = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    }
    if (!json_is_object(*result)) {
        rebuild_show_log(rebuild);
        talk_error(POBF_E_MISSING, target,
                   run_interrupted() ? "interrupted" : "it could not tell, and left no result");
        return POBF_E_MISSING;
    }
    return status;
}

static void say_survivors(struct rebuild *rebuild, const json_t *survivors)
{
    const json_t *item;
    size_t i;

    json_array_foreach(survivors, i, item)
    {
        const char *file = json_string_value(json_object_get(item, "file"));
        const char *kind = json_string_value(json_object_get(item, "operator"));
        const json_int_t line = json_integer_value(json_object_get(item, "line"));

        findings_add(rebuild->findings,
                     &(struct finding){.rule = "mutant",
                                       .name = kind != NULL ? kind : "a mutant",
                                       .file = file,
                                       .line = line > 0 ? (unsigned long)line : 0,
                                       .message = "nothing notices this bug"});
        talk_say("%s:%" JSON_INTEGER_FORMAT ": survives: %s", file != NULL ? file : "?", line,
                 kind != NULL ? kind : "a mutant");
    }
}

enum pobf_status observe_mutants(struct rebuild *rebuild, struct levels_parts *parts,
                                 uint64_t sample)
{
    char setting[VALUE_ROOM];
    enum pobf_status status;

    talk_say("putting bugs into a copy, one at a time: it takes a quarter of an hour");
    snprintf(setting, sizeof setting, "SAMPLE=%" PRIu64, sample);
    status = make(rebuild, &parts->mutants, "mutants", setting, "mutants.json");
    if (status == POBF_OK) {
        rebuild_pass(rebuild, "mutants", "every bug is noticed");
    } else if (status == POBF_E_REFUSED) {
        say_survivors(rebuild, json_object_get(parts->mutants, "survivors"));
        status = rebuild_refuse(rebuild, "mutants", "mutants", "each noticed", "survivors", NULL);
    }
    return status;
}

/* The programs that were looked at must be the ones that the certificate is about. */
static int is_on_monitor(const json_t *binary, const struct certificate *facts)
{
    char hex[HEX_ROOM];
    const json_t *item;
    size_t i;

    sodium_bin2hex(hex, sizeof hex, facts->monitor, POBF_DIGEST_BYTES);
    json_array_foreach(json_object_get(binary, "programs"), i, item)
    {
        const char *seen = json_string_value(json_object_get(item, "sha256"));

        if (seen != NULL && strcmp(seen, hex) == 0) {
            return 1;
        }
    }
    return 0;
}

static enum pobf_status judge_binary(struct rebuild *rebuild, const json_t *binary,
                                     const struct certificate *facts)
{
    const char *verdict = json_string_value(json_object_get(binary, "verdict"));

    if (verdict == NULL || strcmp(verdict, "cannot tell") == 0) {
        talk_error(POBF_E_MISSING, "binary", "a part of the binary check could not be told");
        return POBF_E_MISSING;
    }
    if (strcmp(verdict, "yes") != 0) {
        return rebuild_refuse(rebuild, "binary", "the binary check", "nothing left", verdict,
                              "The lines above say where.");
    }
    return is_on_monitor(binary, facts)
               ? POBF_OK
               : rebuild_refuse(rebuild, "binary", "the binary check", "a check of this monitor",
                                "one of another", NULL);
}

enum pobf_status observe_binary(struct rebuild *rebuild, struct levels_parts *parts,
                                const struct certificate *facts)
{
    enum pobf_status status;

    talk_say("looking for residue in the programs");
    status = make(rebuild, &parts->binary, "binary", "CC=gcc", "binary.json");
    if (status == POBF_E_REFUSED) {
        rebuild_show_log(rebuild);
    }
    if (status == POBF_OK || status == POBF_E_REFUSED) {
        const enum pobf_status judged = judge_binary(rebuild, parts->binary, facts);

        status = status == POBF_E_REFUSED && judged == POBF_OK
                     ? rebuild_refuse(rebuild, "binary", "the binary check", "success",
                                      "a failure that says yes", NULL)
                     : judged;
    }
    if (status == POBF_OK) {
        rebuild_pass(rebuild, "binary", "nothing of a secret is left in the programs");
    }
    return status;
}
