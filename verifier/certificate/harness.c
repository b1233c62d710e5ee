#include "verifier/certificate/harness.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"

/* Prefixes, and what the shell calls patterns: headers hold the contracts of modules. */
static const char *const parts[] = {"setup/", "proofs/", "contracts/", "tests/",
                                    "enclave/function/"};
static const char *const patterns[] = {"Makefile", "framework/*/*.h", "framework/*/*.acsl",
                                       "enclave/*/*.h", "verifier/appraisal/verdict.h"};

static const char advice[] =
    "Certify with the verifier of that version, or bring the source back to this one's.";

static int is_harness(const char *path)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (strncmp(path, parts[i], strlen(parts[i])) == 0) {
            return 1;
        }
    }
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        if (fnmatch(patterns[i], path, FNM_PATHNAME) == 0) {
            return 1;
        }
    }
    return 0;
}

/* NULL, or what a tool could take this file for. */
static const char *defect_of(const char *path)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./";
    static const char *const dotted[] = {".ci/*", ".github/*", ".clang-format", ".gitignore",
                                         ".gitattributes"};

    if (path[strspn(path, plain)] != '\0') {
        return "a name of letters, digits and _-+. (make and the shell read others as their own)";
    }
    if (strncmp(path, "build/", 6) == 0) {
        return "a source (what a build and its proofs leave is made anew)";
    }
    if (strcmp(path, "GNUmakefile") == 0 || strcmp(path, "makefile") == 0) {
        return "the one Makefile (make would read this one instead)";
    }
    if (strchr(path, '/') == NULL && fnmatch("*.h", path, 0) == 0) {
        return "a header in its folder (here it would stand in for the system's)";
    }
    if (path[0] != '.') {
        return NULL;
    }
    for (size_t i = 0; i < sizeof dotted / sizeof *dotted; i++) {
        if (fnmatch(dotted[i], path, 0) == 0) {
            return NULL;
        }
    }
    return "a source (tools read such files as their settings)";
}

static void refuse(struct rebuild *rebuild, const char *path, const char *expected,
                   const char *seen)
{
    char message[TREE_PATH_ROOM];

    talk_refuse(path, expected, seen, NULL);
    snprintf(message, sizeof message, "expected %.1000s, seen %.1000s", expected, seen);
    findings_add(
        rebuild->findings,
        &(struct finding){.rule = "harness", .name = path, .file = path, .message = message});
}

static int is_listed(const struct tree *tree, const char *path)
{
    for (size_t i = 0; i < tree->count; i++) {
        if (strcmp(tree->path[i], path) == 0) {
            return 1;
        }
    }
    return 0;
}

/* 1 where both are there and the same; what cannot be read is not. */
static int is_same(const char *path, const char *here, const char *there)
{
    char whole[TREE_PATH_ROOM];
    uint8_t *a = NULL, *b = NULL;
    size_t a_size = 0, b_size = 0;
    int same;

    same = snprintf(whole, sizeof whole, "%s/%s", here, path) < (int)sizeof whole &&
           file_read(&a, &a_size, whole, TREE_FILE_MAX) == POBF_OK &&
           snprintf(whole, sizeof whole, "%s/%s", there, path) < (int)sizeof whole &&
           file_read(&b, &b_size, whole, TREE_FILE_MAX) == POBF_OK && a_size == b_size &&
           memcmp(a, b, a_size) == 0;
    file_free(a, a_size);
    file_free(b, b_size);
    return same;
}

static size_t compare_with(struct rebuild *rebuild, const struct tree *installed)
{
    const struct tree *source = &rebuild->source;
    size_t refused = 0;

    for (size_t i = 0; i < source->count; i++) {
        const char *path = source->path[i];
        const char *defect = defect_of(path);

        if (defect != NULL) {
            refuse(rebuild, path, defect, "such a file");
            refused++;
        } else if (is_harness(path) && !is_same(path, rebuild->copy[0].tree, rebuild->share)) {
            refuse(rebuild, path, "the file that this verifier has", "another");
            refused++;
        }
    }
    for (size_t i = 0; i < installed->count; i++) {
        if (is_harness(installed->path[i]) && !is_listed(source, installed->path[i])) {
            refuse(rebuild, installed->path[i], "the file that this verifier has", "none");
            refused++;
        }
    }
    return refused;
}

enum pobf_status harness_check(struct rebuild *rebuild)
{
    struct tree installed;
    enum pobf_status status = tree_list(&installed, rebuild->share, rebuild->folder);
    size_t refused;

    if (status != POBF_OK) {
        talk_error(status, rebuild->share, installed.defect);
        return POBF_E_MISSING;
    }
    refused = compare_with(rebuild, &installed);
    tree_clear(&installed);
    if (refused > 0) {
        talk_refuse("the source",
                    "the Makefile, proofs, contracts and tests that this verifier has",
                    "others, or names that mislead", advice);
        return POBF_E_REFUSED;
    }
    return POBF_OK;
}
