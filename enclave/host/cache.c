#include "enclave/host/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/cli/run.h"
#include "edge/cli/talk.h"

enum { FILE_MAX = 256 << 20, PATH_ROOM = PLACE_ROOM + 32, KEPT_MAX = 64 };

int cache_is_off(void)
{
    const char *own = getenv("POBF_CACHE");

    return own != NULL && strcmp(own, "off") == 0;
}

static enum pobf_status name_folder(char folder[PLACE_ROOM])
{
    const char *own = getenv("POBF_CACHE");
    const char *shared = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    int length;

    if (own != NULL && own[0] != '\0' && !cache_is_off()) {
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
    return mkdir(folder, 0700) == 0 || errno == EEXIST ? POBF_OK : POBF_E_SYSTEM;
}

static enum pobf_status find_place(char path[PLACE_ROOM], char folder[PLACE_ROOM], const char *name)
{
    enum pobf_status status = name_folder(folder);

    if (status == POBF_OK) {
        status = make_folder(folder);
    }
    if (status == POBF_OK && snprintf(path, PLACE_ROOM, "%s/%s", folder, name) >= PLACE_ROOM) {
        status = POBF_E_SPACE;
    }
    return status;
}

enum pobf_status cache_place(char path[PLACE_ROOM], const char *name)
{
    char folder[PLACE_ROOM] = "";
    const enum pobf_status status = find_place(path, folder, name);

    if (status == POBF_E_SYSTEM) {
        talk_error(status, folder, strerror(errno));
    }
    return status;
}

/* What a compiler says of itself names the package that it comes from. */
static enum pobf_status name_compiler(const char *path, const char *compiler, const char *scratch)
{
    const char *const arguments[] = {compiler, "--version", NULL};
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

enum pobf_status cache_name(char name[CACHE_NAME_ROOM], const char *ending, const struct gcc *line,
                            const char *const *sources, const char *scratch)
{
    uint8_t digest[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof digest + 1];
    char version[PATH_ROOM];
    crypto_hash_sha256_state hash;
    enum pobf_status status;

    snprintf(version, sizeof version, "%s/version", scratch);
    status = name_compiler(version, line->count > 0 ? line->at[0] : "gcc", scratch);
    crypto_hash_sha256_init(&hash);
    for (size_t i = 0; i < line->count; i++) {
        crypto_hash_sha256_update(&hash, (const uint8_t *)line->at[i], strlen(line->at[i]) + 1);
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

/* What is kept: a digest, and the bytes that it is of. */
static int is_whole(const uint8_t *kept, size_t size)
{
    uint8_t digest[crypto_hash_sha256_BYTES];

    return size > sizeof digest &&
           crypto_hash_sha256(digest, kept + sizeof digest, size - sizeof digest) == 0 &&
           memcmp(digest, kept, sizeof digest) == 0;
}

int cache_take(const char *to, const char *name)
{
    enum { AHEAD = crypto_hash_sha256_BYTES };
    char folder[PLACE_ROOM], path[PLACE_ROOM];
    uint8_t *kept;
    size_t size;
    int taken;

    if (cache_is_off() || find_place(path, folder, name) != POBF_OK ||
        file_read_plain(&kept, &size, path, FILE_MAX) != POBF_OK) {
        return 0;
    }
    taken = is_whole(kept, size) && file_place(to, kept + AHEAD, size - AHEAD) == POBF_OK;
    if (taken) {
        (void)utimensat(AT_FDCWD, path, NULL, 0); /* so that it is not among the next to go */
    }
    file_free(kept, size);
    return taken;
}

struct kept {
    char name[CACHE_NAME_ROOM];
    struct timespec used;
};

/* The last used first. */
static int by_use(const void *a, const void *b)
{
    const struct timespec *x = &((const struct kept *)a)->used;
    const struct timespec *y = &((const struct kept *)b)->used;

    return x->tv_sec != y->tv_sec ? (x->tv_sec < y->tv_sec) - (x->tv_sec > y->tv_sec)
                                  : (x->tv_nsec < y->tv_nsec) - (x->tv_nsec > y->tv_nsec);
}

/* All of a folder that have this ending; no more than there is room for. */
static size_t list_kept(struct kept *list, size_t room, DIR *folder, const char *ending)
{
    size_t count = 0;
    const struct dirent *entry;
    struct stat about;

    while (count < room && (entry = readdir(folder)) != NULL) {
        const size_t length = strlen(entry->d_name);

        if (length < CACHE_NAME_ROOM && length > strlen(ending) &&
            strcmp(entry->d_name + length - strlen(ending), ending) == 0 &&
            fstatat(dirfd(folder), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0) {
            memcpy(list[count].name, entry->d_name, length + 1);
            list[count++].used = about.st_mtim;
        }
    }
    return count;
}

/* Someone else may do the same at the same time: what is gone already is gone. */
static void remove_oldest(const char *path, const char *ending)
{
    struct kept list[2 * KEPT_MAX];
    DIR *folder = opendir(path);
    size_t count;

    if (folder == NULL) {
        return;
    }
    count = list_kept(list, sizeof list / sizeof list[0], folder, ending);
    qsort(list, count, sizeof list[0], by_use);
    for (size_t i = KEPT_MAX; i < count; i++) {
        (void)unlinkat(dirfd(folder), list[i].name, 0);
    }
    closedir(folder);
}

static enum pobf_status keep(const char *path, const char *from)
{
    enum { AHEAD = crypto_hash_sha256_BYTES };
    uint8_t *bytes, *kept;
    size_t size;
    enum pobf_status status = file_read_plain(&bytes, &size, from, FILE_MAX);

    if (status != POBF_OK) {
        return status;
    }
    kept = malloc(AHEAD + size);
    status = kept == NULL ? POBF_E_SPACE : POBF_OK;
    if (status == POBF_OK && crypto_hash_sha256(kept, bytes, size) == 0) {
        memcpy(kept + AHEAD, bytes, size);
        status = file_place(path, kept, AHEAD + size);
    }
    free(kept);
    file_free(bytes, size);
    return status;
}

void cache_keep(const char *name, const char *from)
{
    char folder[PLACE_ROOM] = "", path[PLACE_ROOM] = "";

    if (cache_is_off()) {
        return;
    }
    if (find_place(path, folder, name) != POBF_OK || keep(path, from) != POBF_OK) {
        talk_say("%s: nothing can be kept there; the next build has to compile it again", folder);
        return;
    }
    remove_oldest(folder, strrchr(name, '.'));
}
