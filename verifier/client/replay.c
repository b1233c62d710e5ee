#include "verifier/client/replay.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "edge/cli/talk.h"
#include "verifier/hardware/result.h"

static int refuse(const char *why)
{
    return talk_error(POBF_E_MISSING, "--replay", why);
}

/* A file of this digest, whatever it was given as. */
static const struct input *find(const struct files *files, const char *digest)
{
    char text[RESULT_DIGEST_TEXT];

    for (size_t i = 0; i < files->count; i++) {
        const struct hardware_item item = {files->input[i].bytes, files->input[i].size};

        result_digest(text, &item);
        if (strcmp(text, digest) == 0) {
            return &files->input[i];
        }
    }
    return NULL;
}

/* Where an item belongs; FILES_ROLES: nowhere that is known. */
static enum files_role role_of(const char *word)
{
    enum files_role role = FILES_EVIDENCE;

    if (strcmp(word, RESULT_SENT) == 0) {
        return FILES_ENDORSEMENT;
    }
    while (role < FILES_ROLES && strcmp(files_role_word(role), word) != 0) {
        role++;
    }
    return role;
}

static int put_item(struct files *files, const json_t *item)
{
    const char *word = json_string_value(json_object_get(item, "role"));
    const char *digest = json_string_value(json_object_get(item, "sha256"));
    const struct input *input;
    enum files_role role;

    if (word == NULL || digest == NULL || strlen(digest) != RESULT_DIGEST_TEXT - 1 ||
        digest[strspn(digest, "0123456789abcdef")] != '\0') {
        return refuse("it is no result of pobf appraise --json");
    }
    role = role_of(word);
    if (role == FILES_ROLES || files->item_count[role] == HARDWARE_ITEMS_MAX) {
        return refuse("it names a role that is not known, or too many items of one");
    }
    input = find(files, digest);
    if (input == NULL) {
        talk_say("give the %s with the SHA-256 %s", word, digest);
        return refuse("a file that the result rests on was not given");
    }
    files_put(files, role, input);
    files->sent_count += strcmp(word, RESULT_SENT) == 0;
    return INPUT_GO_ON;
}

static int put_items(struct files *files, const json_t *items)
{
    int code = INPUT_GO_ON;
    size_t i;
    json_t *item;

    json_array_foreach(items, i, item)
    {
        code = put_item(files, item);
        if (code != INPUT_GO_ON) {
            return code;
        }
    }
    if (files->item_count[FILES_EVIDENCE] != 1) {
        return refuse("it does not name one piece of evidence");
    }
    return code;
}

/* Hexadecimal of the result; returns its size, 0 where it is not there. */
static size_t take_hex(struct replay *replay, const json_t *asked, const char *name)
{
    const char *hex = json_string_value(json_object_get(asked, name));
    size_t size = 0;

    if (hex == NULL || sodium_hex2bin(replay->expected, sizeof replay->expected, hex, strlen(hex),
                                      NULL, &size, NULL) != 0) {
        return 0;
    }
    return size;
}

static int take_asked(struct replay *replay, struct hardware_input *input)
{
    const json_t *asked = json_object_get(replay->result, "asked");
    const json_t *at = json_object_get(asked, "at");

    replay->tee = json_string_value(json_object_get(asked, "tee"));
    if (replay->tee == NULL || !json_is_integer(at) || json_integer_value(at) < 0 ||
        json_integer_value(at) > FILES_LAST_INSTANT) {
        return refuse("it is no result of pobf appraise --json");
    }
    input->at = json_integer_value(at);
    input->any_report_data = json_is_true(json_object_get(asked, "any_report_data"));
    input->nonce_size = take_hex(replay, asked, "nonce");
    if (input->nonce_size != 0) {
        input->nonce = replay->expected;
        return INPUT_GO_ON;
    }
    input->report_data_size = take_hex(replay, asked, "report_data");
    input->report_data = input->report_data_size != 0 ? replay->expected : NULL;
    return INPUT_GO_ON;
}

int replay_open(struct replay *replay, struct hardware_input *input, struct files *files,
                const char *path)
{
    int code = input_read(&replay->file, path);

    if (code != INPUT_GO_ON) {
        return code;
    }
    replay->result = json_loadb((const char *)replay->file.bytes, replay->file.size,
                                JSON_REJECT_DUPLICATES, NULL);
    code = take_asked(replay, input);
    return code == INPUT_GO_ON ? put_items(files, json_object_get(replay->result, "items")) : code;
}

void replay_close(struct replay *replay)
{
    json_decref(replay->result);
    replay->result = NULL;
    input_free(&replay->file);
}

int replay_is_same(const struct replay *replay, const json_t *result)
{
    char *text = result_text(result);
    const char *archived = (const char *)replay->file.bytes;
    const size_t size = replay->file.size;
    const size_t shown = size > 0 && archived[size - 1] == '\n' ? size - 1 : size;
    const int same = text != NULL && strlen(text) == shown && memcmp(text, archived, shown) == 0;

    free(text);
    return same;
}
