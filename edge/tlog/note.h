#ifndef POBF_EDGE_TLOG_NOTE_H
#define POBF_EDGE_TLOG_NOTE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/crypto/sign.h"

/*
 * Signed notes and the keys that verify them.         C2SP signed-note, tlog-cosignature.
 *
 *   note        text, an empty line, signature lines
 *   line        "— " name " " base64(key id, signature) "\n"
 *   vkey        name "+" hex(key id) "+" base64(type, public key)
 *   key id      the first 4 bytes of SHA-256(name, 0x0a, type, public key)
 *   type        1: Ed25519 over the text; 4: Ed25519 over a time and the text (cosignature/v1)
 */
enum note_type { NOTE_SIGNATURE = 1, NOTE_COSIGNATURE = 4 };

enum {
    NOTE_NAME_ROOM = 256,
    NOTE_MAX = 16 * 1024,
    NOTE_KEY_ID_BYTES = 4,
    NOTE_TIME_BYTES = 8,
    NOTE_KEY_ROOM = NOTE_NAME_ROOM + 80, /* of a vkey's text, with its final zero */
    NOTE_LINE_ROOM = NOTE_NAME_ROOM + 128
};

struct note_key {
    char name[NOTE_NAME_ROOM];
    enum note_type type;
    uint8_t id[NOTE_KEY_ID_BYTES];
    uint8_t public_key[POBF_ED25519_PUBLIC_BYTES];
};

/* POBF_E_INPUT where the name is empty, too long, or holds spaces, control characters or a plus. */
POBF_MUST_CHECK enum pobf_status note_key_make(struct note_key *key, const char *name,
                                               enum note_type type,
                                               const uint8_t public_key[POBF_ED25519_PUBLIC_BYTES]);

/* Parse a vkey; one line feed may follow. POBF_E_INPUT, and all zeros, where it is not exactly that. */
POBF_MUST_CHECK enum pobf_status note_key_parse(struct note_key *key, const char *text);
void note_key_print(char text[NOTE_KEY_ROOM], const struct note_key *key);

/* A note's two halves; both point into the bytes that were split. */
struct note {
    const char *text; /* with its final line feed, without the empty line */
    size_t text_size;
    const char *lines;
    size_t lines_size;
};

/*
 * POBF_E_INPUT where there is no empty line, no signature line or one that is not of the form, a
 * control character, or more than NOTE_MAX bytes. Judges no signature.
 */
POBF_MUST_CHECK enum pobf_status note_split(struct note *note, const char *bytes, size_t size);

/* The bytes of `lines` alone, as a witness returns them. The same rules. */
POBF_MUST_CHECK enum pobf_status note_check_lines(const char *lines, size_t size);

/*
 * POBF_OK     the note has a signature of this key, and each that it has verifies
 * POBF_E_MISSING  it has none
 * POBF_E_AUTH     it has one that does not verify
 * *time_s is the cosignature's time in seconds since 1970, else 0. `time_s` may be NULL.
 */
POBF_MUST_CHECK enum pobf_status note_verify(const struct note *note, const struct note_key *key,
                                             uint64_t *time_s);

/* What is signed: the text, or `cosignature/v1`, the time and the text. Free with free(). */
POBF_MUST_CHECK enum pobf_status note_message(char **message, size_t *size, const char *text,
                                              size_t text_size, enum note_type type,
                                              uint64_t time_s);

/* The signature line of a signature over note_message's bytes; returns its length. */
size_t note_line(char line[NOTE_LINE_ROOM], const struct note_key *key, uint64_t time_s,
                 const uint8_t signature[POBF_ED25519_SIGNATURE_BYTES]);

#endif
