#include "edge/tlog/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "edge/cli/base64.h"

enum { ROOT_TEXT_BYTES = 44 };

size_t checkpoint_print(char text[CHECKPOINT_TEXT_ROOM], const struct checkpoint *checkpoint)
{
    char root[ROOT_TEXT_BYTES + 1];

    sodium_bin2base64(root, sizeof root, checkpoint->root, sizeof checkpoint->root,
                      sodium_base64_VARIANT_ORIGINAL);
    return (size_t)snprintf(text, CHECKPOINT_TEXT_ROOM, "%.*s\n%" PRIu64 "\n%s\n",
                            NOTE_NAME_ROOM - 1, checkpoint->origin, checkpoint->size, root);
}

uint64_t checkpoint_number(const char *text, const char **end)
{
    uint64_t value = 0;
    size_t digits = 0;

    *end = NULL;
    while (text[digits] >= '0' && text[digits] <= '9') {
        const uint64_t digit = (uint64_t)(text[digits] - '0');

        if (value > ((uint64_t)INT64_MAX - digit) / 10) {
            return 0;
        }
        value = 10 * value + digit;
        digits++;
    }
    if (digits == 0 || (digits > 1 && *text == '0')) {
        return 0;
    }
    *end = text + digits;
    return value;
}

/* "root\n", and that is the text's end. */
static int parse_root(uint8_t root[POBF_MERKLE_BYTES], const char *text, const char *end)
{
    return end - text == ROOT_TEXT_BYTES + 1 &&
           base64_decode(root, POBF_MERKLE_BYTES, text, ROOT_TEXT_BYTES,
                         sodium_base64_VARIANT_ORIGINAL) == POBF_MERKLE_BYTES;
}

enum pobf_status checkpoint_parse(struct checkpoint *checkpoint, const struct note *note)
{
    const char *const end = note->text + note->text_size;
    const char *line = memchr(note->text, '\n', note->text_size);
    const size_t origin_size = line == NULL ? 0 : (size_t)(line - note->text);
    const char *after = NULL;

    memset(checkpoint, 0, sizeof *checkpoint);
    if (origin_size == 0 || origin_size >= sizeof checkpoint->origin) {
        return POBF_E_INPUT;
    }
    checkpoint->size = checkpoint_number(line + 1, &after); /* the text ends with a line feed */
    if (after == NULL || *after != '\n' || !parse_root(checkpoint->root, after + 1, end)) {
        memset(checkpoint, 0, sizeof *checkpoint);
        return POBF_E_INPUT;
    }
    memcpy(checkpoint->origin, note->text, origin_size);
    return POBF_OK;
}

enum pobf_status checkpoint_open(struct checkpoint *checkpoint, struct note *note,
                                 const char *bytes, size_t size, const struct note_key *log)
{
    enum pobf_status status = note_split(note, bytes, size);

    memset(checkpoint, 0, sizeof *checkpoint);
    if (status == POBF_OK) {
        status = note_verify(note, log, NULL);
    }
    if (status == POBF_OK) {
        status = checkpoint_parse(checkpoint, note);
    }
    if (status == POBF_OK && strcmp(checkpoint->origin, log->name) != 0) {
        status = POBF_E_REFUSED;
    }
    if (status != POBF_OK) {
        memset(checkpoint, 0, sizeof *checkpoint);
    }
    return status;
}
