#include "edge/tlog/note.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "edge/cli/base64.h"

static const char dash[] = "\xe2\x80\x94 "; /* an em dash in UTF-8, and a space */

enum {
    DASH_BYTES = sizeof dash - 1,
    BLOB_MAX = NOTE_KEY_ID_BYTES + NOTE_TIME_BYTES + POBF_ED25519_SIGNATURE_BYTES,
    MESSAGE_HEAD_ROOM = 64
};

static int is_name(const char *name, size_t size)
{
    if (size == 0 || size >= NOTE_NAME_ROOM) {
        return 0;
    }
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)name[i] <= ' ' || name[i] == '+' || name[i] == 0x7f) {
            return 0;
        }
    }
    return 1;
}

/* Two keys of one name are told apart by this. */
static void make_id(struct note_key *key)
{
    const uint8_t separator = '\n';
    const uint8_t type = (uint8_t)key->type;
    crypto_hash_sha256_state state;
    uint8_t digest[crypto_hash_sha256_BYTES];

    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)key->name, strlen(key->name));
    crypto_hash_sha256_update(&state, &separator, 1);
    crypto_hash_sha256_update(&state, &type, 1);
    crypto_hash_sha256_update(&state, key->public_key, sizeof key->public_key);
    crypto_hash_sha256_final(&state, digest);
    memcpy(key->id, digest, sizeof key->id);
}

enum pobf_status note_key_make(struct note_key *key, const char *name, enum note_type type,
                               const uint8_t public_key[POBF_ED25519_PUBLIC_BYTES])
{
    memset(key, 0, sizeof *key);
    if (!is_name(name, strlen(name))) {
        return POBF_E_INPUT;
    }
    memcpy(key->name, name, strlen(name));
    key->type = type;
    memcpy(key->public_key, public_key, sizeof key->public_key);
    make_id(key);
    return POBF_OK;
}

/* The text's length without one line feed at its end. */
static size_t line_size(const char *text)
{
    const size_t size = strlen(text);

    return size > 0 && text[size - 1] == '\n' ? size - 1 : size;
}

enum pobf_status note_key_parse(struct note_key *key, const char *text)
{
    const char *id_text = strchr(text, '+');
    const size_t name_size = id_text == NULL ? 0 : (size_t)(id_text - text);
    const char *key_text = id_text == NULL ? NULL : strchr(id_text + 1, '+');
    uint8_t blob[1 + POBF_ED25519_PUBLIC_BYTES], id[NOTE_KEY_ID_BYTES];
    char name[NOTE_NAME_ROOM] = "";
    size_t id_size = 0;

    memset(key, 0, sizeof *key);
    if (key_text == NULL || !is_name(text, name_size) ||
        sodium_hex2bin(id, sizeof id, id_text + 1, (size_t)(key_text - id_text) - 1, NULL, &id_size,
                       NULL) != 0 ||
        id_size != sizeof id ||
        base64_decode(blob, sizeof blob, key_text + 1, line_size(key_text + 1),
                      sodium_base64_VARIANT_ORIGINAL) != sizeof blob ||
        (blob[0] != NOTE_SIGNATURE && blob[0] != NOTE_COSIGNATURE)) {
        return POBF_E_INPUT;
    }
    memcpy(name, text, name_size);
    if (note_key_make(key, name, (enum note_type)blob[0], blob + 1) != POBF_OK ||
        memcmp(key->id, id, sizeof id) != 0) {
        memset(key, 0, sizeof *key);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

void note_key_print(char text[NOTE_KEY_ROOM], const struct note_key *key)
{
    uint8_t blob[1 + POBF_ED25519_PUBLIC_BYTES];
    char id[2 * NOTE_KEY_ID_BYTES + 1], base64[64];

    blob[0] = (uint8_t)key->type;
    memcpy(blob + 1, key->public_key, sizeof key->public_key);
    sodium_bin2hex(id, sizeof id, key->id, sizeof key->id);
    sodium_bin2base64(base64, sizeof base64, blob, sizeof blob, sodium_base64_VARIANT_ORIGINAL);
    snprintf(text, NOTE_KEY_ROOM, "%s+%s+%s", key->name, id, base64);
}

/* One signature line, taken apart. */
struct line {
    const char *name;
    size_t name_size;
    uint8_t blob[NOTE_LINE_ROOM]; /* the key's id, then the signature */
    size_t blob_size;
};

/* Take the line at the start of `text`; returns its length with the line feed, or 0. */
static size_t take_line(struct line *line, const char *text, size_t size)
{
    const char *end = memchr(text, '\n', size);
    const char *space;

    if (end == NULL || (size_t)(end - text) < DASH_BYTES || memcmp(text, dash, DASH_BYTES) != 0) {
        return 0;
    }
    line->name = text + DASH_BYTES;
    space = memchr(line->name, ' ', (size_t)(end - line->name));
    if (space == NULL || !is_name(line->name, (size_t)(space - line->name))) {
        return 0;
    }
    line->name_size = (size_t)(space - line->name);
    line->blob_size = base64_decode(line->blob, sizeof line->blob, space + 1,
                                    (size_t)(end - space) - 1, sodium_base64_VARIANT_ORIGINAL);
    return line->blob_size > NOTE_KEY_ID_BYTES ? (size_t)(end - text) + 1 : 0;
}

enum pobf_status note_check_lines(const char *lines, size_t size)
{
    struct line line;
    size_t taken = 0;

    if (size == 0) {
        return POBF_E_INPUT;
    }
    while (taken < size) {
        const size_t length = take_line(&line, lines + taken, size - taken);

        if (length == 0) {
            return POBF_E_INPUT;
        }
        taken += length;
    }
    return POBF_OK;
}

static int has_control(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)bytes[i] < ' ' && bytes[i] != '\n') {
            return 1;
        }
    }
    return 0;
}

enum pobf_status note_split(struct note *note, const char *bytes, size_t size)
{
    const char *blank = NULL;

    memset(note, 0, sizeof *note);
    if (size > NOTE_MAX || has_control(bytes, size)) {
        return POBF_E_INPUT;
    }
    for (size_t i = 1; i < size; i++) { /* the last empty line ends the text */
        if (bytes[i] == '\n' && bytes[i - 1] == '\n') {
            blank = bytes + i;
        }
    }
    if (blank == NULL ||
        note_check_lines(blank + 1, size - (size_t)(blank + 1 - bytes)) != POBF_OK) {
        return POBF_E_INPUT;
    }
    *note = (struct note){bytes, (size_t)(blank - bytes), blank + 1,
                          size - (size_t)(blank + 1 - bytes)};
    return POBF_OK;
}

static int is_of(const struct line *line, const struct note_key *key)
{
    return line->name_size == strlen(key->name) &&
           memcmp(line->name, key->name, line->name_size) == 0 &&
           memcmp(line->blob, key->id, sizeof key->id) == 0;
}

static uint64_t time_of(const uint8_t bytes[NOTE_TIME_BYTES])
{
    uint64_t value = 0;

    for (size_t i = 0; i < NOTE_TIME_BYTES; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static enum pobf_status verify_line(const struct line *line, const struct note *note,
                                    const struct note_key *key, uint64_t *time_s)
{
    const size_t time_size = key->type == NOTE_COSIGNATURE ? NOTE_TIME_BYTES : 0;
    const uint8_t *signature = line->blob + NOTE_KEY_ID_BYTES + time_size;
    enum pobf_status status;
    char *message;
    size_t size;

    if (line->blob_size != NOTE_KEY_ID_BYTES + time_size + POBF_ED25519_SIGNATURE_BYTES) {
        return POBF_E_AUTH;
    }
    *time_s = time_size > 0 ? time_of(line->blob + NOTE_KEY_ID_BYTES) : 0;
    status = note_message(&message, &size, note->text, note->text_size, key->type, *time_s);
    if (status == POBF_OK) {
        status = pobf_sign_verify(signature, (const uint8_t *)message, size, key->public_key);
        free(message);
    }
    return status;
}

enum pobf_status note_verify(const struct note *note, const struct note_key *key, uint64_t *time_s)
{
    enum pobf_status status = POBF_E_MISSING;
    uint64_t seen_s = 0;
    struct line line;
    size_t taken = 0;

    while (taken < note->lines_size && (status == POBF_OK || status == POBF_E_MISSING)) {
        const size_t length = take_line(&line, note->lines + taken, note->lines_size - taken);

        if (length == 0) {
            status = POBF_E_AUTH;
        } else if (is_of(&line, key)) {
            status = verify_line(&line, note, key, &seen_s);
        }
        taken += length;
    }
    if (time_s != NULL) {
        *time_s = status == POBF_OK ? seen_s : 0;
    }
    return status;
}

enum pobf_status note_message(char **message, size_t *size, const char *text, size_t text_size,
                              enum note_type type, uint64_t time_s)
{
    char head[MESSAGE_HEAD_ROOM] = "";
    int head_size = 0;

    if (type == NOTE_COSIGNATURE) {
        head_size = snprintf(head, sizeof head, "cosignature/v1\ntime %" PRIu64 "\n", time_s);
    }
    *size = 0;
    *message = malloc((size_t)head_size + text_size + 1);
    if (*message == NULL) {
        return POBF_E_SYSTEM;
    }
    memcpy(*message, head, (size_t)head_size);
    memcpy(*message + head_size, text, text_size);
    *size = (size_t)head_size + text_size;
    return POBF_OK;
}

size_t note_line(char line[NOTE_LINE_ROOM], const struct note_key *key, uint64_t time_s,
                 const uint8_t signature[POBF_ED25519_SIGNATURE_BYTES])
{
    uint8_t blob[BLOB_MAX];
    char base64[2 * BLOB_MAX];
    size_t size = NOTE_KEY_ID_BYTES;

    memcpy(blob, key->id, sizeof key->id);
    if (key->type == NOTE_COSIGNATURE) {
        for (size_t i = 0; i < NOTE_TIME_BYTES; i++) {
            blob[size++] = (uint8_t)(time_s >> (8 * (NOTE_TIME_BYTES - 1 - i)));
        }
    }
    memcpy(blob + size, signature, POBF_ED25519_SIGNATURE_BYTES);
    size += POBF_ED25519_SIGNATURE_BYTES;
    sodium_bin2base64(base64, sizeof base64, blob, size, sodium_base64_VARIANT_ORIGINAL);
    return (size_t)snprintf(line, NOTE_LINE_ROOM, "%s%s %s\n", dash, key->name, base64);
}
