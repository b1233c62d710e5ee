#include "enclave/host/engine.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/cli/run.h"
#include "edge/cli/talk.h"
#include "enclave/host/cache.h"
#include "enclave/translate/module.h"
#include "enclave/translate/tool.h"

#define PACKAGE "quickjs-wasi"
#define VERSION "3.6.2"
#define IN_PACKAGE "package/quickjs.wasm"

enum { PATH_ROOM = PLACE_ROOM + 64 };

/* SHA-256 of quickjs.wasm, and of the package that it comes in. */
static const char wanted[] = "d4c9375f2b1ca4dc95f72c8aa2982a7a9951ac8011490d79c6582df732b4bbd9";
static const char wanted_package[] =
    "f1f4349f19a2d849e33ea0ae9bec2e7062b8839f4eceb17c9051ddbaa2720982";

static enum pobf_status check_hash(const char *path, const char *what, const char *expected)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof digest + 1] = "";
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read_plain(&bytes, &size, path, MODULE_BYTES_MAX);

    if (status != POBF_OK) {
        return file_unread(status, path);
    }
    if (crypto_hash_sha256(digest, bytes, size) == 0) {
        sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    }
    file_free(bytes, size);
    if (strcmp(hex, expected) != 0) {
        talk_refuse(what, expected, hex, path);
        return POBF_E_REFUSED;
    }
    return POBF_OK;
}

/* npm has need of its user's environment, and of the network; what it brings is judged by its hash. */
static enum pobf_status run_npm(const char *scratch)
{
    static const char *const pack[] = {"npm", "pack", "--ignore-scripts", PACKAGE "@" VERSION,
                                       NULL};
    static const struct cage limits = {.wall_s = 300, .file_bytes = 64 << 20};
    char log[PATH_ROOM];
    const struct run run = {.arguments = pack, .folder = scratch, .log = log};
    enum pobf_status status;

    snprintf(log, sizeof log, "%s/npm.log", scratch);
    status = run_as_user(&run, &limits);
    if (run_interrupted()) {
        return POBF_E_SYSTEM;
    }
    if (status == POBF_E_SYSTEM) {
        status = POBF_E_MISSING;
        talk_error(status, pack[0],
                   "it cannot be run; it fetches the engine of JavaScript, once: install npm, or "
                   "put its quickjs.wasm into POBF_CACHE as " PACKAGE "-" VERSION ".wasm");
    } else if (status != POBF_OK) {
        tool_show(log);
        talk_error(status, PACKAGE " " VERSION, "it cannot be fetched");
    }
    return status;
}

/* The package is the one that we know before anything reads more of it than its hash. */
static enum pobf_status unpack(const char *scratch)
{
    static const char *const arguments[] = {"tar", "-xzf", PACKAGE "-" VERSION ".tgz", IN_PACKAGE,
                                            NULL};
    const struct tool tool = {
        .arguments = arguments, .scratch = scratch, .from = "it cannot be run; install tar"};
    char package[PATH_ROOM];
    enum pobf_status status;

    snprintf(package, sizeof package, "%s/" PACKAGE "-" VERSION ".tgz", scratch);
    status =
        check_hash(package, "SHA-256 of the package of the engine of JavaScript", wanted_package);
    return status == POBF_OK ? tool_run(&tool) : status;
}

static enum pobf_status fetch(const char *path, const char *scratch)
{
    char fetched[PATH_ROOM];
    enum pobf_status status;

    talk_say("fetching %s %s with npm, once", PACKAGE, VERSION);
    snprintf(fetched, sizeof fetched, "%s/" IN_PACKAGE, scratch);
    status = run_npm(scratch);
    if (status == POBF_OK) {
        status = unpack(scratch);
    }
    if (status != POBF_OK) {
        return status;
    }
    status = cache_copy(path, fetched);
    if (status != POBF_OK) {
        file_error(status, path);
    }
    return status;
}

enum pobf_status engine_find(char path[PLACE_ROOM], const char *scratch)
{
    enum pobf_status status = cache_place(path, PACKAGE "-" VERSION ".wasm");

    if (status == POBF_OK && access(path, F_OK) != 0) {
        status = fetch(path, scratch);
    }
    return status == POBF_OK ? check_hash(path, "SHA-256 of the engine of JavaScript", wanted)
                             : status;
}
