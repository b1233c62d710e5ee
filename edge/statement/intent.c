#include "edge/statement/intent.h"

#include <string.h>

#include "contracts/sodium.h"
#include "edge/statement/form.h"

static const char says[] =
    "Forgotten by crash: this boot has ended and no receipt of this task was recorded, nor will "
    "be. Its keys were in the memory of processes that have ended, and nowhere else; that this "
    "memory was wiped is not shown. This is the host's word, no enclave signed it.";

enum { HEX_ROOM = 2 * POBF_COMMITMENT_BYTES + 1 };

static json_t *hex_of(const uint8_t *bytes, size_t size)
{
    char hex[HEX_ROOM];

    return json_string(sodium_bin2hex(hex, sizeof hex, bytes, size));
}

char *intent_print(const struct intent *intent)
{
    return form_print(json_pack(
        "{s:s, s:o, s:I, s:I, s:o, s:o, s:o, s:s}", "profile", INTENT_PROFILE, "boot_id",
        hex_of(intent->boot_id, sizeof intent->boot_id), "sequence", (json_int_t)intent->sequence,
        "at", (json_int_t)intent->at_s, "task_id", hex_of(intent->task_id, sizeof intent->task_id),
        "input_commitment", hex_of(intent->commitment, sizeof intent->commitment), "salt",
        hex_of(intent->salt, sizeof intent->salt), "says", says));
}

int intent_is(const uint8_t *bytes, size_t size)
{
    return memmem(bytes, size, INTENT_PROFILE, sizeof INTENT_PROFILE - 1) != NULL;
}

static int take_hex(uint8_t *bytes, size_t size, const char *text)
{
    size_t parsed;

    return strlen(text) == 2 * size &&
           sodium_hex2bin(bytes, size, text, 2 * size, NULL, &parsed, NULL) == 0 && parsed == size;
}

static int take(struct intent *intent, json_t *statement)
{
    const char *profile, *boot, *task, *commitment, *salt, *sentence;
    json_int_t sequence, at_s;

    if (json_unpack(statement, "{s:s, s:s, s:I, s:I, s:s, s:s, s:s, s:s !}", "profile", &profile,
                    "boot_id", &boot, "sequence", &sequence, "at", &at_s, "task_id", &task,
                    "input_commitment", &commitment, "salt", &salt, "says", &sentence) != 0) {
        return 0;
    }
    intent->sequence = (uint64_t)sequence;
    intent->at_s = (uint64_t)at_s;
    return strcmp(profile, INTENT_PROFILE) == 0 && strcmp(sentence, says) == 0 && sequence > 0 &&
           at_s >= 0 && take_hex(intent->boot_id, sizeof intent->boot_id, boot) &&
           take_hex(intent->task_id, sizeof intent->task_id, task) &&
           take_hex(intent->commitment, sizeof intent->commitment, commitment) &&
           take_hex(intent->salt, sizeof intent->salt, salt);
}

enum pobf_status intent_parse(struct intent *intent, const uint8_t *bytes, size_t size)
{
    json_t *statement = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    /* Printed again it must give the same bytes: one statement has one form. */
    const int taken = take(intent, statement) && form_is(intent_print(intent), bytes, size);

    json_decref(statement);
    if (!taken) {
        memset(intent, 0, sizeof *intent);
    }
    return taken ? POBF_OK : POBF_E_INPUT;
}
