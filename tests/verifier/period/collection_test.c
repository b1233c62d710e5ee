#include "edge/statement/intent.h"
#include "tests/verifier/period/made.h"

enum { MANY = 20000, MEMORY_MAX = 5 * 1024 * 1024 };

static const struct span all = {0, INT64_MAX};

struct found {
    struct gap last;
    size_t count;
};

static void find(void *context, const struct gap *gap)
{
    struct found *found = context;

    found->last = *gap;
    found->count++;
}

static size_t gaps_in(int64_t from_s, int64_t to_s, struct found *found)
{
    const struct span span = {from_s, to_s};

    *found = (struct found){.count = 0};
    collection_gaps(collection, &span, find, found);
    return found->count;
}

static void a_gap_is_told_where_a_call_of_the_period_may_be_in_it(void **state)
{
    struct found found;

    (void)state;
    for (uint64_t i = 1; i <= 9; i++) {
        next_receipt(i, i == 4 || i == 5);
    }
    assert_int_equal(gaps_in(0, INT64_MAX, &found), 1);
    assert_int_equal(found.last.kind, GAP_MISSING);
    assert_int_equal(found.last.from, 4);
    assert_int_equal(found.last.to, 5);
    assert_int_equal(gaps_in(FIRST_S, FIRST_S + 2, &found), 1);     /* 1 to 3: before it */
    assert_int_equal(gaps_in(FIRST_S + 5, FIRST_S + 8, &found), 1); /* 6 to 9: behind it */
    assert_int_equal(gaps_in(FIRST_S + 3, FIRST_S + 4, &found), 1); /* all of it is missing */
    assert_int_equal(gaps_in(FIRST_S, FIRST_S + 1, &found), 0);
    assert_int_equal(gaps_in(FIRST_S + 6, FIRST_S + 8, &found), 0);
    assert_false(collection_failed(collection));
}

/* Those of a boot whose first receipts are gone may be of any time before. */
static void first_numbers_that_are_missing_are_of_any_time_before(void **state)
{
    struct found found;

    (void)state;
    for (uint64_t i = 1; i <= 9; i++) {
        next_receipt(i, i <= 5);
    }
    assert_int_equal(gaps_in(FIRST_S, FIRST_S + 1, &found), 1);
    assert_int_equal(found.last.from, 1);
    assert_int_equal(found.last.to, 5);
    assert_int_equal(gaps_in(FIRST_S + 6, FIRST_S + 8, &found), 0);
}

static void add_crash(uint64_t sequence, uint64_t at_s)
{
    struct intent intent = {.sequence = sequence, .at_s = at_s};
    char *text;

    memcpy(intent.boot_id, f.evidence.boot_id, sizeof intent.boot_id);
    text = intent_print(&intent);
    assert_int_equal(collection_add_crash(collection, (uint8_t *)text, strlen(text)), POBF_OK);
    assert_int_equal(collection_add_crash(collection, (uint8_t *)text, strlen(text) - 1),
                     POBF_E_INPUT);
    free(text);
}

static void a_crash_is_an_alarm_when_the_call_began(void **state)
{
    struct found found;

    (void)state;
    for (uint64_t i = 1; i <= 3; i++) {
        next_receipt(i, 0);
    }
    add_crash(4, FIRST_S + 50);
    add_crash(4, FIRST_S + 50); /* the same once more */
    assert_int_equal(gaps_in(0, INT64_MAX, &found), 1);
    assert_int_equal(found.last.kind, GAP_CRASH);
    assert_int_equal(found.last.from, 4);
    assert_int_equal(found.last.at_s, FIRST_S + 50);
    assert_int_equal(gaps_in(FIRST_S + 50, FIRST_S + 50, &found), 1);
    assert_int_equal(gaps_in(FIRST_S + 51, FIRST_S + 200, &found), 0);
    assert_int_equal(gaps_in(FIRST_S, FIRST_S + 1, &found), 0);
    add_crash(2, FIRST_S + 2);
    assert_int_equal(gaps_in(0, INT64_MAX, &found), 3); /* and 2 and 3 deny it */
}

/* It was some time between the receipt before it and what the clock said then, which may be before. */
static void a_clock_that_jumped_hides_no_crash(void **state)
{
    static const int64_t jumps[] = {-100000, -10, 10, 100000};

    for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
        const int64_t last_s = FIRST_S + 2, at_s = last_s + jumps[i];
        const int64_t far_s = jumps[i] < 0 ? at_s - 1 : at_s + 1;
        struct found found;

        close_collection(state);
        assert_int_equal(open_collection(state), 0);
        for (uint64_t k = 1; k <= 3; k++) {
            next_receipt(k, 0);
        }
        add_crash(4, (uint64_t)at_s);
        assert_int_equal(gaps_in(last_s, last_s, &found), 1);
        assert_int_equal(gaps_in(at_s, at_s, &found), 1);
        assert_int_equal(gaps_in(last_s + jumps[i] / 2, last_s + jumps[i] / 2, &found), 1);
        assert_int_equal(found.last.kind, GAP_CRASH);
        assert_int_equal(gaps_in(far_s, far_s, &found), 0);
    }
}

static void a_boot_with_nothing_but_a_crash_is_an_alarm(void **state)
{
    struct found found;

    (void)state;
    add_crash(1, FIRST_S);
    assert_int_equal(gaps_in(FIRST_S, FIRST_S + 1, &found), 1);
    assert_int_equal(found.last.kind, GAP_CRASH);
    assert_int_equal(gaps_in(FIRST_S + 1, FIRST_S + 2, &found), 0);
}

/* Of a host that runs: no alarm, and for periods alone in which it may have been. */
static void a_call_that_is_open_is_told_as_that(void **state)
{
    struct intent intent = {.sequence = 4, .at_s = FIRST_S + 50};
    struct found found;

    (void)state;
    memcpy(intent.boot_id, f.evidence.boot_id, sizeof intent.boot_id);
    for (uint64_t i = 1; i <= 3; i++) {
        next_receipt(i, 0);
    }
    assert_int_equal(collection_add_open(collection, &intent), POBF_OK);
    assert_int_equal(collection_add_open(collection, &intent), POBF_OK);
    assert_int_equal(gaps_in(FIRST_S + 50, FIRST_S + 60, &found), 1);
    assert_int_equal(found.last.kind, GAP_OPEN);
    assert_int_equal(gaps_in(FIRST_S, FIRST_S + 1, &found), 0);
    next_receipt(4, 0);
    assert_int_equal(gaps_in(0, INT64_MAX, &found), 0); /* it has ended by now */
    intent.sequence = UINT64_MAX;
    assert_int_equal(collection_add_open(collection, &intent), POBF_E_INPUT);
}

static void every_receipt_of_the_period_is_judged_once(void **state)
{
    struct collection_result good = {CHECK_PASS, ""}, bad = {CHECK_FAIL, "receipt.signature"};
    const struct span some = {FIRST_S + 3, FIRST_S + 5};

    (void)state;
    for (uint64_t i = 1; i <= 9; i++) {
        next_receipt(i, 0);
    }
    assert_int_equal(
        collection_number(collection, "SELECT count(*) FROM receipt WHERE result = 0", &all), 9);
    collection_judge(collection, &some, judge_as, &bad);
    assert_int_equal(
        collection_number(collection, "SELECT count(*) FROM receipt WHERE result = 1", &all), 3);
    collection_judge(collection, &all, judge_as, &good);
    assert_int_equal(
        collection_number(collection, "SELECT count(*) FROM receipt WHERE result = 2", &all), 9);
    assert_false(collection_failed(collection));
}

static void another_receipt_key_of_the_same_boot_is_refused(void **state)
{
    (void)state;
    assert_int_equal(
        collection_add_boot(collection, "again", &appraisal, f.bytes[0], f.input.evidence.size),
        POBF_OK);
    appraisal.evidence.receipt_key[0] ^= 1;
    assert_int_equal(
        collection_add_boot(collection, "other", &appraisal, f.bytes[0], f.input.evidence.size),
        POBF_E_REFUSED);
}

static void numbers_beyond_counting_are_no_receipt(void **state)
{
    size_t size;

    (void)state;
    f.receipt.sequence = UINT64_MAX;
    assert_int_equal(pobf_receipt_sign(f.bytes[1], FIXTURE_ROOM, &size, &f.receipt, f.receipt_key),
                     POBF_OK);
    assert_int_equal(collection_add_receipt(collection, "receipt", f.bytes[1], size), POBF_E_INPUT);
    assert_int_equal(collection_add_receipt(collection, "receipt", f.bytes[1], size - 1),
                     POBF_E_INPUT);
}

static void only_results_of_appraise_are_results(void **state)
{
    static const char good[] =
        "{\"verdict\":\"affirming\",\"tee\":\"tdx\",\"tcb_status\":\"UpToDate\","
        "\"asked\":{\"at\":1}}";
    static const char other[] =
        "{\"verdict\":\"affirming\",\"tee\":\"none\",\"tcb_status\":\"UpToDate\","
        "\"asked\":{\"at\":1}}";

    (void)state;
    assert_int_equal(
        collection_add_hardware(collection, "r", (const uint8_t *)good, sizeof good - 1), POBF_OK);
    assert_int_equal(
        collection_add_hardware(collection, "r", (const uint8_t *)good, sizeof good - 2),
        POBF_E_INPUT);
    assert_int_equal(
        collection_add_hardware(collection, "r", (const uint8_t *)other, sizeof other - 1),
        POBF_E_INPUT);
}

static void a_query_that_fails_is_not_passed_over(void **state)
{
    (void)state;
    json_decref(collection_rows(collection, "SELECT nothing FROM nowhere", &all));
    assert_true(collection_failed(collection));
}

/* The bytes of all of them are more than what may be held. */
static void memory_does_not_grow_with_the_receipts(void **state)
{
    struct collection_result good = {CHECK_PASS, ""};
    struct found found;

    (void)state;
    for (uint64_t i = 1; i <= MANY; i++) {
        next_receipt(i, 0);
    }
    collection_judge(collection, &all, judge_as, &good);
    assert_int_equal(gaps_in(0, INT64_MAX, &found), 0);
    assert_int_equal(
        collection_number(collection, "SELECT count(*) FROM receipt WHERE result = 2", &all), MANY);
    assert_true(collection_number(collection, "SELECT sum(length(bytes)) FROM receipt", &all) >
                3 * (int64_t)MEMORY_MAX / 2);
    assert_true(sqlite3_memory_highwater(0) < MEMORY_MAX);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_collection, close_collection)
    const struct CMUnitTest tests[] = {
        TEST(a_gap_is_told_where_a_call_of_the_period_may_be_in_it),
        TEST(first_numbers_that_are_missing_are_of_any_time_before),
        TEST(a_crash_is_an_alarm_when_the_call_began),
        TEST(a_clock_that_jumped_hides_no_crash),
        TEST(a_call_that_is_open_is_told_as_that),
        TEST(a_boot_with_nothing_but_a_crash_is_an_alarm),
        TEST(every_receipt_of_the_period_is_judged_once),
        TEST(another_receipt_key_of_the_same_boot_is_refused),
        TEST(numbers_beyond_counting_are_no_receipt),
        TEST(only_results_of_appraise_are_results),
        TEST(a_query_that_fails_is_not_passed_over),
        TEST(memory_does_not_grow_with_the_receipts),
    };

    return cmocka_run_group_tests_name("verifier/period/collection", tests, NULL, NULL);
}
