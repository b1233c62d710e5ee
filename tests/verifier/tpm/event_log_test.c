#include "tests/verifier/tpm/log.h"
#include "verifier/tpm/event_log.h"

static struct event_log_registers registers;
static uint8_t evidence[MADE_ROOM];

static enum pobf_status replay(uint32_t bank)
{
    return event_log_replay(&registers, tpm_log.bytes, tpm_log.size, bank);
}

static void a_log_comes_to_its_registers(void **state)
{
    static const uint8_t untouched[64];

    (void)state;
    log_make(&tpm_log);
    assert_int_equal(replay(POBF_TPM_SHA256), POBF_OK);
    assert_int_equal(registers.event_count, 4);
    assert_int_equal(registers.extended, 1 << 0 | 1 << 4 | 1 << 23);
    assert_memory_equal(registers.value[0], tpm_values[0], 32);
    assert_memory_equal(registers.value[23], tpm_values[23], 32);
    assert_memory_equal(registers.value[1], untouched, sizeof untouched);
    assert_int_equal(replay(POBF_TPM_SHA1), POBF_OK);
    assert_int_equal(replay(POBF_TPM_SHA384), POBF_E_MISSING);
}

static void an_event_without_action_goes_nowhere_but_for_the_locality(void **state)
{
    (void)state;
    log_make(&tpm_log);
    log_event(&tpm_log, 0, 3, 0xff);
    assert_int_equal(replay(POBF_TPM_SHA256), POBF_OK);
    assert_memory_equal(registers.value[0], tpm_values[0], 32);
    log_begin(&tpm_log);
    log_put(&tpm_log, 0, 4);
    log_put(&tpm_log, 3, 4);
    log_put(&tpm_log, 0, 4);
    log_put(&tpm_log, 17, 4);
    tpm_put(&tpm_log, "StartupLocality\0\3", 17);
    log_event(&tpm_log, 0, 1, 0xa0);
    memset(tpm_values[0], 0, 32);
    tpm_values[0][31] = 3;
    log_extend(tpm_values[0], 0xa0);
    assert_int_equal(replay(POBF_TPM_SHA256), POBF_OK);
    assert_memory_equal(registers.value[0], tpm_values[0], 32);
}

static void assert_refused(enum pobf_status expected)
{
    static const struct event_log_registers zeros;

    memset(&registers, 0x5a, sizeof registers);
    assert_int_equal(replay(POBF_TPM_SHA256), expected);
    assert_memory_equal(&registers, &zeros, sizeof zeros);
}

/* A log that is cut off is another log, unless it is cut between two events. */
static void a_log_that_is_not_whole_is_refused(void **state)
{
    size_t whole, ends[5], at = 0;

    (void)state;
    log_begin(&tpm_log);
    ends[at++] = tpm_log.size;
    log_make(&tpm_log);
    whole = tpm_log.size;
    while (at < 5) {
        ends[at] = ends[at - 1] + (whole - ends[0]) / 4;
        at++;
    }
    assert_int_equal(ends[4], whole);
    at = 0;
    for (size_t size = 0; size <= whole; size++) {
        tpm_log.size = size;
        if (size == ends[at]) {
            assert_int_equal(replay(POBF_TPM_SHA256), POBF_OK);
            at++;
        } else {
            assert_refused(POBF_E_INPUT);
        }
    }
}

static const struct {
    const char *what;
    size_t at; /* from the start of the log, or of its second event */
    int in_event;
    uint8_t value;
} defects[] = {
    {"another first register", 0, 0, 1},
    {"another first type", 4, 0, 2},
    {"another signature", 32, 0, 'X'},
    {"no hash", 56, 0, 0},
    {"too many hashes", 56, 0, 9},
    {"SHA-1 of 21 bytes", 62, 0, 21},
    {"a vendor's data too long", 68, 0, 3},
    {"register 24", 0, 1, 24},
    {"a digest too many", 8, 1, 3},
    {"too many digests", 8, 1, 9},
    {"a hash that is not announced", 12, 1, 5},
    {"data too long", 71, 1, 0x80},
};

static void each_defect_is_refused(void **state)
{
    size_t first;

    (void)state;
    log_begin(&tpm_log);
    first = tpm_log.size;
    for (size_t i = 0; i < sizeof defects / sizeof defects[0]; i++) {
        log_make(&tpm_log);
        tpm_log.bytes[defects[i].at + (defects[i].in_event ? first : 0)] = defects[i].value;
        if (replay(POBF_TPM_SHA256) != POBF_E_INPUT) {
            fail_msg("%s is taken", defects[i].what);
        }
    }
}

static void a_log_of_what_was_signed_is_affirmed_and_told(void **state)
{
    const struct tpm_wish good = {.magic = 0};
    const json_t *told;

    (void)state;
    log_make(&tpm_log);
    fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
    assert_affirming();
    told = json_object_get(json_object_get(fixture.found.claims, "event_log"), "sha256");
    assert_int_equal(json_array_size(told), 2);
    assert_int_equal(json_integer_value(json_array_get(told, 1)), 23);
}

static void a_mismatch_names_the_register(void **state)
{
    const struct tpm_wish good = {.magic = 0};
    const struct check *check;

    (void)state;
    log_make(&tpm_log);
    log_event(&tpm_log, 23, 0x0d, 0xa4); /* one that the TPM knows nothing of */
    fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
    assert_failed("tpm.event_log");
    check = checks_find(&fixture.checks, "tpm.event_log");
    assert_memory_equal(check->expected, "PCR 23 of sha256: ", 18);
    assert_memory_equal(check->seen, "PCR 23: ", 8);
}

/* Every byte that is hashed: the digests of the bank, and into which register they go. */
static void a_flip_of_an_event_is_refused(void **state)
{
    const struct tpm_wish good = {.magic = 0};
    size_t first;

    (void)state;
    log_begin(&tpm_log);
    first = tpm_log.size;
    log_make(&tpm_log);
    for (size_t at = first; at < first + 4; at++) {
        tpm_log.bytes[at] ^= 2;
        fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
        assert_failed("tpm.event_log");
        tpm_log.bytes[at] ^= 2;
    }
    for (size_t at = first + 36; at < first + 68; at++) {
        tpm_log.bytes[at] ^= 2;
        fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
        assert_failed("tpm.event_log");
        tpm_log.bytes[at] ^= 2;
    }
    fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
    assert_affirming();
}

static void a_log_that_tells_of_no_register_in_the_quote_says_nothing(void **state)
{
    const struct tpm_wish good = {.magic = 0};

    (void)state;
    log_begin(&tpm_log);
    fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
    assert_failed("tpm.event_log");
    log_event(&tpm_log, 4, 0x80000003, 0xa1);
    fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
    assert_failed("tpm.event_log");
}

static void a_log_beside_registers_that_were_not_signed_is_not_judged(void **state)
{
    const struct tpm_wish wish = {.other_register = 1};

    (void)state;
    log_make(&tpm_log);
    fixture_appraise("tpm", evidence, tpm_make(evidence, &wish));
    assert_failed("tpm.pcrs");
    tpm_log.size--;
    fixture_appraise("tpm", evidence, tpm_make(evidence, &(struct tpm_wish){.magic = 0}));
    assert_failed("tpm.event_log");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_log_comes_to_its_registers, tpm_begin),
        cmocka_unit_test_setup(an_event_without_action_goes_nowhere_but_for_the_locality,
                               tpm_begin),
        cmocka_unit_test_setup(a_log_that_is_not_whole_is_refused, tpm_begin),
        cmocka_unit_test_setup(each_defect_is_refused, tpm_begin),
        cmocka_unit_test_setup(a_log_of_what_was_signed_is_affirmed_and_told, tpm_begin),
        cmocka_unit_test_setup(a_mismatch_names_the_register, tpm_begin),
        cmocka_unit_test_setup(a_flip_of_an_event_is_refused, tpm_begin),
        cmocka_unit_test_setup(a_log_that_tells_of_no_register_in_the_quote_says_nothing,
                               tpm_begin),
        cmocka_unit_test_setup(a_log_beside_registers_that_were_not_signed_is_not_judged,
                               tpm_begin),
    };

    return cmocka_run_group_tests_name("verifier/tpm/event_log", tests, NULL, NULL);
}
