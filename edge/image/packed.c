#include "edge/image/packed.h"

#include <string.h>

#include "contracts/sodium.h"
#include "framework/wire/manifest.h"

static int is_part(const char *part, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (part[i] <= ' ' || part[i] > '~') {
            return 0;
        }
    }
    return length > 0 && !(length == 1 && part[0] == '.') &&
           !(length == 2 && part[0] == '.' && part[1] == '.');
}

int packed_is_path(const char *path)
{
    if (strlen(path) >= IMAGE_PATH_ROOM) {
        return 0;
    }
    for (;;) {
        const size_t length = strcspn(path, "/");

        if (!is_part(path, length)) {
            return 0;
        }
        if (path[length] == '\0') {
            return 1;
        }
        path += length + 1;
    }
}

int packed_is_below(const char *path, const char *folder)
{
    const size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* A path, zeros behind it, and all of the file among the constants. */
static int is_entry(const struct image_file *file, const struct packed_constants *constants)
{
    static const char zeros[IMAGE_PATH_ROOM];
    const size_t length = strnlen(file->path, IMAGE_PATH_ROOM);

    return length < IMAGE_PATH_ROOM &&
           memcmp(file->path + length, zeros, IMAGE_PATH_ROOM - length) == 0 &&
           packed_is_path(file->path) && file->address >= constants->address &&
           file->address - constants->address <= constants->size &&
           file->size <= constants->size - (file->address - constants->address);
}

static struct image_file entry(const struct packed_constants *constants, uint64_t i)
{
    struct image_file file;

    memcpy(&file, constants->bytes + IMAGE_FILES_AT + i * sizeof file, sizeof file);
    return file;
}

/* In order, none twice, and none that is a folder of another. */
static int is_directory(const struct packed_constants *constants, uint64_t count)
{
    if (count > IMAGE_FILES_MAX ||
        (count > 0 && constants->size < IMAGE_FILES_AT + count * sizeof(struct image_file))) {
        return 0;
    }
    for (uint64_t i = 0; i < count; i++) {
        const struct image_file file = entry(constants, i);

        if (!is_entry(&file, constants)) {
            return 0;
        }
        for (uint64_t k = 0; k < i; k++) {
            const struct image_file before = entry(constants, k);

            if (strcmp(before.path, file.path) >= 0 || packed_is_below(file.path, before.path)) {
                return 0;
            }
        }
    }
    return 1;
}

static json_t *tell(const struct image_file *file, const struct packed_constants *constants)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof digest + 1];

    if (crypto_hash_sha256(digest, constants->bytes + (file->address - constants->address),
                           file->size) != 0) {
        return NULL;
    }
    return json_pack("{s:s, s:I, s:s}", "path", file->path, "size", (json_int_t)file->size,
                     "sha256", sodium_bin2hex(hex, sizeof hex, digest, sizeof digest));
}

enum pobf_status packed_list(json_t **list, const struct packed_constants *constants,
                             uint64_t count)
{
    *list = NULL;
    if (!is_directory(constants, count)) {
        return POBF_E_INPUT;
    }
    *list = json_array();
    for (uint64_t i = 0; i < count; i++) {
        const struct image_file file = entry(constants, i);

        if (json_array_append_new(*list, tell(&file, constants)) != 0) {
            json_decref(*list);
            *list = NULL;
            return POBF_E_SYSTEM;
        }
    }
    return POBF_OK;
}
