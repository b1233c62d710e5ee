#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "edge/cli/file.h"
#include "enclave/host/backlog.h"

enum { MANY = BACKLOG_LINE_MAX + 100 };

static char folder[64];
static struct backlog *backlog;

static struct backlog_item item_of(uint64_t number)
{
    return (struct backlog_item){.boot_id = {0xab}, .sequence = number};
}

static void place(uint64_t number, const char *kind, const char *text)
{
    char path[PLACE_ROOM];

    assert_true(ledger_name(path, folder, item_of(number).boot_id, number, kind));
    assert_int_equal(file_place(path, (const uint8_t *)text, strlen(text)), POBF_OK);
}

static int begin(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/pobf-backlog-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int end(void **state)
{
    char command[128];

    (void)state;
    backlog_close(backlog);
    backlog = NULL;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void only_receipts_without_a_proof_are_taken(void **state)
{
    struct backlog_item item;

    (void)state;
    place(1, "receipt", "r");
    place(1, LEDGER_PROOF, "p");
    place(2, "receipt", "r");
    place(2, LEDGER_PROOF, ""); /* what a power cut leaves */
    place(3, "crashed", "c");
    place(4, LEDGER_PROOF, "p"); /* whose receipt is gone */
    place(5, "receipt.1.part", "r");
    place(6, "receipts", "r");
    assert_int_equal(backlog_open(&backlog, folder), POBF_OK);
    assert_int_equal(backlog_size(backlog), 1);
    assert_int_equal(backlog_take(backlog, &item), 1);
    assert_int_equal(item.sequence, 2);
    assert_int_equal(item.boot_id[0], 0xab);
    assert_int_equal(backlog_take(backlog, &item), 0);
    backlog_settle(backlog);
    assert_int_equal(backlog_size(backlog), 0);
}

static void what_does_not_fit_into_the_line_is_found_again(void **state)
{
    static uint8_t seen[MANY];
    struct backlog_item item;
    size_t count = 0;

    (void)state;
    for (uint64_t number = 0; number < MANY; number++) {
        place(number, "receipt", "r");
    }
    assert_int_equal(backlog_open(&backlog, folder), POBF_OK);
    assert_int_equal(backlog_size(backlog), MANY);
    for (int round = 0; round < 2; round++) {
        while (backlog_take(backlog, &item)) {
            assert_false(seen[item.sequence]);
            seen[item.sequence] = 1;
            place(item.sequence, LEDGER_PROOF, "p");
            backlog_settle(backlog);
            count++;
        }
        assert_int_equal(count, round == 0 ? BACKLOG_LINE_MAX : MANY);
        backlog_refill(backlog);
    }
    assert_int_equal(backlog_size(backlog), 0);
}

static void what_was_put_back_is_found_again(void **state)
{
    const struct backlog_item one = item_of(1);
    struct backlog_item item;

    (void)state;
    assert_int_equal(backlog_open(&backlog, folder), POBF_OK);
    place(1, "receipt", "r");
    backlog_add(backlog, &one);
    backlog_add(backlog, &one);
    assert_int_equal(backlog_take(backlog, &item), 1);
    assert_int_equal(backlog_take(backlog, &item), 1);
    backlog_refill(backlog);
    assert_int_equal(backlog_take(backlog, &item), 0); /* control */
    backlog_put_back(backlog);
    backlog_refill(backlog);
    assert_int_equal(backlog_take(backlog, &item), 1);
    place(1, LEDGER_PROOF, "p");
    backlog_put_back(backlog);
    backlog_refill(backlog);
    assert_int_equal(backlog_take(backlog, &item), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_receipts_without_a_proof_are_taken, begin, end),
        cmocka_unit_test_setup_teardown(what_does_not_fit_into_the_line_is_found_again, begin, end),
        cmocka_unit_test_setup_teardown(what_was_put_back_is_found_again, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
