#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contracts/sodium.h"
#include "edge/statement/alarm.h"

static uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];

/* A checkpoint of a log: of `size` entries, with a root that begins with `root`. */
static void sign(char note[NOTE_MAX + 1], const char *origin, uint64_t size, uint8_t root)
{
    struct checkpoint checkpoint = {.size = size, .root = {root}};
    uint8_t signature[crypto_sign_BYTES];
    char line[NOTE_LINE_ROOM];
    struct note_key key;
    size_t length;

    strcpy(checkpoint.origin, origin);
    length = checkpoint_print(note, &checkpoint);
    assert_int_equal(note_key_make(&key, "a/log", NOTE_SIGNATURE, public_key), POBF_OK);
    crypto_sign_detached(signature, NULL, (const uint8_t *)note, length, secret_key);
    note_line(line, &key, 0, signature);
    note[length] = '\n';
    strcpy(note + length + 1, line);
}

static struct alarm make(enum alarm_kind kind, uint64_t before, uint64_t after, uint8_t root)
{
    struct alarm alarm = {.kind = kind, .at_s = 1760000000};

    assert_int_equal(note_key_make(&alarm.log, "a/log", NOTE_SIGNATURE, public_key), POBF_OK);
    sign(alarm.before, "a/log", before, 1);
    sign(alarm.after, "a/log", after, root);
    return alarm;
}

static enum pobf_status parse(const struct alarm *alarm)
{
    static struct alarm parsed;
    char *text = alarm_print(alarm);
    enum pobf_status status;

    assert_non_null(text);
    assert_true(alarm_is((const uint8_t *)text, strlen(text)));
    status = alarm_parse(&parsed, (const uint8_t *)text, strlen(text));
    if (status == POBF_OK) {
        assert_int_equal(parsed.kind, alarm->kind);
        assert_int_equal(parsed.at_s, alarm->at_s);
        assert_memory_equal(&parsed.log, &alarm->log, sizeof parsed.log);
        assert_string_equal(parsed.before, alarm->before);
        assert_string_equal(parsed.after, alarm->after);
    } else {
        assert_true(sodium_is_zero((const uint8_t *)&parsed, sizeof parsed));
    }
    free(text);
    return status;
}

static void what_is_printed_parses_back(void **state)
{
    const struct alarm alarms[] = {
        make(ALARM_FORKED, 7, 7, 2),
        make(ALARM_SHRUNK, 7, 6, 2),
        make(ALARM_UNPROVED, 7, 8, 2),
    };

    (void)state;
    for (size_t i = 0; i < sizeof alarms / sizeof alarms[0]; i++) {
        assert_int_equal(parse(&alarms[i]), POBF_OK);
    }
}

static void two_checkpoints_that_fit_are_no_alarm(void **state)
{
    const struct alarm alarms[] = {
        make(ALARM_FORKED, 7, 7, 1),   make(ALARM_FORKED, 7, 8, 2),   make(ALARM_SHRUNK, 7, 7, 2),
        make(ALARM_SHRUNK, 7, 8, 2),   make(ALARM_UNPROVED, 7, 7, 2), make(ALARM_UNPROVED, 8, 7, 2),
        make(ALARM_UNPROVED, 0, 7, 2),
    };

    (void)state;
    for (size_t i = 0; i < sizeof alarms / sizeof alarms[0]; i++) {
        assert_int_equal(parse(&alarms[i]), POBF_E_INPUT);
    }
}

static void nobody_but_the_log_gives_an_alarm_of_it(void **state)
{
    struct alarm alarm = make(ALARM_FORKED, 7, 7, 2);
    struct alarm foreign = alarm;

    (void)state;
    sign(foreign.after, "b/log", 7, 2);
    assert_int_equal(parse(&foreign), POBF_E_INPUT);
    assert_int_equal(parse(&alarm), POBF_OK); /* control */
    crypto_sign_keypair(public_key, secret_key);
    sign(alarm.after, "a/log", 7, 2);
    assert_int_equal(parse(&alarm), POBF_E_INPUT);
}

static void no_other_text_is_one(void **state)
{
    static struct alarm parsed;
    const struct alarm alarm = make(ALARM_FORKED, 7, 7, 2);
    char *text = alarm_print(&alarm);
    const size_t size = strlen(text);

    (void)state;
    for (size_t at = 0; at < size; at++) {
        text[at] ^= 1;
        /* By whose clock it was is nobody's to check. */
        if (alarm_parse(&parsed, (const uint8_t *)text, size) == POBF_OK) {
            assert_int_not_equal(parsed.at_s, alarm.at_s);
        }
        text[at] ^= 1;
        assert_int_equal(alarm_parse(&parsed, (const uint8_t *)text, at), POBF_E_INPUT);
    }
    assert_int_equal(alarm_parse(&parsed, (const uint8_t *)text, size), POBF_OK); /* control */
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_parses_back),
        cmocka_unit_test(two_checkpoints_that_fit_are_no_alarm),
        cmocka_unit_test(nobody_but_the_log_gives_an_alarm_of_it),
        cmocka_unit_test(no_other_text_is_one),
    };

    if (sodium_init() < 0) {
        return 1;
    }
    crypto_sign_keypair(public_key, secret_key);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
