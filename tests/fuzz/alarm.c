#include "edge/statement/alarm.h"
#include "tests/fuzz/fuzz.h"

#include <sodium.h>

static void sign(char *note, uint64_t size, const struct note_key *log, const uint8_t *secret_key)
{
    struct checkpoint checkpoint = {.size = size};
    uint8_t signature[crypto_sign_BYTES];
    char line[NOTE_LINE_ROOM];
    size_t length;

    strcpy(checkpoint.origin, log->name);
    length = checkpoint_print(note, &checkpoint);
    crypto_sign_detached(signature, NULL, (const uint8_t *)note, length, secret_key);
    note_line(line, log, 0, signature);
    note[length] = '\n';
    strcpy(note + length + 1, line);
}

size_t seed(uint8_t *out, size_t room)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    struct alarm alarm = {.kind = ALARM_SHRUNK, .at_s = 1700000000};
    char *text;
    size_t size;

    crypto_sign_seed_keypair(public_key, secret_key, fuzz_key_seed);
    promise(note_key_make(&alarm.log, "a/log", NOTE_SIGNATURE, public_key) == POBF_OK);
    sign(alarm.before, 9, &alarm.log, secret_key);
    sign(alarm.after, 5, &alarm.log, secret_key);
    text = alarm_print(&alarm);
    promise(text != NULL);
    size = strlen(text);
    promise(size <= room);
    memcpy(out, text, size);
    free(text);
    return size;
}

/* What parses is printed as the same bytes, and its log has signed what it did not keep to. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct alarm alarm;
    struct checkpoint before, after;
    char *text;

    memset(&alarm, 0xa5, sizeof alarm);
    if (alarm_parse(&alarm, bytes, size) != POBF_OK) {
        promise(fuzz_all_zero(&alarm, sizeof alarm));
        return 0;
    }
    promise(alarm_open(&before, &after, &alarm) == POBF_OK &&
            strcmp(before.origin, after.origin) == 0);
    text = alarm_print(&alarm);
    promise(text != NULL && strlen(text) == size && memcmp(text, bytes, size) == 0);
    free(text);
    return 0;
}
