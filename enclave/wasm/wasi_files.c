/*
 * Files, read only: the three streams, and below one folder, open from the start, what is packed in
 * the image. A folder is what the paths of files make of it. Whatever writes is refused.
 *
 * What is open, and where each file is read next, is in the zone's variables: every call begins as
 * the build left them.
 */
#include "runtime.h"
#include "wasi.h"
#include "wasi_calls.h"

enum { ROOT = 3, OPEN_MAX = 16 };

/* What wasm_charge takes for a step. */
#define STEP UINT64_C(8)

/* Bits of a right, of what path_open is asked for, and types of files: of witx. */
enum { RIGHT_READ = 1 << 1, RIGHT_SEEK = 1 << 2, RIGHT_TELL = 1 << 5, RIGHT_WRITE = 1 << 6 };
enum { RIGHT_OPEN = 1 << 13, RIGHT_LIST = 1 << 14, RIGHT_STAT = 1 << 18 | 1 << 21 };
enum { ASKED_CREATE = 1, ASKED_FOLDER = 2, ASKED_NEW = 4, ASKED_EMPTY = 8 };
enum { TYPE_FOLDER = 3, TYPE_FILE = 4, TYPE_STREAM = 6 };
enum { FROM_START, FROM_HERE, FROM_END };

/* By the linker script: behind the image's note. */
extern const struct image_file pobf_files[];

/* A file, or a folder that it is in: the first part of its path. Of a folder it is the first file. */
struct node {
    uint32_t file;
    uint32_t length; /* 0: the root */
};

struct opened {
    uint32_t is_open;
    struct node node;
    uint64_t at; /* in a file */
};

static struct opened table[OPEN_MAX]; /* by the number, from ROOT */
static uint32_t is_begun;
static struct opened *reading;

static uint32_t file_count(void)
{
    return (uint32_t)wasm_limits()->files;
}

/* NULL where nothing of that number is open, or it is a stream. */
static struct opened *find_open(uint32_t number)
{
    if (!is_begun) {
        table[0].is_open = file_count() > 0;
        is_begun = 1;
    }
    return number >= ROOT && number - ROOT < OPEN_MAX && table[number - ROOT].is_open
               ? &table[number - ROOT]
               : NULL;
}

static const char *path_of(struct node node)
{
    return pobf_files[node.file].path;
}

static uint32_t is_folder(struct node node)
{
    return node.length == 0 || path_of(node)[node.length] == '/';
}

static uint64_t size_of(struct node node)
{
    return is_folder(node) ? 0 : pobf_files[node.file].size;
}

/* 1 where the path of a file begins so, and a part of it ends there. Each letter is a step. */
static uint32_t begins(uint32_t file, const char *path, uint32_t length)
{
    const char *its = pobf_files[file].path;
    uint32_t same = 0;

    while (same < length && its[same] == path[same] && its[same] != '\0') {
        same++;
    }
    wasm_charge(STEP * same);
    return same == length && (length == 0 || its[length] == '/' || its[length] == '\0');
}

/* A path as it is built, part after part. */
struct walk {
    char path[IMAGE_PATH_ROOM];
    uint32_t length;
};

static uint32_t step_up(struct walk *walk)
{
    if (walk->length == 0) {
        return WASI_NOT_CAPABLE; /* there is nothing above */
    }
    while (walk->length > 0 && walk->path[--walk->length] != '/') {
    }
    return WASI_OK;
}

static uint32_t step_down(struct walk *walk, const uint8_t *part, uint32_t size)
{
    const uint32_t has_slash = walk->length > 0;

    if ((uint64_t)walk->length + has_slash + size >= IMAGE_PATH_ROOM) {
        return WASI_NAME_TOO_LONG;
    }
    walk->path[walk->length] = '/'; /* or what comes over it, where it is the first */
    walk->length += has_slash;
    __builtin_memcpy(walk->path + walk->length, part, size);
    walk->length += size;
    return WASI_OK;
}

static uint32_t step(struct walk *walk, const uint8_t *part, uint32_t size)
{
    if (size == 0 || (size == 1 && part[0] == '.')) {
        return WASI_OK;
    }
    return size == 2 && part[0] == '.' && part[1] == '.' ? step_up(walk)
                                                         : step_down(walk, part, size);
}

/* From a folder by the module's text: part after part, up as well, and never above the root. */
static uint32_t walk_along(struct walk *walk, const uint8_t *text, uint32_t size)
{
    uint32_t from = 0;
    uint32_t status = size > 0 && text[0] == '/' ? WASI_NOT_CAPABLE : WASI_OK;

    for (uint32_t at = 0; status == WASI_OK && at <= size; at++) {
        if (at == size || text[at] == '/') {
            status = step(walk, text + from, at - from);
            from = at + 1;
        }
    }
    return status;
}

static uint32_t find_node(struct node *node, const struct walk *walk)
{
    for (uint32_t i = 0; i < file_count(); i++) {
        if (begins(i, walk->path, walk->length)) {
            *node = (struct node){i, walk->length};
            return WASI_OK;
        }
    }
    return WASI_NO_ENTRY;
}

/* What a text of the module names, from an open folder. */
static uint32_t resolve(struct node *node, uint32_t number, uint32_t text_at, uint32_t size)
{
    const struct opened *folder = find_open(number);
    struct walk walk;
    uint32_t status;

    if (folder == NULL) {
        return WASI_BAD_FILE;
    }
    if (!wasi_is_memory(text_at, size)) {
        return WASI_FAULT;
    }
    if (!is_folder(folder->node)) {
        return WASI_NO_FOLDER;
    }
    wasm_charge(STEP * size);
    walk.length = folder->node.length;
    __builtin_memcpy(walk.path, path_of(folder->node), walk.length);
    status = walk_along(&walk, pobf_memory + text_at, size);
    return status == WASI_OK ? find_node(node, &walk) : status;
}

/* The first number that is free; the root's own is not given again. */
static uint32_t give_number(uint32_t number_at, struct node node)
{
    uint32_t number = ROOT + 1;

    while (number < ROOT + OPEN_MAX && find_open(number) != NULL) {
        number++;
    }
    if (number == ROOT + OPEN_MAX) {
        return WASI_TOO_MANY;
    }
    if (!wasi_is_memory(number_at, 4)) {
        return WASI_FAULT;
    }
    table[number - ROOT] = (struct opened){.is_open = 1, .node = node};
    wasi_store_word(number_at, number);
    return WASI_OK;
}

WASI(path_open)
(WASI_SELF, uint32_t folder, uint32_t links, uint32_t text_at, uint32_t size, uint32_t asked,
 uint64_t rights, uint64_t inherited, uint32_t flags, uint32_t number_at)
{
    struct node node;
    uint32_t status = resolve(&node, folder, text_at, size);

    (void)links;
    (void)inherited;
    (void)flags;
    if ((status == WASI_OK || status == WASI_NO_ENTRY) &&
        ((asked & (ASKED_CREATE | ASKED_NEW | ASKED_EMPTY)) || (rights & RIGHT_WRITE))) {
        return WASI_READ_ONLY_FILES;
    }
    if (status == WASI_OK && (asked & ASKED_FOLDER) && !is_folder(node)) {
        return WASI_NO_FOLDER;
    }
    return status == WASI_OK ? give_number(number_at, node) : status;
}

/* From the file that is read into the module's memory; how many bytes. */
static uint32_t read_some(uint32_t at, uint32_t size)
{
    const struct image_file *file = &pobf_files[reading->node.file];
    const uint64_t left = reading->at < file->size ? file->size - reading->at : 0;
    const uint32_t count = size < left ? size : (uint32_t)left;

    wasm_charge(count);
    __builtin_memcpy(pobf_memory + at,
                     (const uint8_t *)(uintptr_t)(file->address + (file->size - left)), count);
    reading->at += count;
    return count;
}

uint32_t files_read(uint32_t number, uint32_t list, uint32_t count, uint32_t total_at)
{
    reading = find_open(number);
    if (reading == NULL) {
        return WASI_BAD_FILE;
    }
    return is_folder(reading->node) ? WASI_IS_FOLDER : wasi_move(list, count, total_at, read_some);
}

WASI(fd_pread)
(WASI_SELF, uint32_t number, uint32_t list, uint32_t count, uint64_t from, uint32_t total_at)
{
    struct opened *file = find_open(number);
    uint64_t before;
    uint32_t status;

    if (file == NULL) {
        return number < ROOT ? WASI_NO_SEEK : WASI_BAD_FILE;
    }
    before = file->at;
    file->at = from;
    status = files_read(number, list, count, total_at);
    file->at = before;
    return status;
}

static uint32_t seek(uint32_t number, uint64_t offset, uint32_t whence, uint32_t at)
{
    struct opened *file = find_open(number);
    int64_t to;

    if (file == NULL || is_folder(file->node)) {
        return number < ROOT ? WASI_NO_SEEK : WASI_BAD_FILE;
    }
    to = whence == FROM_START ? 0 : (int64_t)(whence == FROM_HERE ? file->at : size_of(file->node));
    if (whence > FROM_END || __builtin_add_overflow(to, (int64_t)offset, &to) || to < 0) {
        return WASI_INVALID;
    }
    if (!wasi_is_memory(at, 8)) {
        return WASI_FAULT;
    }
    file->at = (uint64_t)to;
    wasi_store_long(at, file->at);
    return WASI_OK;
}

WASI(fd_seek)(WASI_SELF, uint32_t number, uint64_t offset, uint32_t whence, uint32_t at)
{
    return seek(number, offset, whence, at);
}

WASI(fd_tell)(WASI_SELF, uint32_t number, uint32_t at)
{
    return seek(number, 0, FROM_HERE, at);
}

WASI(fd_close)(WASI_SELF, uint32_t number)
{
    struct opened *file = find_open(number);

    if (file == NULL) {
        return number < ROOT ? WASI_OK : WASI_BAD_FILE;
    }
    *file = (struct opened){.is_open = 0};
    return WASI_OK;
}

/*
 * The three streams are neither files nor terminals: read or written, and never sought in. A folder
 * hands on the right to write, which nothing has, so that libraries ask for it, and are refused.
 */
WASI(fd_fdstat_get)(WASI_SELF, uint32_t number, uint32_t at)
{
    enum { STAT_BYTES = 24, RIGHTS_AT = 8, INHERITED_AT = 16 };
    enum { RIGHTS_OF_FILE = RIGHT_READ | RIGHT_SEEK | RIGHT_TELL | RIGHT_STAT };
    enum { RIGHTS_OF_FOLDER = RIGHT_OPEN | RIGHT_LIST | RIGHT_STAT };
    const struct opened *file = find_open(number);
    uint64_t inherited = 0;
    uint64_t rights = number == 0 ? RIGHT_READ : RIGHT_WRITE;
    uint8_t type = TYPE_STREAM;

    if (file == NULL && number >= ROOT) {
        return WASI_BAD_FILE;
    }
    if (!wasi_is_memory(at, STAT_BYTES)) {
        return WASI_FAULT;
    }
    if (file != NULL && is_folder(file->node)) {
        type = TYPE_FOLDER;
        rights = RIGHTS_OF_FOLDER;
        inherited = RIGHTS_OF_FOLDER | RIGHTS_OF_FILE | RIGHT_WRITE;
    } else if (file != NULL) {
        type = TYPE_FILE;
        rights = RIGHTS_OF_FILE;
    }
    __builtin_memset(pobf_memory + at, 0, STAT_BYTES);
    pobf_memory[at] = type;
    wasi_store_long(at + RIGHTS_AT, rights);
    wasi_store_long(at + INHERITED_AT, inherited);
    return WASI_OK;
}

WASI(fd_fdstat_set_flags)(WASI_SELF, uint32_t number, uint32_t flags)
{
    (void)flags;
    return number < ROOT || find_open(number) != NULL ? WASI_OK : WASI_BAD_FILE;
}

/* Each path its number, which is not 0. */
static uint64_t number_of(struct node node)
{
    return ((uint64_t)node.length << 32 | node.file) + 1;
}

static uint32_t tell_file(uint32_t at, uint8_t type, uint64_t number, uint64_t size)
{
    enum { STAT_BYTES = 64, NUMBER_AT = 8, TYPE_AT = 16, LINKS_AT = 24, SIZE_AT = 32 };

    if (!wasi_is_memory(at, STAT_BYTES)) {
        return WASI_FAULT;
    }
    __builtin_memset(pobf_memory + at, 0, STAT_BYTES);
    pobf_memory[at + TYPE_AT] = type;
    wasi_store_long(at + NUMBER_AT, number);
    wasi_store_long(at + LINKS_AT, type != TYPE_STREAM);
    wasi_store_long(at + SIZE_AT, size);
    return WASI_OK;
}

static uint32_t tell_node(uint32_t at, struct node node)
{
    return tell_file(at, is_folder(node) ? TYPE_FOLDER : TYPE_FILE, number_of(node), size_of(node));
}

WASI(fd_filestat_get)(WASI_SELF, uint32_t number, uint32_t at)
{
    const struct opened *file = find_open(number);

    if (file != NULL) {
        return tell_node(at, file->node);
    }
    return number < ROOT ? tell_file(at, TYPE_STREAM, 0, 0) : WASI_BAD_FILE;
}

WASI(path_filestat_get)
(WASI_SELF, uint32_t folder, uint32_t links, uint32_t text_at, uint32_t size, uint32_t at)
{
    struct node node;
    const uint32_t status = resolve(&node, folder, text_at, size);

    (void)links;
    return status == WASI_OK ? tell_node(at, node) : status;
}

/* What a folder holds is told into a buffer, and what does not fit is cut off there. */
struct listing {
    uint32_t at;
    uint32_t left;
};

static void put(struct listing *listing, const void *bytes, uint32_t size)
{
    const uint32_t count = size < listing->left ? size : listing->left;

    wasm_charge(size);
    __builtin_memcpy(pobf_memory + listing->at, bytes, count);
    listing->at += count;
    listing->left -= count;
}

static void put_entry(struct listing *listing, struct node node, uint32_t from, uint64_t next)
{
    const struct {
        uint64_t next, number;
        uint32_t name_size, type;
    } entry = {next, number_of(node), node.length - from,
               is_folder(node) ? TYPE_FOLDER : TYPE_FILE};

    put(listing, &entry, sizeof entry);
    put(listing, path_of(node) + from, entry.name_size);
}

/* What comes next in a folder, from a file on: one of it, or a folder in it. 0: there is none. */
static uint32_t next_node(struct node *node, struct node folder, uint32_t *file)
{
    const uint32_t from = folder.length > 0 ? folder.length + 1 : 0;

    if (*file >= file_count() || !begins(*file, path_of(folder), folder.length)) {
        return 0;
    }
    *node = (struct node){*file, from};
    while (path_of(*node)[node->length] != '/' && path_of(*node)[node->length] != '\0') {
        node->length++;
    }
    do { /* one folder is told once: its files stand one behind the other */
        ++*file;
    } while (*file < file_count() && begins(*file, path_of(*node), node->length));
    return 1;
}

WASI(fd_readdir)
(WASI_SELF, uint32_t number, uint32_t at, uint32_t size, uint64_t cookie, uint32_t used_at)
{
    const struct opened *folder = find_open(number);
    struct listing listing = {at, size};
    struct node node;
    uint32_t file;

    if (folder == NULL) {
        return WASI_BAD_FILE;
    }
    if (!is_folder(folder->node)) {
        return WASI_NO_FOLDER;
    }
    if (!wasi_is_memory(at, size) || !wasi_is_memory(used_at, 4)) {
        return WASI_FAULT;
    }
    file = folder->node.file;
    for (uint64_t i = 0; listing.left > 0 && next_node(&node, folder->node, &file); i++) {
        if (i >= cookie) {
            put_entry(&listing, node, folder->node.length > 0 ? folder->node.length + 1 : 0, i + 1);
        }
    }
    wasi_store_word(used_at, size - listing.left);
    return WASI_OK;
}

/* The root is the one that is open from the start. */
WASI(fd_prestat_get)(WASI_SELF, uint32_t number, uint32_t at)
{
    enum { PRESTAT_BYTES = 8, LENGTH_AT = 4 };

    if (number != ROOT || find_open(number) == NULL) {
        return WASI_BAD_FILE;
    }
    if (!wasi_is_memory(at, PRESTAT_BYTES)) {
        return WASI_FAULT;
    }
    wasi_store_word(at, 0);
    wasi_store_word(at + LENGTH_AT, 1);
    return WASI_OK;
}

WASI(fd_prestat_dir_name)(WASI_SELF, uint32_t number, uint32_t at, uint32_t size)
{
    if (number != ROOT || find_open(number) == NULL) {
        return WASI_BAD_FILE;
    }
    if (size < 1 || !wasi_is_memory(at, size)) {
        return size < 1 ? WASI_NAME_TOO_LONG : WASI_FAULT;
    }
    pobf_memory[at] = '/';
    return WASI_OK;
}

#define X(name, signature, ...)                                                                    \
    WASI(name)(WASI_SELF, __VA_ARGS__)                                                             \
    {                                                                                              \
        return WASI_READ_ONLY_FILES;                                                               \
    }
WASI_READ_ONLY(X)
#undef X
