/* A courier, and a log that answers as it is told to, well or badly, from the same process. */
#include "tests/enclave/host/faked_log.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "edge/statement/alarm.h"

static void bring(uint64_t number)
{
    const struct backlog_item item = item_of(number);

    record(number);
    courier_bring(courier, &item);
}

static void open_courier(void)
{
    const struct courier_options options = {.folder = folder, .url = url, .key_path = key_path};

    assert_int_equal(courier_open(&courier, &options), POBF_OK);
}

static void start_courier(void)
{
    open_courier();
    assert_int_equal(courier_start(courier), POBF_OK);
}

static int end(void **state)
{
    courier_close(courier);
    courier = NULL;
    return faked_log_end(state);
}

static void every_receipt_gets_its_proof(void **state)
{
    (void)state;
    record(1);
    record(2);
    open_courier();
    assert_int_equal(counts().backlog, 2);
    assert_int_equal(courier_start(courier), POBF_OK);
    for (uint64_t number = 3; number <= 40; number++) {
        bring(number);
    }
    UNTIL(counts().backlog == 0);
    for (uint64_t number = 1; number <= 40; number++) {
        assert_true(proof_holds(number));
    }
    assert_int_equal(counts().proofs, 40);
    assert_int_equal(counts().failures + counts().refusals, 0);
    assert_int_equal(fake.size, 40);
}

/* Whatever it answers instead of a proof, the receipt stays, and is brought again. */
static void no_other_answer_is_taken(void **state)
{
    (void)state;
    start_courier();
    bring(1);
    bring(2);
    UNTIL(counts().backlog == 0);
    for (uint64_t number = 3; number < 3 + MOODS; number++) {
        const struct courier_counts before = counts();
        const enum mood mood = (enum mood)(number - 3);
        const int is_answer = mood != TROUBLED && mood != STUCK;

        if (mood == GOOD || mood == SLOW) {
            continue;
        }
        fake.mood = mood;
        bring(number);
        UNTIL(counts().failures + counts().refusals > before.failures + before.refusals);
        assert_int_equal(counts().refusals > before.refusals, is_answer);
        assert_false(has_proof(number));
        assert_int_equal(counts().backlog, 1);
        fake.mood = GOOD;
        UNTIL(counts().backlog == 0);
        assert_true(proof_holds(number));
    }
    assert_int_equal(fake.size, counts().proofs); /* those that came twice have one place */
}

static void a_receipt_that_is_refused_holds_up_no_other(void **state)
{
    (void)state;
    leaf_of(fake.poison, 1);
    start_courier();
    for (uint64_t number = 1; number <= 20; number++) {
        bring(number);
    }
    UNTIL(counts().proofs == 19);
    assert_false(has_proof(1));
    assert_int_equal(counts().backlog, 1);
    assert_true(counts().refusals >= 1);
    memset(fake.poison, 0, sizeof fake.poison); /* control */
    UNTIL(has_proof(1));
}

static void a_log_that_is_silent_holds_up_nobody(void **state)
{
    int64_t since_ms;

    (void)state;
    fake.mood = SLOW;
    start_courier();
    since_ms = clock_ms();
    for (uint64_t number = 1; number <= 30; number++) {
        bring(number);
    }
    assert_true(clock_ms() - since_ms < 2000);
    UNTIL(fake.asked > 0);
    since_ms = clock_ms();
    courier_close(courier);
    courier = NULL;
    assert_true(clock_ms() - since_ms < 2000);
    fake.mood = GOOD;
    start_courier(); /* the next host */
    assert_int_equal(counts().backlog, 30);
    UNTIL(counts().backlog == 0);
    assert_int_equal(fake.size, 30);
}

/* Files change hands with their times, and clocks are set. */
static void set_times_back(uint64_t number)
{
    const struct timespec long_ago[2] = {{1, 0}, {1, 0}};
    char path[PLACE_ROOM];

    name_of(path, number, LEDGER_PROOF);
    assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
}

static void the_next_host_knows_what_the_log_had_shown(void **state)
{
    (void)state;
    start_courier();
    bring(1);
    UNTIL(counts().backlog == 0);
    bring(2);
    UNTIL(counts().backlog == 0);
    set_times_back(2);
    courier_close(courier);
    fake.mood = SHRUNK;
    start_courier();
    bring(3);
    UNTIL(counts().refusals == 1);
    assert_false(has_proof(3));
}

/* The statement in the folder; 0: there is none. */
static int read_alarm(struct alarm *alarm, uint64_t tip, enum alarm_kind kind)
{
    char path[PLACE_ROOM];
    struct note_key log;
    uint8_t *bytes;
    size_t size;
    int found;

    assert_int_equal(note_key_make(&log, "a/log", NOTE_SIGNATURE, fake.public_key), POBF_OK);
    snprintf(path, sizeof path, "%s/log-%02x%02x%02x%02x-%010u-%s.alarm", folder, log.id[0],
             log.id[1], log.id[2], log.id[3], (unsigned)tip, alarm_word(kind));
    found = file_read(&bytes, &size, path, 1 << 20) == POBF_OK;
    if (found) {
        assert_int_equal(alarm_parse(alarm, bytes, size), POBF_OK);
        assert_memory_equal(&alarm->log, &log, sizeof log);
    }
    file_free(bytes, size);
    return found;
}

static void a_log_that_does_not_keep_its_word_is_an_alarm_that_is_kept(void **state)
{
    static const struct {
        enum mood mood;
        enum alarm_kind kind;
    } rows[] = {
        {FORKED, ALARM_FORKED},   {SHRUNK, ALARM_SHRUNK},         {OTHER_TREE, ALARM_UNPROVED},
        {HIDDEN, ALARM_UNPROVED}, {EMPTY_GROWTH, ALARM_UNPROVED},
    };
    uint64_t number = 2, alarms = 0;

    (void)state;
    start_courier();
    bring(1);
    UNTIL(counts().backlog == 0);
    bring(2);
    UNTIL(counts().backlog == 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint64_t tip = number;
        struct alarm alarm;

        assert_false(read_alarm(&alarm, tip, rows[i].kind)); /* control */
        fake.mood = rows[i].mood;
        bring(++number);
        UNTIL(counts().alarms == alarms + 1);
        assert_true(read_alarm(&alarm, tip, rows[i].kind));
        assert_int_equal(alarm.kind, rows[i].kind);
        assert_false(has_proof(number));
        courier_close(courier);
        start_courier();
        assert_int_equal(counts().alarms, ++alarms); /* the next host knows of it, */
        UNTIL(counts().refusals > 0);
        assert_int_equal(counts().alarms, alarms); /* and keeps one of a kind */
        assert_false(has_proof(number));
        fake.mood = GOOD;
        UNTIL(counts().backlog == 0);
        assert_true(proof_holds(number));
    }
    fake.mood = STUCK; /* control: a log in trouble has not forked */
    bring(++number);
    UNTIL(counts().failures > 0);
    assert_int_equal(counts().alarms, alarms);
}

static void each_new_tree_is_compared_with_the_one_before(void **state)
{
    (void)state;
    start_courier();
    for (uint64_t number = 1; number <= 5; number++) {
        bring(number);
        UNTIL(counts().backlog == 0);
        assert_int_equal(fake.compared, number - 1); /* there is none before the first */
    }
    courier_close(courier);
    start_courier();
    bring(6);
    UNTIL(counts().backlog == 0);
    assert_int_equal(fake.compared, 5);
}

static void a_tip_that_is_none_of_the_log_stops_the_host(void **state)
{
    const struct courier_options options = {.folder = folder, .url = url, .key_path = key_path};
    char command[PLACE_ROOM + 32];

    (void)state;
    start_courier();
    bring(1);
    UNTIL(counts().backlog == 0);
    courier_close(courier);
    snprintf(command, sizeof command, "for f in %s/log-*.tip; do printf x >>$f; done", folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(courier_open(&courier, &options), POBF_E_INPUT);
    snprintf(command, sizeof command, "for f in %s/log-*.tip; do : >$f; done", folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(courier_open(&courier, &options), POBF_E_INPUT);
    assert_null(courier);
    snprintf(command, sizeof command, "rm %s/log-*.tip", folder);
    assert_int_equal(system(command), 0);
    start_courier(); /* control */
}

static void a_receipt_that_was_taken_away_is_not_waited_for(void **state)
{
    char path[PLACE_ROOM];

    (void)state;
    record(1);
    record(2);
    open_courier();
    name_of(path, 1, "receipt");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(courier_start(courier), POBF_OK);
    UNTIL(counts().backlog == 0);
    assert_false(has_proof(1));
    assert_true(proof_holds(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_receipt_gets_its_proof, faked_log_begin, end),
        cmocka_unit_test_setup_teardown(no_other_answer_is_taken, faked_log_begin, end),
        cmocka_unit_test_setup_teardown(a_receipt_that_is_refused_holds_up_no_other,
                                        faked_log_begin, end),
        cmocka_unit_test_setup_teardown(a_log_that_is_silent_holds_up_nobody, faked_log_begin, end),
        cmocka_unit_test_setup_teardown(the_next_host_knows_what_the_log_had_shown, faked_log_begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_log_that_does_not_keep_its_word_is_an_alarm_that_is_kept,
                                        faked_log_begin, end),
        cmocka_unit_test_setup_teardown(each_new_tree_is_compared_with_the_one_before,
                                        faked_log_begin, end),
        cmocka_unit_test_setup_teardown(a_tip_that_is_none_of_the_log_stops_the_host,
                                        faked_log_begin, end),
        cmocka_unit_test_setup_teardown(a_receipt_that_was_taken_away_is_not_waited_for,
                                        faked_log_begin, end),
    };

    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
