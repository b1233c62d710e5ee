#include "verifier/certificate/tree.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "edge/cli/file.h"
#include "edge/cli/run.h"

enum { HEX_ROOM = 2 * POBF_DIGEST_BYTES + 1, LIST_MAX = 16 << 20 };

void tree_clear(struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        free(tree->path[i]);
    }
    free(tree->path);
    tree->path = NULL;
    tree->count = 0;
}

static enum pobf_status refuse(struct tree *tree, enum pobf_status status, const char *path,
                               const char *why)
{
    snprintf(tree->defect, sizeof tree->defect, "%.3000s: %s", path, why);
    return status;
}

static enum pobf_status join(struct tree *tree, char out[TREE_PATH_ROOM], const char *folder,
                             const char *path)
{
    return snprintf(out, TREE_PATH_ROOM, "%s/%s", folder, path) < TREE_PATH_ROOM
               ? POBF_OK
               : refuse(tree, POBF_E_SPACE, path, "the path is too long");
}

/* The array grows by doubling: its room is the power of two that holds `count`. */
static enum pobf_status add(struct tree *tree, const char *path)
{
    const size_t count = tree->count;

    if (strpbrk(path, "\n\\") != NULL) {
        return refuse(tree, POBF_E_INPUT, path, "a name may hold no line break and no backslash");
    }
    if (count == TREE_FILES_MAX) {
        return refuse(tree, POBF_E_SPACE, path, "there are too many files");
    }
    if ((count & (count - 1)) == 0) {
        char **larger = realloc(tree->path, (count == 0 ? 1 : 2 * count) * sizeof *larger);

        if (larger == NULL) {
            return refuse(tree, POBF_E_SYSTEM, path, "out of memory");
        }
        tree->path = larger;
    }
    tree->path[count] = strdup(path);
    if (tree->path[count] == NULL) {
        return refuse(tree, POBF_E_SYSTEM, path, "out of memory");
    }
    tree->count++;
    return POBF_OK;
}

/* What git tracks. None where the folder is in no checkout, or nothing in it is tracked. */
static enum pobf_status list_tracked(struct tree *tree, const char *folder, const char *scratch)
{
    const char *const arguments[] = {"git", "ls-files", "-z", NULL};
    char output[TREE_PATH_ROOM], log[TREE_PATH_ROOM], git[TREE_PATH_ROOM];
    enum pobf_status status;
    uint8_t *list;
    size_t size;

    if (join(tree, output, scratch, "files") != POBF_OK ||
        join(tree, log, scratch, "log") != POBF_OK || join(tree, git, folder, ".git") != POBF_OK) {
        return POBF_E_SPACE;
    }
    if (run_program(&(struct run){arguments, folder, output, log}) != POBF_OK) {
        return access(git, F_OK) != 0
                   ? POBF_OK
                   : refuse(tree, POBF_E_SYSTEM, folder, "git does not say what it tracks here");
    }
    status = file_read(&list, &size, output, LIST_MAX);
    for (size_t at = 0; status == POBF_OK && at < size; at += strlen((char *)list + at) + 1) {
        status = add(tree, (const char *)list + at);
    }
    file_free(list, size);
    return status;
}

static int is_left_out(const FTSENT *entry)
{
    return entry->fts_level == 1 &&
           (strcmp(entry->fts_name, "build") == 0 || strcmp(entry->fts_name, ".git") == 0);
}

static enum pobf_status take_entry(struct tree *tree, FTS *walk, FTSENT *entry, size_t skip)
{
    switch (entry->fts_info) {
    case FTS_D:
        if (is_left_out(entry)) {
            fts_set(walk, entry, FTS_SKIP);
        }
        return POBF_OK;
    case FTS_DP:
        return POBF_OK;
    case FTS_F:
        return add(tree, entry->fts_path + skip);
    default:
        return refuse(tree, POBF_E_INPUT, entry->fts_path, "is no regular file that can be read");
    }
}

static enum pobf_status list_all(struct tree *tree, const char *folder)
{
    char root[TREE_PATH_ROOM];
    char *const roots[] = {root, NULL};
    enum pobf_status status = POBF_OK;
    FTSENT *entry;
    FTS *walk;

    snprintf(root, sizeof root, "%s", folder);
    walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (walk == NULL) {
        return refuse(tree, POBF_E_SYSTEM, folder, strerror(errno));
    }
    while (status == POBF_OK && (entry = fts_read(walk)) != NULL) {
        status = take_entry(tree, walk, entry, strlen(root) + 1);
    }
    fts_close(walk);
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

enum pobf_status tree_list(struct tree *tree, const char *folder, const char *scratch)
{
    enum pobf_status status;

    *tree = (struct tree){0};
    status = list_tracked(tree, folder, scratch);
    if (status == POBF_OK && tree->count == 0) {
        status = list_all(tree, folder);
    }
    if (status == POBF_OK && tree->count == 0) {
        status = refuse(tree, POBF_E_MISSING, folder, "holds no file");
    }
    if (status != POBF_OK) {
        tree_clear(tree);
        return status;
    }
    qsort(tree->path, tree->count, sizeof *tree->path, by_name);
    return POBF_OK;
}

/* Read a file that must be regular: what a link points to is not in the tree's digest. */
static enum pobf_status read_regular(struct tree *tree, uint8_t **bytes, size_t *size,
                                     struct stat *facts, const char *path)
{
    enum pobf_status status;

    if (lstat(path, facts) != 0) {
        return refuse(tree, POBF_E_MISSING, path, strerror(errno));
    }
    if (!S_ISREG(facts->st_mode)) {
        return refuse(tree, POBF_E_INPUT, path, "is no regular file");
    }
    status = file_read(bytes, size, path, TREE_FILE_MAX);
    return status == POBF_OK ? POBF_OK : refuse(tree, status, path, "cannot be read");
}

/* Make the folders that a path leads through. */
static int make_way(char path[TREE_PATH_ROOM])
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        int made;

        *slash = '\0';
        made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made) {
            return 0;
        }
    }
    return 1;
}

static enum pobf_status copy_one(struct tree *tree, const char *to, const char *from,
                                 const char *path)
{
    char source[TREE_PATH_ROOM], target[TREE_PATH_ROOM];
    enum pobf_status status;
    struct stat facts;
    uint8_t *bytes;
    size_t size;
    FILE *file;
    int written;

    if (join(tree, source, from, path) != POBF_OK || join(tree, target, to, path) != POBF_OK) {
        return POBF_E_SPACE;
    }
    status = read_regular(tree, &bytes, &size, &facts, source);
    if (status != POBF_OK) {
        return status;
    }
    file = make_way(target) ? fopen(target, "wxe") : NULL;
    written = file != NULL && fwrite(bytes, 1, size, file) == size &&
              fchmod(fileno(file), facts.st_mode & 0777) == 0;
    written = file != NULL && fclose(file) == 0 && written;
    file_free(bytes, size);
    return written ? POBF_OK : refuse(tree, POBF_E_SYSTEM, target, strerror(errno));
}

enum pobf_status tree_copy(struct tree *tree, const char *to, const char *from)
{
    enum pobf_status status = POBF_OK;

    for (size_t i = 0; status == POBF_OK && i < tree->count; i++) {
        status = copy_one(tree, to, from, tree->path[i]);
    }
    return status;
}

/* One line as sha256sum prints it. */
static enum pobf_status add_line(struct tree *tree, crypto_hash_sha256_state *list,
                                 const char *folder, const char *path)
{
    char whole[TREE_PATH_ROOM], line[TREE_PATH_ROOM + HEX_ROOM], hex[HEX_ROOM];
    uint8_t digest[POBF_DIGEST_BYTES];
    enum pobf_status status;
    struct stat facts;
    uint8_t *bytes;
    size_t size;

    status = join(tree, whole, folder, path);
    if (status == POBF_OK) {
        status = read_regular(tree, &bytes, &size, &facts, whole);
    }
    if (status == POBF_OK) {
        crypto_hash_sha256(digest, bytes, size);
        file_free(bytes, size);
        sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
        snprintf(line, sizeof line, "%s  %s\n", hex, path);
        crypto_hash_sha256_update(list, (const uint8_t *)line, strlen(line));
    }
    return status;
}

enum pobf_status tree_digest(struct tree *tree, uint8_t digest[POBF_DIGEST_BYTES],
                             const char *folder, const char *prefix)
{
    enum pobf_status status = POBF_OK;
    crypto_hash_sha256_state list;

    crypto_hash_sha256_init(&list);
    for (size_t i = 0; status == POBF_OK && i < tree->count; i++) {
        if (strncmp(tree->path[i], prefix, strlen(prefix)) == 0) {
            status = add_line(tree, &list, folder, tree->path[i]);
        }
    }
    crypto_hash_sha256_final(&list, digest);
    if (status != POBF_OK) {
        memset(digest, 0, POBF_DIGEST_BYTES);
    }
    return status;
}
