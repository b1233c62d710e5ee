#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "verifier/log/ongoing.h"

static uint8_t journal[JOURNAL_ROOM];
static size_t used;

static int lay_out(void **state)
{
    (void)state;
    memset(journal, 0, sizeof journal);
    used = 0;
    return 0;
}

static void put(enum journal_kind kind, uint64_t sequence)
{
    const struct intent intent = {
        .boot_id = {1}, .sequence = sequence, .at_s = 7, .task_id = {(uint8_t)sequence}};

    used += journal_print_intent(journal + used, kind, &intent);
}

static void put_receipt(uint64_t sequence)
{
    const struct pobf_receipt receipt = {.boot_id = {1},
                                         .sequence = sequence,
                                         .task_id = {(uint8_t)sequence},
                                         .exit = POBF_EXIT_RETURNED,
                                         .registers_cleared = 1,
                                         .key_destroyed = 1};
    uint8_t signing_key[POBF_SIGNING_KEY_BYTES], public_key[POBF_PUBLIC_KEY_BYTES];
    uint8_t bytes[POBF_RECEIPT_ROOM];
    size_t size;

    crypto_sign_ed25519_keypair(public_key, signing_key);
    assert_int_equal(pobf_receipt_sign(bytes, sizeof bytes, &size, &receipt, signing_key), POBF_OK);
    used += journal_print_receipt(journal + used, bytes, size);
}

struct told {
    size_t receipts, open;
    uint64_t last;
};

static enum pobf_status on_receipt(void *context, const uint8_t *bytes, size_t size)
{
    struct pobf_receipt receipt;

    assert_int_equal(pobf_receipt_parse(&receipt, bytes, size), POBF_OK);
    ((struct told *)context)->receipts++;
    return POBF_OK;
}

static enum pobf_status on_open(void *context, const struct intent *intent)
{
    struct told *told = context;

    told->open++;
    told->last = intent->sequence;
    assert_int_equal(intent->at_s, 7);
    return POBF_OK;
}

static struct told read_as(enum pobf_status expected)
{
    struct told told = {0, 0, 0};
    const struct ongoing ongoing = {on_receipt, on_open, &told};

    assert_int_equal(ongoing_read(journal, sizeof journal, &ongoing), expected);
    return told;
}

static void what_no_record_has_closed_is_open(void **state)
{
    struct told told;

    (void)state;
    assert_int_equal(read_as(POBF_OK).open, 0);
    for (uint64_t i = 1; i <= 4; i++) {
        put(JOURNAL_INTENT, i);
    }
    assert_int_equal(read_as(POBF_OK).open, 4);
    put_receipt(1);
    put(JOURNAL_REFUSED, 2);
    put(JOURNAL_CRASHED, 4);
    told = read_as(POBF_OK);
    assert_int_equal(told.receipts, 1);
    assert_int_equal(told.open, 1);
    assert_int_equal(told.last, 3);
}

/* The receipt was acknowledged to nobody: the call is open, and that more may be is told. */
static void a_receipt_that_was_cut_off_closes_nothing(void **state)
{
    size_t before;

    (void)state;
    put(JOURNAL_INTENT, 1);
    before = used;
    put_receipt(1);
    for (size_t cut = before + 1; cut < used; cut++) {
        struct told told;

        memset(journal + cut, 0, sizeof journal - cut);
        told = read_as(POBF_E_INPUT);
        assert_int_equal(told.receipts, 0);
        assert_int_equal(told.open, 1);
        used = before;
        put_receipt(1);
    }
}

static void a_record_of_another_version_is_no_end(void **state)
{
    (void)state;
    put(JOURNAL_INTENT, 1);
    used += journal_print_receipt(journal + used, (const uint8_t *)"no receipt", 10);
    put(JOURNAL_INTENT, 2);
    assert_int_equal(read_as(POBF_E_INPUT).open, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, lay_out)
    const struct CMUnitTest tests[] = {
        TEST(what_no_record_has_closed_is_open),
        TEST(a_receipt_that_was_cut_off_closes_nothing),
        TEST(a_record_of_another_version_is_no_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
