#include "enclave/host/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "enclave/image/image.h"

enum { MANIFEST_FILE_MAX = 64 * 1024, MANIFEST_PATH_ROOM = 4096 };

/* The members that are numbers: where each goes, and what it may be. */
static const struct {
    size_t at;
    size_t size;
    uint64_t least;
    uint64_t most;
    const char *name;
} numbers[] = {
#define SIZE_OF(member) sizeof(((struct image_manifest *)0)->member)
#define NUMBER(member, least, most)                                                                \
    {                                                                                              \
        offsetof(struct image_manifest, member), SIZE_OF(member), least, most, #member             \
    }
    NUMBER(input_max, 1, IMAGE_ZONE_MAX),
    NUMBER(output_max, 1, IMAGE_ZONE_MAX),
    NUMBER(arena, 0, IMAGE_ZONE_MAX),
    NUMBER(stack, IMAGE_STACK_MIN, IMAGE_ZONE_MAX),
    NUMBER(deadline_ms, 1, IMAGE_DEADLINE_MAX_MS),
#undef NUMBER
#undef SIZE_OF
};
enum { NUMBERS = sizeof numbers / sizeof numbers[0] };

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

static int is_known(const char *member)
{
    for (size_t i = 0; i < NUMBERS; i++) {
        if (strcmp(member, numbers[i].name) == 0) {
            return 1;
        }
    }
    return strcmp(member, "name") == 0;
}

static enum pobf_status take_members(struct image_manifest *manifest,
                                     struct manifest_defect *defect, json_t *root)
{
    enum pobf_status status;
    const char *member;
    json_t *value;

    json_object_foreach(root, member, value)
    {
        if (!is_known(member)) {
            return refuse(defect, member,
                          "one of name, input_max, output_max, arena, stack, "
                          "deadline_ms",
                          "a member of another name");
        }
    }
    status = take_name(manifest, defect, json_object_get(root, "name"));
    for (size_t i = 0; status == POBF_OK && i < NUMBERS; i++) {
        status = take_number(manifest, defect, i, json_object_get(root, numbers[i].name));
    }
    return status;
}

enum pobf_status manifest_parse(struct image_manifest *manifest, struct manifest_defect *defect,
                                const uint8_t *text, size_t size)
{
    json_error_t error;
    json_t *root = json_loadb((const char *)text, size, JSON_REJECT_DUPLICATES, &error);
    enum pobf_status status;

    memset(manifest, 0, sizeof *manifest);
    memset(defect, 0, sizeof *defect);
    if (!json_is_object(root)) {
        char seen[96];

        snprintf(seen, sizeof seen, "line %d: %.80s", root == NULL ? error.line : 1,
                 root == NULL ? error.text : "no object");
        json_decref(root);
        return refuse(defect, MANIFEST_FILE, "one JSON object, no member twice", seen);
    }
    manifest->version = IMAGE_MANIFEST_VERSION;
    status = take_members(manifest, defect, root);
    json_decref(root);
    if (status != POBF_OK) {
        memset(manifest, 0, sizeof *manifest);
    }
    return status;
}

enum pobf_status manifest_read(struct image_manifest *manifest, const char *folder)
{
    char path[MANIFEST_PATH_ROOM];
    struct manifest_defect defect;
    uint8_t *text;
    size_t size;
    enum pobf_status status;

    memset(manifest, 0, sizeof *manifest);
    snprintf(path, sizeof path, "%s/%s", folder, MANIFEST_FILE);
    status = file_read(&text, &size, path, MANIFEST_FILE_MAX);
    if (status != POBF_OK) {
        file_error(status, path);
        return status;
    }
    status = manifest_parse(manifest, &defect, text, size);
    file_free(text, size);
    if (status != POBF_OK) {
        talk_refuse(defect.field, defect.expected, defect.seen, path);
    }
    return status;
}
