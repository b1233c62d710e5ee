#include "enclave/host/cache.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/cli/run.h"
#include "edge/cli/talk.h"

enum { FILE_MAX = 256 << 20, PATH_ROOM = PLACE_ROOM + 32 };

static enum pobf_status name_folder(char folder[PLACE_ROOM])
{
    const char *own = getenv("POBF_CACHE");
    const char *shared = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    int length;

    if (own != NULL && own[0] != '\0') {
        length = snprintf(folder, PLACE_ROOM, "%s", own);
    } else if (shared != NULL && shared[0] == '/') {
        length = snprintf(folder, PLACE_ROOM, "%s/pobf", shared);
    } else {
        length = snprintf(folder, PLACE_ROOM, "%s/.cache/pobf", home == NULL ? "" : home);
    }
    return length < PLACE_ROOM ? POBF_OK : POBF_E_SPACE;
}

static enum pobf_status make_folder(char folder[PLACE_ROOM])
{
    for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(folder, 0700); /* one that cannot be made shows at the last */
        *slash = '/';
    }
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        talk_error(POBF_E_SYSTEM, folder, strerror(errno));
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

enum pobf_status cache_place(char path[PLACE_ROOM], const char *name)
{
    char folder[PLACE_ROOM] = "";
    enum pobf_status status = name_folder(folder);

    if (status == POBF_OK) {
        status = make_folder(folder);
    }
    if (status == POBF_OK && snprintf(path, PLACE_ROOM, "%s/%s", folder, name) >= PLACE_ROOM) {
        status = POBF_E_SPACE;
    }
    return status;
}

/* What gcc says of itself names the package that it comes from. */
static enum pobf_status name_compiler(const char *path, const char *scratch)
{
    static const char *const arguments[] = {"gcc", "--version", NULL};
    char log[PATH_ROOM];
    const struct run run = {.arguments = arguments, .folder = scratch, .output = path, .log = log};

    snprintf(log, sizeof log, "%s/version.log", scratch);
    return run_program(&run);
}

static enum pobf_status add_file(crypto_hash_sha256_state *hash, const char *path)
{
    uint8_t *bytes;
    size_t size;
    const enum pobf_status status = file_read(&bytes, &size, path, FILE_MAX);

    if (status == POBF_OK) {
        crypto_hash_sha256_update(hash, (const uint8_t *)&size, sizeof size);
        crypto_hash_sha256_update(hash, bytes, size);
        file_free(bytes, size);
    }
    return status;
}

enum pobf_status cache_name(char name[CACHE_NAME_ROOM], const char *ending, const struct gcc *gcc,
                            const char *const *sources, const char *scratch)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof digest + 1];
    char version[PATH_ROOM];
    crypto_hash_sha256_state hash;
    enum pobf_status status;

    snprintf(version, sizeof version, "%s/version", scratch);
    status = name_compiler(version, scratch);
    crypto_hash_sha256_init(&hash);
    for (size_t i = 0; i < gcc->count; i++) {
        crypto_hash_sha256_update(&hash, (const uint8_t *)gcc->at[i], strlen(gcc->at[i]) + 1);
    }
    if (status == POBF_OK) {
        status = add_file(&hash, version);
    }
    for (; status == POBF_OK && *sources != NULL; sources++) {
        status = add_file(&hash, *sources);
    }
    crypto_hash_sha256_final(&hash, digest);
    snprintf(name, CACHE_NAME_ROOM, "%s%s", sodium_bin2hex(hex, sizeof hex, digest, sizeof digest),
             ending);
    return status;
}

enum pobf_status cache_copy(const char *to, const char *from)
{
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read_plain(&bytes, &size, from, FILE_MAX);

    if (status == POBF_OK) {
        status = file_write(to, bytes, size, 0);
        file_free(bytes, size);
    }
    return status;
}
