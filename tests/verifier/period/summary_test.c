#include "tests/verifier/period/made.h"
#include "verifier/period/summary.h"

static const struct span all = {0, INT64_C(253402300799)};
static const struct collection_result good = {CHECK_PASS, ""}, bad = {CHECK_FAIL, "receipt.x"},
                                      open = {CHECK_NOT_EVALUATED, "evidence.x"};

/* Three receipts, one of them lost where it says so, judged alike. */
static void expect(enum checks_verdict verdict, struct collection_result result, int lost)
{
    json_t *summary;

    for (uint64_t i = 1; i <= 3; i++) {
        next_receipt(i, (int)i == lost);
    }
    collection_judge(collection, &all, judge_as, &result);
    summary = summary_make(collection, &all);
    assert_false(collection_failed(collection));
    assert_int_equal(summary_verdict(summary), verdict);
    assert_int_equal(json_integer_value(json_object_get(summary, "exit_code")),
                     checks_exit_code(verdict));
    json_decref(summary);
}

static void receipts_that_hold_are_affirmed(void **state)
{
    (void)state;
    expect(VERDICT_AFFIRMED, good, 0);
}

static void a_receipt_that_is_refused_refuses(void **state)
{
    (void)state;
    expect(VERDICT_REFUSED, bad, 0);
}

static void a_receipt_that_was_not_judged_is_no_yes(void **state)
{
    (void)state;
    expect(VERDICT_CANNOT_TELL, open, 0);
}

static void a_receipt_that_is_missing_refuses(void **state)
{
    (void)state;
    expect(VERDICT_REFUSED, good, 2);
}

static void a_file_that_is_damaged_refuses(void **state)
{
    (void)state;
    collection_add_bad(collection, "file", "unknown", "reason", 1);
    expect(VERDICT_REFUSED, good, 0);
}

static void a_file_that_cannot_be_read_is_no_yes(void **state)
{
    (void)state;
    collection_add_bad(collection, "file", "unreadable", "reason", 0);
    expect(VERDICT_CANNOT_TELL, good, 0);
}

static void a_no_goes_before_a_cannot_tell(void **state)
{
    (void)state;
    collection_add_bad(collection, "file", "unreadable", "reason", 0);
    expect(VERDICT_REFUSED, bad, 0);
}

static void no_receipt_at_all_is_no_yes(void **state)
{
    json_t *summary = summary_make(collection, &all);

    (void)state;
    assert_int_equal(summary_verdict(summary), VERDICT_CANNOT_TELL);
    assert_true(json_is_true(json_object_get(summary, "host_trusted")));
    json_decref(summary);
}

/* Nothing is certified but by a good verdict; every field has a value either way. */
static void nothing_is_certified_that_is_not_affirmed(void **state)
{
    static const struct collection_result results[] = {{CHECK_PASS, ""}, {CHECK_FAIL, "x"}};

    (void)state;
    next_receipt(1, 0);
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        struct collection_result result = results[i];
        size_t index, certified = 0;
        json_t *summary, *field;

        collection_judge(collection, &all, judge_as, &result);
        summary = summary_make(collection, &all);
        json_array_foreach(json_object_get(summary, "sanitization"), index, field)
        {
            const char *value = json_string_value(json_object_get(field, "value"));

            assert_true(value[0] != '\0');
            certified += strcmp(value, "Clear") == 0 || strstr(value, "Overwrite") != NULL;
        }
        assert_true(index > 30);
        assert_int_equal(certified, result.result == CHECK_PASS ? 2 : 0);
        json_decref(summary);
    }
}

/* The fuel of receipts that hold is added up; no sum of any numbers is too much. */
static void fuel_is_added_up_where_receipts_hold(void **state)
{
    static const struct {
        uint64_t steps;
        struct collection_result result;
        int64_t sum;
    } periods[] = {
        {1000, {CHECK_PASS, ""}, 3000},
        {1000, {CHECK_FAIL, "x"}, 0},
        {0, {CHECK_PASS, ""}, 0},
        {INT64_MAX, {CHECK_PASS, ""}, INT64_C(9000000000000000000)},
    };

    for (size_t i = 0; i < sizeof periods / sizeof periods[0]; i++) {
        struct collection_result result = periods[i].result;
        json_t *summary, *fuel;

        close_collection(state);
        assert_int_equal(open_collection(state), 0);
        f.receipt.steps = periods[i].steps;
        for (uint64_t k = 1; k <= 3; k++) {
            next_receipt(k, 0);
        }
        collection_judge(collection, &all, judge_as, &result);
        summary = summary_make(collection, &all);
        assert_false(collection_failed(collection));
        fuel = json_array_get(json_object_get(summary, "fuel"), 0);
        assert_int_equal(json_is_object(fuel), periods[i].sum > 0);
        assert_int_equal(json_integer_value(json_object_get(fuel, "steps")), periods[i].sum);
        json_decref(summary);
    }
}

static void says(const char *sentence)
{
    json_t *summary = summary_make(collection, &all);

    assert_string_equal(json_string_value(json_object_get(summary, "sentence")), sentence);
    json_decref(summary);
}

static void a_call_that_is_open_is_no_yes_and_no_alarm(void **state)
{
    struct intent intent = {.sequence = 4, .at_s = FIRST_S};

    (void)state;
    memcpy(intent.boot_id, f.evidence.boot_id, sizeof intent.boot_id);
    assert_int_equal(collection_add_open(collection, &intent), POBF_OK);
    expect(VERDICT_CANNOT_TELL, good, 0);
    says("Could not check: 1 call is open: begun, and not said to have ended.");
    next_receipt(4, 0);
    says("Could not check: 1 receipt lacks what it takes to be judged.");
}

/* Only what there is, in its number. */
static void the_sentence_says_what_is_wrong_and_nothing_else(void **state)
{
    (void)state;
    expect(VERDICT_REFUSED, bad, 0);
    says("NOT PROVED: 3 receipts are refused.");
    collection_add_bad(collection, "file", "unknown", "reason", 1);
    next_receipt(5, 0);
    says("NOT PROVED: 3 receipts are refused, 1 alarm of gaps, crashes or logs, 1 file "
         "is damaged, unknown or refused.");
}

static void every_form_says_the_sentence_first(void **state)
{
    struct collection_result result = good;
    json_t *summary;
    char *text, *html;
    size_t size;

    (void)state;
    next_receipt(1, 0);
    collection_judge(collection, &all, judge_as, &result);
    summary = summary_make(collection, &all);
    assert_int_equal(summary_print(&text, &size, PAPER_TEXT, summary, "again"), POBF_OK);
    assert_int_equal(summary_print(&html, &size, PAPER_HTML, summary, "again"), POBF_OK);
    assert_memory_equal(text, "Forgotten: the one call of this", 30);
    assert_non_null(
        strstr(html, "<section id=\"verdict\" class=\"forgotten\"><p>Forgotten: the one"));
    free(text);
    free(html);
    json_decref(summary);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_collection, close_collection)
    const struct CMUnitTest tests[] = {
        TEST(receipts_that_hold_are_affirmed),
        TEST(a_receipt_that_is_refused_refuses),
        TEST(a_receipt_that_was_not_judged_is_no_yes),
        TEST(a_receipt_that_is_missing_refuses),
        TEST(a_file_that_is_damaged_refuses),
        TEST(a_file_that_cannot_be_read_is_no_yes),
        TEST(a_no_goes_before_a_cannot_tell),
        TEST(no_receipt_at_all_is_no_yes),
        TEST(nothing_is_certified_that_is_not_affirmed),
        TEST(fuel_is_added_up_where_receipts_hold),
        TEST(a_call_that_is_open_is_no_yes_and_no_alarm),
        TEST(the_sentence_says_what_is_wrong_and_nothing_else),
        TEST(every_form_says_the_sentence_first),
    };

    return cmocka_run_group_tests_name("verifier/period/summary", tests, NULL, NULL);
}
