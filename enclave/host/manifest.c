#include "enclave/host/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "enclave/image/image.h"

enum { MANIFEST_FILE_MAX = 64 * 1024, MANIFEST_PATH_ROOM = 4096 };

enum { OF_NATIVE = 1 << IMAGE_NATIVE, OF_WASI = 1 << IMAGE_WASI, OF_ALL = OF_NATIVE | OF_WASI };

/* The members that are numbers: where each goes, what it may be, and of which interface. */
static const struct {
    size_t at;
    size_t size;
    uint64_t least;
    uint64_t most;
    int of;
    const char *name;
} numbers[] = {
#define SIZE_OF(member) sizeof(((struct image_manifest *)0)->member)
#define NUMBER(name, member, least, most, of)                                                      \
    {                                                                                              \
        offsetof(struct image_manifest, member), SIZE_OF(member), least, most, of, name            \
    }
    NUMBER("input_max", input_max, 1, IMAGE_ZONE_MAX, OF_ALL),
    NUMBER("output_max", output_max, 1, IMAGE_ZONE_MAX, OF_ALL),
    NUMBER("arena", arena, 0, IMAGE_ZONE_MAX, OF_NATIVE),
    NUMBER("memory", arena, IMAGE_WASM_PAGE, IMAGE_ZONE_MAX, OF_WASI),
    NUMBER("stack", stack, IMAGE_STACK_MIN, IMAGE_ZONE_MAX, OF_ALL),
    NUMBER("fuel", fuel, 1, IMAGE_FUEL_MAX, OF_WASI),
    NUMBER("deadline_ms", deadline_ms, 1, IMAGE_DEADLINE_MAX_MS, OF_ALL),
#undef NUMBER
#undef SIZE_OF
};
enum { NUMBERS = sizeof numbers / sizeof numbers[0] };

/* The members that are not, and of which interface. */
static const struct {
    int of;
    const char *name;
} others[] = {{OF_ALL, "name"},    {OF_ALL, "interface"},  {OF_ALL, "files"},
              {OF_WASI, "stderr"}, {OF_WASI, "arguments"}, {OF_WASI, "environment"}};
enum { OTHERS = sizeof others / sizeof others[0] };

static enum pobf_status refuse(struct manifest_defect *defect, const char *field,
                               const char *expected, const char *seen)
{
    snprintf(defect->field, sizeof defect->field, "%s", field);
    snprintf(defect->expected, sizeof defect->expected, "%s", expected);
    snprintf(defect->seen, sizeof defect->seen, "%s", seen);
    return POBF_E_INPUT;
}

int manifest_is_name(const char *name)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const size_t length = strlen(name);

    return length > 0 && length < IMAGE_NAME_ROOM && strspn(name, letters) == length &&
           name[0] != '.' && name[0] != '-';
}

static enum pobf_status take_name(struct image_manifest *manifest, struct manifest_defect *defect,
                                  const json_t *value)
{
    const char *name = json_string_value(value);

    if (name == NULL || json_string_length(value) != strlen(name) || !manifest_is_name(name)) {
        return refuse(defect, "name", "1 to 63 of a-z A-Z 0-9 . _ -, neither . nor - first",
                      name != NULL    ? name
                      : value != NULL ? "no string"
                                      : "nothing");
    }
    memcpy(manifest->name, name, strlen(name));
    return POBF_OK;
}

static enum pobf_status take_number(struct image_manifest *manifest, struct manifest_defect *defect,
                                    size_t which, const json_t *value)
{
    const json_int_t seen = json_integer_value(value);
    const uint64_t number = (uint64_t)seen;
    char expected_text[96];
    char seen_text[32];

    snprintf(expected_text, sizeof expected_text, "a whole number, %" PRIu64 " to %" PRIu64,
             numbers[which].least, numbers[which].most);
    snprintf(seen_text, sizeof seen_text, "%" JSON_INTEGER_FORMAT, seen);
    if (!json_is_integer(value)) {
        return refuse(defect, numbers[which].name, expected_text,
                      value == NULL ? "nothing" : "no whole number");
    }
    if (seen < 0 || number < numbers[which].least || number > numbers[which].most) {
        return refuse(defect, numbers[which].name, expected_text, seen_text);
    }
    /* Little-endian: the low bytes of a number stand first, in four bytes as in eight. */
    memcpy((uint8_t *)manifest + numbers[which].at, &number, numbers[which].size);
    return POBF_OK;
}

static int is_known(const char *member, int of)
{
    for (size_t i = 0; i < NUMBERS; i++) {
        if (strcmp(member, numbers[i].name) == 0 && (numbers[i].of & of)) {
            return 1;
        }
    }
    for (size_t i = 0; i < OTHERS; i++) {
        if (strcmp(member, others[i].name) == 0 && (others[i].of & of)) {
            return 1;
        }
    }
    return 0;
}

/* One of two words; the first where there is none. */
static enum pobf_status take_word(uint32_t *word, struct manifest_defect *defect, const char *field,
                                  const json_t *value, const char *const words[2])
{
    char expected[48];

    *word = 0;
    if (value == NULL) {
        return POBF_OK;
    }
    for (uint32_t i = 0; i < 2; i++) {
        if (json_is_string(value) && strcmp(json_string_value(value), words[i]) == 0) {
            *word = i;
            return POBF_OK;
        }
    }
    snprintf(expected, sizeof expected, "\"%s\" or \"%s\"", words[0], words[1]);
    return refuse(defect, field, expected, "something else");
}

static enum pobf_status take_members(struct image_manifest *manifest,
                                     struct manifest_defect *defect, json_t *root, int of)
{
    enum pobf_status status;
    const char *member;
    json_t *value;

    json_object_foreach(root, member, value)
    {
        if (!is_known(member, of)) {
            return refuse(defect, member,
                          of == OF_NATIVE
                              ? "one of name, interface, input_max, output_max, arena, stack, "
                                "deadline_ms, files"
                              : "one of name, interface, input_max, output_max, memory, stack, "
                                "fuel, deadline_ms, stderr, arguments, environment, files",
                          "a member of another name");
        }
    }
    status = take_name(manifest, defect, json_object_get(root, "name"));
    for (size_t i = 0; status == POBF_OK && i < NUMBERS; i++) {
        if (numbers[i].of & of) {
            status = take_number(manifest, defect, i, json_object_get(root, numbers[i].name));
        }
    }
    return status;
}

/* Put a text behind the ones that are there. */
static enum pobf_status add_text(char texts[IMAGE_TEXTS_ROOM], size_t *size,
                                 struct manifest_defect *defect, const char *field,
                                 const char *text, size_t length)
{
    if (length == 0 || strlen(text) != length || length >= IMAGE_TEXTS_ROOM - *size) {
        return refuse(defect, field, "texts, none empty, 255 bytes together, with a zero each",
                      "something else");
    }
    memcpy(texts + *size, text, length);
    *size += length + 1;
    return POBF_OK;
}

/* Where there are none it has one, its name. */
static enum pobf_status take_arguments(struct image_manifest *manifest,
                                       struct manifest_defect *defect, const json_t *value)
{
    enum pobf_status status = POBF_OK;
    size_t size = 0;

    if (value == NULL) {
        memcpy(manifest->arguments, manifest->name, sizeof manifest->name);
        return POBF_OK;
    }
    if (!json_is_array(value)) {
        return refuse(defect, "arguments", "a list of texts", "something else");
    }
    for (size_t i = 0; status == POBF_OK && i < json_array_size(value); i++) {
        const json_t *text = json_array_get(value, i);

        status = json_is_string(text)
                     ? add_text(manifest->arguments, &size, defect, "arguments",
                                json_string_value(text), json_string_length(text))
                     : refuse(defect, "arguments", "a list of texts", "something else");
    }
    return status;
}

/* The name that comes next in their order; NULL at the end of them. */
static const char *next_name(json_t *object, const char *last)
{
    const char *found = NULL, *name;
    json_t *value;

    json_object_foreach(object, name, value)
    {
        if ((last == NULL || strcmp(name, last) > 0) &&
            (found == NULL || strcmp(name, found) < 0)) {
            found = name;
        }
    }
    return found;
}

/* Put "NAME=text" behind the others. */
static enum pobf_status add_variable(struct image_manifest *manifest, size_t *size,
                                     struct manifest_defect *defect, const char *name,
                                     const json_t *text)
{
    char pair[IMAGE_TEXTS_ROOM];
    int length;

    if (!json_is_string(text) || strchr(name, '=') != NULL ||
        json_string_length(text) != strlen(json_string_value(text))) {
        return refuse(defect, "environment", "an object of texts, no = in their names", name);
    }
    length = snprintf(pair, sizeof pair, "%s=%s", name, json_string_value(text));
    return length < (int)sizeof pair
               ? add_text(manifest->environment, size, defect, "environment", pair, (size_t)length)
               : refuse(defect, "environment", "255 bytes together", "more");
}

/* In the order of their names, so that it is the same manifest however it is written. */
static enum pobf_status take_environment(struct image_manifest *manifest,
                                         struct manifest_defect *defect, json_t *value)
{
    enum pobf_status status = POBF_OK;
    size_t size = 0;

    if (value != NULL && !json_is_object(value)) {
        return refuse(defect, "environment", "an object of texts", "something else");
    }
    for (const char *name = next_name(value, NULL); status == POBF_OK && name != NULL;
         name = next_name(value, name)) {
        status = add_variable(manifest, &size, defect, name, json_object_get(value, name));
    }
    return status;
}

static enum pobf_status take_wasi(struct image_manifest *manifest, struct manifest_defect *defect,
                                  const json_t *root)
{
    static const char *const words[] = {"drop", "seal"};
    enum pobf_status status;

    if (manifest->arena % IMAGE_WASM_PAGE != 0) {
        return refuse(defect, "memory", "a multiple of 65536", "a part of a page");
    }
    status = take_word(&manifest->stderr_sealed, defect, "stderr", json_object_get(root, "stderr"),
                       words);
    if (status == POBF_OK) {
        status = take_arguments(manifest, defect, json_object_get(root, "arguments"));
    }
    if (status == POBF_OK) {
        status = take_environment(manifest, defect, json_object_get(root, "environment"));
    }
    return status;
}

static enum pobf_status take_files(struct image_manifest *manifest, struct files *files,
                                   struct manifest_defect *defect, json_t *value)
{
    struct files_defect wrong;
    const enum pobf_status status = files_parse(files, &wrong, value);

    manifest->files = files->count;
    return status == POBF_OK ? status : refuse(defect, "files", wrong.expected, wrong.seen);
}

static enum pobf_status take_all(struct image_manifest *manifest, struct files *files,
                                 struct manifest_defect *defect, json_t *root)
{
    static const char *const words[] = {"native", "wasi"};
    enum pobf_status status = take_word(&manifest->interface, defect, "interface",
                                        json_object_get(root, "interface"), words);

    manifest->version = IMAGE_MANIFEST_VERSION;
    if (status == POBF_OK) {
        status = take_members(manifest, defect, root, 1 << manifest->interface);
    }
    if (status == POBF_OK && manifest->interface == IMAGE_WASI) {
        status = take_wasi(manifest, defect, root);
    }
    return status == POBF_OK ? take_files(manifest, files, defect, json_object_get(root, "files"))
                             : status;
}

enum pobf_status manifest_parse(struct image_manifest *manifest, struct files *files,
                                struct manifest_defect *defect, const uint8_t *text, size_t size)
{
    json_error_t error;
    json_t *root = json_loadb((const char *)text, size, JSON_REJECT_DUPLICATES, &error);
    enum pobf_status status;

    memset(manifest, 0, sizeof *manifest);
    memset(files, 0, sizeof *files);
    memset(defect, 0, sizeof *defect);
    if (!json_is_object(root)) {
        char seen[96];

        snprintf(seen, sizeof seen, "line %d: %.80s", root == NULL ? error.line : 1,
                 root == NULL ? error.text : "no object");
        json_decref(root);
        return refuse(defect, MANIFEST_FILE, "one JSON object, no member twice", seen);
    }
    status = take_all(manifest, files, defect, root);
    json_decref(root);
    if (status != POBF_OK) {
        memset(manifest, 0, sizeof *manifest);
        memset(files, 0, sizeof *files);
    }
    return status;
}

static enum pobf_status read_file(struct image_manifest *manifest, struct files *files,
                                  const char *path)
{
    struct manifest_defect defect;
    uint8_t *text;
    size_t size;
    enum pobf_status status = file_read_plain(&text, &size, path, MANIFEST_FILE_MAX);

    if (status != POBF_OK) {
        return file_unread(status, path);
    }
    status = manifest_parse(manifest, files, &defect, text, size);
    file_free(text, size);
    if (status != POBF_OK) {
        talk_refuse(defect.field, defect.expected, defect.seen, path);
    }
    return status;
}

enum pobf_status manifest_read(struct image_manifest *manifest, struct files *files,
                               const char *folder)
{
    char path[MANIFEST_PATH_ROOM];

    memset(manifest, 0, sizeof *manifest);
    memset(files, 0, sizeof *files);
    snprintf(path, sizeof path, "%s/%s", folder, MANIFEST_FILE);
    return read_file(manifest, files, path);
}

static enum pobf_status default_manifest(struct image_manifest *manifest, const char *name,
                                         int length)
{
    const int is_script = strcmp(name + length, ".js") == 0;

    *manifest = (struct image_manifest){
        .version = IMAGE_MANIFEST_VERSION,
        .deadline_ms = 10000,
        .input_max = 1 << 20,
        .output_max = 1 << 20,
        .arena = 16 << 20,
        .stack = is_script ? 1 << 20 : 256 << 10,
        .fuel = UINT64_C(10000000000),
        .interface = IMAGE_WASI,
    };
    snprintf(manifest->name, sizeof manifest->name, "%.*s", length, name);
    if (length >= IMAGE_NAME_ROOM || !manifest_is_name(manifest->name)) {
        talk_refuse("name", "1 to 63 of a-z A-Z 0-9 . _ -, neither . nor - first", name,
                    "a module without a manifest is named after its file: rename it, or give it a "
                    "folder with a pobf.json");
        return POBF_E_INPUT;
    }
    memcpy(manifest->arguments, manifest->name, sizeof manifest->name);
    return POBF_OK;
}

enum pobf_status manifest_of_module(struct image_manifest *manifest, struct files *files,
                                    const char *module)
{
    const int stem = (int)(strrchr(module, '.') - module); /* .wasm or .js */
    const char *slash = strrchr(module, '/');
    const char *name = slash == NULL ? module : slash + 1;
    char path[MANIFEST_PATH_ROOM];
    enum pobf_status status;

    memset(manifest, 0, sizeof *manifest);
    memset(files, 0, sizeof *files);
    snprintf(path, sizeof path, "%.*s.json", stem, module);
    if (access(path, F_OK) != 0) {
        return default_manifest(manifest, name, stem - (int)(name - module));
    }
    status = read_file(manifest, files, path);
    if (status == POBF_OK && manifest->interface != IMAGE_WASI) {
        talk_refuse("interface", "\"wasi\"", "\"native\"", path);
        memset(manifest, 0, sizeof *manifest);
        status = POBF_E_INPUT;
    }
    return status;
}
