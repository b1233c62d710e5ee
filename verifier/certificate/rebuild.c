#include "verifier/certificate/rebuild.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "edge/cli/file.h"
#include "edge/cli/run.h"
#include "edge/cli/scratch.h"
#include "edge/cli/talk.h"
#include "verifier/appraisal/reference.h"

enum { PROGRAM_MAX = 256 << 20, FACTS_MAX = 1 << 20, LOG_MAX = 64 << 20, LOG_LINES = 20 };

/* Paths that differ in their names and in their depth. */
static const char *const places[REBUILD_COPIES] = {"a", "second/place/that-is-deeper"};

__attribute__((format(printf, 2, 3))) static int set_path(char path[TREE_PATH_ROOM],
                                                          const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(path, TREE_PATH_ROOM, format, arguments);
    va_end(arguments);
    return length >= 0 && length < TREE_PATH_ROOM;
}

static int set_paths(struct rebuild *rebuild)
{
    int fits = set_path(rebuild->log, "%s/log", rebuild->folder);

    for (size_t i = 0; i < REBUILD_COPIES; i++) {
        struct rebuild_copy *copy = &rebuild->copy[i];

        fits = fits && set_path(copy->tree, "%s/%s/tree", rebuild->folder, places[i]) &&
               set_path(copy->function, "%s/%s/function", rebuild->folder, places[i]) &&
               set_path(copy->monitor, "%s/build/pobf-monitor", copy->tree) &&
               set_path(copy->trustlet, "%s/build/trustlet.elf", copy->tree) &&
               set_path(copy->host, "%s/build/pobf-host", copy->tree) &&
               set_path(copy->image, "%s/%s/image", rebuild->folder, places[i]);
    }
    return fits;
}

static enum pobf_status make_folder(struct rebuild *rebuild)
{
    const enum pobf_status status = scratch_open(rebuild->folder, "pobf-certify");

    if (status == POBF_OK && !set_paths(rebuild)) {
        talk_error(POBF_E_SPACE, "TMPDIR", "the path is too long");
        return POBF_E_SPACE;
    }
    return status;
}

/* List `folder` and copy it to both places. */
static enum pobf_status copy_twice(struct rebuild *rebuild, struct tree *tree, const char *folder,
                                   const char *to_first, const char *to_second)
{
    char whole[TREE_PATH_ROOM];
    enum pobf_status status;

    if (realpath(folder, whole) == NULL) {
        talk_error(POBF_E_MISSING, folder, "there is no such folder");
        return POBF_E_MISSING;
    }
    status = tree_list(tree, whole, rebuild->folder);
    if (status == POBF_OK) {
        status = tree_copy(tree, to_first, whole);
    }
    if (status == POBF_OK) {
        status = tree_copy(tree, to_second, to_first);
    }
    if (status != POBF_OK) {
        talk_error(status, folder, tree->defect);
    }
    return status;
}

static enum pobf_status find_share(struct rebuild *rebuild)
{
    const enum pobf_status status = place_share(rebuild->share);

    if (status != POBF_OK) {
        talk_error(status, "share/pobf", "it is not found; POBF_SHARE can say where it is");
    }
    return status;
}

enum pobf_status rebuild_open(struct rebuild *rebuild, json_t *findings, const char *source,
                              const char *function)
{
    enum pobf_status status;

    *rebuild = (struct rebuild){.findings = findings};
    run_guard();
    status = make_folder(rebuild);
    if (status == POBF_OK) {
        status = find_share(rebuild);
    }
    if (status == POBF_OK) {
        status = copy_twice(rebuild, &rebuild->source, source, rebuild->copy[0].tree,
                            rebuild->copy[1].tree);
    }
    if (status == POBF_OK) {
        status = copy_twice(rebuild, &rebuild->function, function, rebuild->copy[0].function,
                            rebuild->copy[1].function);
    }
    return status;
}

void rebuild_close(struct rebuild *rebuild)
{
    scratch_close(rebuild->folder);
    tree_clear(&rebuild->source);
    tree_clear(&rebuild->function);
    *rebuild = (struct rebuild){.folder = ""};
}

/* The log's last lines, for people. It holds what compilers and provers say of the source. */
void rebuild_show_log(const struct rebuild *rebuild)
{
    uint8_t *bytes;
    size_t size, at, lines = 0;

    if (file_read(&bytes, &size, rebuild->log, LOG_MAX) != POBF_OK) {
        return;
    }
    for (at = size; at > 0; at--) {
        if (bytes[at - 1] == '\n' && at != size && ++lines == LOG_LINES) {
            break;
        }
    }
    fwrite(bytes + at, 1, size - at, stderr);
    file_free(bytes, size);
}

enum pobf_status rebuild_run(const struct rebuild *rebuild, const char *what,
                             const char *const *arguments, const char *folder, const char *output)
{
    const struct run run = {arguments, folder, output, rebuild->log};
    const enum pobf_status status = run_program(&run);

    if (status == POBF_E_REFUSED) {
        rebuild_show_log(rebuild);
        talk_refuse(what, "success", "a failure", "The lines above are the end of what it said.");
        findings_add(rebuild->findings,
                     &(struct finding){.rule = "run", .name = what, .message = "it failed"});
    } else if (status != POBF_OK) {
        talk_error(status, what, run_interrupted() ? "interrupted" : "it cannot be started");
    }
    return status;
}

enum pobf_status rebuild_refuse(struct rebuild *rebuild, const char *step, const char *what,
                                const char *expected, const char *seen, const char *advice)
{
    char message[TREE_PATH_ROOM];

    talk_refuse(what, expected, seen, advice);
    snprintf(message, sizeof message, "expected %.1000s, seen %.1000s", expected, seen);
    findings_add(rebuild->findings,
                 &(struct finding){.rule = step, .name = what, .message = message});
    return POBF_E_REFUSED;
}

void rebuild_pass(struct rebuild *rebuild, const char *step, const char *what)
{
    findings_add(rebuild->findings,
                 &(struct finding){.rule = step, .name = what, .message = "it holds", .holds = 1});
}

/* -f: make would take a GNUmakefile before the Makefile. */
static enum pobf_status build(const struct rebuild *rebuild, const struct rebuild_copy *copy)
{
    const char *const programs[] = {"make",
                                    "-f",
                                    "Makefile",
                                    "B=build",
                                    "build/pobf-monitor",
                                    "build/trustlet.elf",
                                    "build/pobf-host",
                                    NULL};

    return rebuild_run(rebuild, "build of the programs", programs, copy->tree, NULL);
}

/*
 * By a host: ours, with the source's part of a function, or the source's own. Nothing that was made
 * before is taken.
 */
static enum pobf_status build_image(const struct rebuild *rebuild, const char *host,
                                    const struct rebuild_copy *copy, const char *image)
{
    char share[TREE_PATH_ROOM + 16];
    const char *const arguments[] = {
        "env", share, "POBF_CACHE=off", host, "build", copy->function, "--out", image, NULL};

    snprintf(share, sizeof share, "POBF_SHARE=%s", copy->tree);
    return rebuild_run(rebuild, "build of the image", arguments, copy->tree, NULL);
}

static enum pobf_status refuse_difference(struct rebuild *rebuild, const char *what,
                                          const uint8_t *a, size_t a_size, const uint8_t *b,
                                          size_t b_size)
{
    char seen[128];
    size_t at = 0;

    while (at < a_size && at < b_size && a[at] == b[at]) {
        at++;
    }
    snprintf(seen, sizeof seen, "two that differ first at byte %zu (%zu and %zu bytes)", at, a_size,
             b_size);
    return rebuild_refuse(rebuild, "reproducible", what,
                          "the same bytes from two builds in different folders", seen,
                          "Look for __FILE__, __DATE__, __TIME__, or a path that is compiled in.");
}

/* The digest of a file that both builds made, where they made the same. */
static enum pobf_status compare(struct rebuild *rebuild, uint8_t digest[POBF_DIGEST_BYTES],
                                const char *what, const char *first, const char *second)
{
    uint8_t *a = NULL, *b = NULL;
    size_t a_size = 0, b_size = 0;
    enum pobf_status status = file_read(&a, &a_size, first, PROGRAM_MAX);

    if (status == POBF_OK) {
        status = file_read(&b, &b_size, second, PROGRAM_MAX);
    }
    if (status != POBF_OK) {
        talk_error(status, what, "the build did not make it");
    } else if (a_size != b_size || memcmp(a, b, a_size) != 0) {
        status = refuse_difference(rebuild, what, a, a_size, b, b_size);
    } else {
        crypto_hash_sha256(digest, a, a_size);
        rebuild_pass(rebuild, "reproducible", what);
    }
    file_free(a, a_size);
    file_free(b, b_size);
    return status;
}

/* What a host measures of an image on this backend. */
static enum pobf_status read_measured(const struct rebuild *rebuild, struct reference *seen,
                                      const char *host, const char *image, const char *backend)
{
    const char *const arguments[] = {host, "measure", image, "--json", "--backend", backend, NULL};
    char output[TREE_PATH_ROOM];
    const char *defect = "it cannot be read";
    enum pobf_status status = POBF_E_SPACE;
    uint8_t *bytes = NULL;
    size_t size = 0;

    *seen = (struct reference){.input_max = 0};
    if (set_path(output, "%s/measured", rebuild->folder)) {
        status = rebuild_run(rebuild, "measuring", arguments, rebuild->copy[0].tree, output);
    }
    if (status != POBF_OK) {
        return status;
    }
    status = file_read(&bytes, &size, output, FACTS_MAX);
    if (status == POBF_OK) {
        status = reference_parse(seen, bytes, size, &defect);
    }
    file_free(bytes, size);
    if (status != POBF_OK) {
        talk_error(POBF_E_INPUT, "what pobf-host measures", defect);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

/* The source's own host must make that image too, and measure it and both monitors so. */
enum pobf_status rebuild_measure(struct rebuild *rebuild, const struct certificate *facts)
{
    static const struct {
        const char *name;
        enum pobf_backend backend;
    } rows[] = {{"process", POBF_BACKEND_PROCESS}, {"kvm", POBF_BACKEND_KVM}};
    const struct rebuild_copy *copy = &rebuild->copy[0];
    uint8_t digest[POBF_DIGEST_BYTES];
    char image[TREE_PATH_ROOM];
    enum pobf_status status = POBF_E_SPACE;

    if (set_path(image, "%s/image-of-its-own", rebuild->folder)) {
        status = build_image(rebuild, copy->host, copy, image);
    }
    if (status == POBF_OK) {
        status = compare(rebuild, digest, "image by the source's own host", copy->image, image);
    }
    for (size_t i = 0; status == POBF_OK && i < sizeof rows / sizeof *rows; i++) {
        const uint8_t *monitor = certificate_monitor(facts, rows[i].backend);
        struct reference seen;

        status = read_measured(rebuild, &seen, copy->host, image, rows[i].name);
        if (status == POBF_OK &&
            (monitor == NULL || memcmp(seen.monitor, monitor, POBF_DIGEST_BYTES) != 0 ||
             memcmp(seen.policy, facts->policy, POBF_DIGEST_BYTES) != 0 ||
             memcmp(seen.measurement, facts->measurement, POBF_DIGEST_BYTES) != 0)) {
            status = rebuild_refuse(rebuild, "measured", "what pobf-host measures",
                                    "what was built", "another image, policy or monitor", NULL);
        }
    }
    return status;
}

/* The image twice, by our own host; its policy is what that host measures. */
static enum pobf_status compare_images(struct rebuild *rebuild, struct certificate *facts)
{
    const struct rebuild_copy *copy = rebuild->copy;
    char host[PLACE_ROOM];
    struct reference seen;
    enum pobf_status status = place_program(host, "pobf-host");

    if (status != POBF_OK) {
        talk_error(status, "pobf-host", "it is not beside this program");
        return status;
    }
    for (size_t i = 0; status == POBF_OK && i < REBUILD_COPIES; i++) {
        status = build_image(rebuild, host, &copy[i], copy[i].image);
    }
    if (status == POBF_OK) {
        status = compare(rebuild, facts->measurement, "image", copy[0].image, copy[1].image);
    }
    if (status == POBF_OK) {
        status = read_measured(rebuild, &seen, host, copy[0].image, "process");
    }
    if (status == POBF_OK) {
        memcpy(facts->policy, seen.policy, POBF_DIGEST_BYTES);
    }
    return status;
}

/* Before the builds: they add files, but none of the list. */
static enum pobf_status digest_sources(struct rebuild *rebuild, struct statement *statement)
{
    const struct rebuild_copy *copy = &rebuild->copy[0];
    const struct {
        const char *name, *folder, *prefix;
        struct tree *tree;
    } parts[] = {
        {"function", copy->function, "", &rebuild->function},
        {"contracts", copy->tree, "contracts/", &rebuild->source}, /* the specification      */
        {"proofs", copy->tree, "proofs/", &rebuild->source},       /* how it was held to it  */
    };
    uint8_t digest[POBF_DIGEST_BYTES];
    enum pobf_status status =
        tree_digest(&rebuild->source, statement->facts.source, copy->tree, "");

    for (size_t i = 0; status == POBF_OK && i < sizeof parts / sizeof *parts; i++) {
        status = tree_digest(parts[i].tree, digest, parts[i].folder, parts[i].prefix);
        json_array_append_new(statement->configuration,
                              statement_item(parts[i].name, digest, NULL));
    }
    if (status != POBF_OK) {
        const int in_function = *rebuild->function.defect != '\0';

        talk_error(status, "source", (in_function ? &rebuild->function : &rebuild->source)->defect);
    }
    return status;
}

enum pobf_status rebuild_compare(struct rebuild *rebuild, struct statement *statement)
{
    const struct rebuild_copy *copy = rebuild->copy;
    struct certificate *facts = &statement->facts;
    enum pobf_status status = digest_sources(rebuild, statement);

    for (size_t i = 0; status == POBF_OK && i < REBUILD_COPIES; i++) {
        talk_say("building, %zu of %d", i + 1, REBUILD_COPIES);
        status = build(rebuild, &copy[i]);
    }
    if (status == POBF_OK) {
        status = compare(rebuild, facts->monitor, "pobf-monitor", copy[0].monitor, copy[1].monitor);
    }
    if (status == POBF_OK) {
        status =
            compare(rebuild, facts->trustlet, "trustlet.elf", copy[0].trustlet, copy[1].trustlet);
    }
    if (status == POBF_OK) {
        status = compare_images(rebuild, facts);
    }
    if (status == POBF_OK) {
        talk_say("both builds are the same, bit for bit");
        statement->builds = REBUILD_COPIES;
        statement->identical = 1;
    }
    return status;
}
