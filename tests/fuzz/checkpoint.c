#include "edge/tlog/checkpoint.h"
#include "tests/fuzz/fuzz.h"
#include "verifier/key/key.h"

static struct key *key;
static struct note_key log_key;
static char signed_note[1024];
static size_t signed_size;

size_t seed(uint8_t *out, size_t room)
{
    const struct checkpoint checkpoint = {.origin = "log.example/pobf", .size = 70000};
    uint8_t public_key[POBF_ED25519_PUBLIC_BYTES], signature[KEY_SIGNATURE_BYTES];
    char line[NOTE_LINE_ROOM];

    promise(key_generate(&key, KEY_EDDSA) == POBF_OK);
    promise(key_public_ed25519(key, public_key) == POBF_OK);
    promise(note_key_make(&log_key, checkpoint.origin, NOTE_SIGNATURE, public_key) == POBF_OK);
    signed_size = checkpoint_print(signed_note, &checkpoint);
    promise(key_sign(key, signature, (const uint8_t *)signed_note, signed_size) == POBF_OK);
    note_line(line, &log_key, 0, signature);
    signed_size +=
        (size_t)snprintf(signed_note + signed_size, sizeof signed_note - signed_size, "\n%s", line);
    promise(signed_size <= room);
    memcpy(out, signed_note, signed_size);
    return signed_size;
}

/* Other lines may follow, but the text that verifies is the one that was signed. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *text = (const char *)bytes;
    struct checkpoint checkpoint;
    struct note note;

    memset(&checkpoint, 0xa5, sizeof checkpoint);
    if (checkpoint_open(&checkpoint, &note, text, size, &log_key) != POBF_OK) {
        promise(fuzz_all_zero(&checkpoint, sizeof checkpoint));
        return 0;
    }
    promise(note.text_size < signed_size && memcmp(text, signed_note, note.text_size + 1) == 0);
    promise(checkpoint.size == 70000);
    return 0;
}
