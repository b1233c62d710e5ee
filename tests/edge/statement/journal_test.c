#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "edge/statement/journal.h"

/* A journal as a host lays it out: three records, zeros behind them. */
static uint8_t journal[JOURNAL_ROOM];
static size_t ends[3];
static const uint8_t receipt[] = "a receipt";
static const struct intent intents[] = {
    {.boot_id = {1}, .sequence = UINT64_C(0x0102030405060708), .at_s = 1700000000, .task_id = {2}},
    {.boot_id = {1}, .sequence = 9, .at_s = INT64_MAX, .task_id = {3}, .commitment = {4}},
};

static int lay_out(void **state)
{
    uint8_t *at = journal;

    (void)state;
    memset(journal, 0, sizeof journal);
    at += journal_print_intent(at, JOURNAL_INTENT, &intents[0]);
    ends[0] = (size_t)(at - journal);
    at += journal_print_receipt(at, receipt, sizeof receipt);
    ends[1] = (size_t)(at - journal);
    at += journal_print_intent(at, JOURNAL_REFUSED, &intents[1]);
    ends[2] = (size_t)(at - journal);
    return 0;
}

struct told {
    size_t count;
    enum pobf_status answer;
};

static enum pobf_status on_intent(void *context, enum journal_kind kind,
                                  const struct intent *intent)
{
    struct told *told = context;

    assert_int_equal(kind, told->count == 0 ? JOURNAL_INTENT : JOURNAL_REFUSED);
    assert_memory_equal(intent, &intents[told->count != 0], sizeof *intent);
    told->count++;
    return told->answer;
}

static enum pobf_status on_receipt(void *context, const uint8_t *bytes, size_t size)
{
    struct told *told = context;

    assert_int_equal(size, sizeof receipt);
    assert_memory_equal(bytes, receipt, size);
    told->count++;
    return told->answer;
}

static size_t count(size_t size)
{
    struct told told = {0, POBF_OK};
    const struct journal_reader reader = {on_intent, on_receipt, &told};

    assert_int_equal(journal_read(journal, size, &reader), POBF_OK);
    return told.count;
}

static void records_are_told_in_their_order(void **state)
{
    (void)state;
    assert_int_equal(count(sizeof journal), 3);
    assert_false(journal_is_torn(journal, sizeof journal));
}

static void reading_ends_where_who_is_told_says_so(void **state)
{
    struct told told = {0, POBF_E_SYSTEM};
    const struct journal_reader reader = {on_intent, on_receipt, &told};

    (void)state;
    assert_int_equal(journal_read(journal, sizeof journal, &reader), POBF_E_SYSTEM);
    assert_int_equal(told.count, 1);
}

/* Wherever it was cut off behind its first byte, a zero: what is whole before that is told, and it is torn. */
static void a_last_record_that_was_cut_off_is_told_to_nobody(void **state)
{
    (void)state;
    for (size_t cut = ends[1] + 2; cut < ends[2]; cut++) {
        lay_out(NULL);
        memset(journal + cut, 0, sizeof journal - cut);
        assert_int_equal(count(sizeof journal), 2);
        assert_true(journal_is_torn(journal, sizeof journal));
    }
    memset(journal + ends[1], 0, sizeof journal - ends[1]);
    assert_false(journal_is_torn(journal, sizeof journal)); /* none has begun */
}

static void a_bit_that_flipped_is_told_as_torn(void **state)
{
    (void)state;
    for (size_t at = 0; at < ends[2]; at++) {
        journal[at] ^= 1;
        assert_int_equal(count(sizeof journal), at < ends[0] ? 0 : at < ends[1] ? 1 : 2);
        assert_true(journal_is_torn(journal, sizeof journal));
        journal[at] ^= 1;
    }
    journal[sizeof journal - 1] = 1;
    assert_true(journal_is_torn(journal, sizeof journal));
}

static void a_file_of_another_length_is_torn(void **state)
{
    (void)state;
    assert_true(journal_is_torn(journal, 0));
    assert_true(journal_is_torn(journal, ends[2]));
    assert_true(journal_is_torn(journal, sizeof journal - 1));
    assert_int_equal(count(ends[2]), 3);
    assert_int_equal(count(0), 0);
}

static void a_receipt_longer_than_any_has_no_record(void **state)
{
    (void)state;
    assert_int_equal(journal_print_receipt(journal, journal, POBF_RECEIPT_ROOM + 1), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, lay_out)
    const struct CMUnitTest tests[] = {
        TEST(records_are_told_in_their_order),
        TEST(reading_ends_where_who_is_told_says_so),
        TEST(a_last_record_that_was_cut_off_is_told_to_nobody),
        TEST(a_bit_that_flipped_is_told_as_torn),
        TEST(a_file_of_another_length_is_torn),
        TEST(a_receipt_longer_than_any_has_no_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
