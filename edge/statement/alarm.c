#include "edge/statement/alarm.h"

#include <string.h>

#include "edge/statement/form.h"

static const struct {
    const char *word, *says;
} kinds[ALARM_KINDS] = {
    [ALARM_FORKED] = {"forked", "The log has forked: its key has signed two trees of one size."},
    [ALARM_SHRUNK] = {"shrunk", "The log has shrunk: it showed a smaller tree after a larger one. "
                                "Its key has signed both; the order is the host's word."},
    [ALARM_UNPROVED] = {"unproved",
                        "The log did not show that the larger tree begins with the smaller one. "
                        "Its key has signed both; what it answered is the host's word."},
};

const char *alarm_word(enum alarm_kind kind)
{
    return kinds[kind].word;
}

char *alarm_print(const struct alarm *alarm)
{
    char log[NOTE_KEY_ROOM];

    note_key_print(log, &alarm->log);
    return form_print(json_pack("{s:s, s:s, s:I, s:s, s:s, s:s, s:s}", "profile", ALARM_PROFILE,
                                "kind", kinds[alarm->kind].word, "at", (json_int_t)alarm->at_s,
                                "log", log, "before", alarm->before, "after", alarm->after, "says",
                                kinds[alarm->kind].says));
}

int alarm_is(const uint8_t *bytes, size_t size)
{
    return memmem(bytes, size, ALARM_PROFILE, sizeof ALARM_PROFILE - 1) != NULL;
}

static int take_note(char to[NOTE_MAX + 1], const char *note)
{
    const size_t size = strlen(note);

    if (size > NOTE_MAX) {
        return 0;
    }
    memcpy(to, note, size + 1);
    return 1;
}

static int take(struct alarm *alarm, json_t *statement)
{
    const char *profile, *kind, *log, *before, *after, *sentence;
    json_int_t at_s;
    int i = 0;

    if (json_unpack(statement, "{s:s, s:s, s:I, s:s, s:s, s:s, s:s !}", "profile", &profile, "kind",
                    &kind, "at", &at_s, "log", &log, "before", &before, "after", &after, "says",
                    &sentence) != 0) {
        return 0;
    }
    while (i < ALARM_KINDS && strcmp(kinds[i].word, kind) != 0) {
        i++;
    }
    if (i == ALARM_KINDS || at_s < 0) {
        return 0;
    }
    alarm->kind = (enum alarm_kind)i;
    alarm->at_s = (uint64_t)at_s;
    return note_key_parse(&alarm->log, log) == POBF_OK && take_note(alarm->before, before) &&
           take_note(alarm->after, after);
}

static int is_of_kind(enum alarm_kind kind, const struct checkpoint *before,
                      const struct checkpoint *after)
{
    switch (kind) {
    case ALARM_FORKED:
        return before->size == after->size &&
               memcmp(before->root, after->root, sizeof before->root) != 0;
    case ALARM_SHRUNK:
        return after->size < before->size;
    case ALARM_UNPROVED:
        return before->size > 0 && before->size < after->size;
    case ALARM_KINDS:
    default:
        return 0;
    }
}

enum pobf_status alarm_open(struct checkpoint *before, struct checkpoint *after,
                            const struct alarm *alarm)
{
    struct note note;
    enum pobf_status status =
        checkpoint_open(before, &note, alarm->before, strlen(alarm->before), &alarm->log);

    if (status == POBF_OK) {
        status = checkpoint_open(after, &note, alarm->after, strlen(alarm->after), &alarm->log);
    }
    return status == POBF_OK && is_of_kind(alarm->kind, before, after) ? POBF_OK : POBF_E_INPUT;
}

enum pobf_status alarm_parse(struct alarm *alarm, const uint8_t *bytes, size_t size)
{
    json_t *statement = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    struct checkpoint before, after;
    int taken;

    memset(alarm, 0, sizeof *alarm);
    taken = take(alarm, statement) && form_is(alarm_print(alarm), bytes, size) &&
            alarm_open(&before, &after, alarm) == POBF_OK;
    json_decref(statement);
    if (!taken) {
        memset(alarm, 0, sizeof *alarm);
    }
    return taken ? POBF_OK : POBF_E_INPUT;
}
