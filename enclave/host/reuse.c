#include "enclave/host/reuse.h"

#include <stdio.h>
#include <string.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/cli/place.h"
#include "edge/cli/talk.h"
#include "enclave/host/cache.h"
#include "enclave/host/sources.h"

static enum pobf_status add_folder(struct gcc *paths, const char *share, const char *folder)
{
    static const char *const endings[] = {".c", ".h", ".s", ".js", ".ld"};
    char path[PLACE_ROOM + 32];

    snprintf(path, sizeof path, "%s/%s", share, folder);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        struct dirent **entries;
        const int count = sources_list(&entries, path, endings[i]);

        for (int k = 0; k < count; k++) {
            gcc_add(paths, "%s/%s", path, entries[k]->d_name);
        }
        sources_free(entries, count);
        if (count < 0) {
            return POBF_E_SYSTEM;
        }
    }
    return POBF_OK;
}

/* This program has the translator, the compilers' options and the digest of the engine in it. */
static enum pobf_status add_all(struct gcc *paths, const struct wasi *wasi)
{
    const char *scratch = wasi->places.scratch;
    const char *share = wasi->places.share;
    char manifest[PLACE_ROOM + 32];
    enum pobf_status status;

    snprintf(manifest, sizeof manifest, "%s/manifest", scratch);
    status = file_place(manifest, (const uint8_t *)&wasi->project->manifest,
                        sizeof wasi->project->manifest);
    gcc_add(paths, "/proc/self/exe");
    gcc_add(paths, "%s", manifest);
    gcc_add(paths, "%s/script", scratch);
    gcc_add(paths, "%s/script-name", scratch);
    gcc_add(paths, "%s/framework/wire/manifest.h", share);
    if (status == POBF_OK) {
        status = add_folder(paths, share, "enclave/function");
    }
    if (status == POBF_OK) {
        status = add_folder(paths, share, "enclave/wasm");
    }
    return paths->overflow ? POBF_E_SPACE : status;
}

enum pobf_status reuse_find(char record[PLACE_ROOM], const struct wasi *wasi)
{
    const struct gcc no_options = {.count = 0};
    struct gcc paths = {.count = 0};
    char name[CACHE_NAME_ROOM];
    enum pobf_status status = add_all(&paths, wasi);

    if (status == POBF_OK) {
        status = cache_name(name, ".made", &no_options, (const char *const *)paths.at,
                            wasi->places.scratch);
    }
    gcc_release(&paths);
    return status == POBF_OK ? cache_place(record, name) : status;
}

static enum pobf_status measure(uint8_t digest[crypto_hash_sha256_BYTES], const char *image)
{
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read_plain(&bytes, &size, image, IMAGE_FILE_MAX);

    if (status == POBF_OK && crypto_hash_sha256(digest, bytes, size) != 0) {
        status = POBF_E_SYSTEM;
    }
    file_free(bytes, size);
    return status;
}

int reuse_is(const char *record, const char *image)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    uint8_t *made;
    size_t size;
    int is = measure(digest, image) == POBF_OK &&
             file_read_plain(&made, &size, record, sizeof digest) == POBF_OK;

    if (is) {
        is = size == sizeof digest && memcmp(made, digest, sizeof digest) == 0;
        file_free(made, size);
    }
    return is;
}

void reuse_note(const char *record, const char *image)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    enum pobf_status status = measure(digest, image);

    if (status == POBF_OK) {
        status = file_place(record, digest, sizeof digest);
    }
    if (status != POBF_OK) {
        talk_say("%s: it cannot be written; the next build has to make the image again", record);
    }
}
