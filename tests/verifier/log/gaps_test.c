#include "tests/verifier/log/fixture.h"

#include "edge/statement/intent.h"
#include "verifier/log/gaps.h"

enum { BOOTS = 3, RECEIPTS = 5 };

/* The receipts of some boots, each naming the one before it. */
static struct receipts {
    uint8_t bytes[BOOTS][RECEIPTS][POBF_RECEIPT_ROOM];
    size_t size[BOOTS][RECEIPTS];
    uint8_t signing_key[POBF_SIGNING_KEY_BYTES];
} all;

static void sign(uint8_t bytes[POBF_RECEIPT_ROOM], size_t *size, struct pobf_receipt *receipt)
{
    receipt->exit = POBF_EXIT_RETURNED;
    receipt->registers_cleared = 1;
    receipt->key_destroyed = 1;
    assert_int_equal(pobf_receipt_sign(bytes, POBF_RECEIPT_ROOM, size, receipt, all.signing_key),
                     POBF_OK);
}

static int make(void **state)
{
    uint8_t public_key[POBF_ED25519_PUBLIC_BYTES], seed[POBF_ED25519_SEED_BYTES] = {1};

    (void)state;
    if (sodium_init() < 0 || pobf_sign_keypair(public_key, all.signing_key, seed) != POBF_OK) {
        return -1;
    }
    for (int boot = 0; boot < BOOTS; boot++) {
        for (int i = 0; i < RECEIPTS; i++) {
            struct pobf_receipt receipt = {.sequence = (uint64_t)i + 1};

            receipt.boot_id[0] = (uint8_t)(boot + 1);
            if (i > 0) {
                crypto_hash_sha256(receipt.previous, all.bytes[boot][i - 1], all.size[boot][i - 1]);
            }
            sign(all.bytes[boot][i], &all.size[boot][i], &receipt);
        }
    }
    return 0;
}

struct found {
    struct gap gap[8];
    size_t count;
};

static void find(void *context, const struct gap *gap)
{
    struct found *found = context;

    assert_true(found->count < 8);
    found->gap[found->count++] = *gap;
}

static void add(struct gaps *gaps, int boot, int index)
{
    assert_int_equal(gaps_add(gaps, all.bytes[boot][index], all.size[boot][index]), POBF_OK);
}

static void whole_chains_have_no_gap_in_whatever_order(void **state)
{
    struct found found = {.count = 0};
    struct gaps_sum sum;
    struct gaps *gaps;

    (void)state;
    assert_int_equal(gaps_open(&gaps), POBF_OK);
    for (int i = RECEIPTS - 1; i >= 0; i--) {
        for (int boot = 0; boot < BOOTS; boot++) {
            add(gaps, boot, i);
        }
    }
    add(gaps, 1, 2); /* again */
    sum = gaps_find(gaps, find, &found);
    assert_int_equal(sum.receipts, BOOTS * RECEIPTS);
    assert_int_equal(sum.boots, BOOTS);
    assert_int_equal(sum.repeated, 1);
    assert_int_equal(sum.count, 0);
    gaps_close(gaps);
}

static void every_missing_receipt_but_the_last_is_an_alarm(void **state)
{
    (void)state;
    for (int missing = 0; missing < RECEIPTS; missing++) {
        struct found found = {.count = 0};
        struct gaps *gaps;

        assert_int_equal(gaps_open(&gaps), POBF_OK);
        for (int i = 0; i < RECEIPTS; i++) {
            if (i != missing) {
                add(gaps, 0, i);
            }
        }
        assert_int_equal(gaps_find(gaps, find, &found).count, missing < RECEIPTS - 1);
        if (missing < RECEIPTS - 1) {
            assert_int_equal(found.gap[0].kind, GAP_MISSING);
            assert_int_equal(found.gap[0].from, missing + 1);
            assert_int_equal(found.gap[0].to, missing + 1);
        }
        gaps_close(gaps);
    }
}

static void two_receipts_of_one_number_are_a_fork(void **state)
{
    struct pobf_receipt receipt = {.sequence = 1, .issued_at_s = 7};
    uint8_t bytes[POBF_RECEIPT_ROOM];
    struct found found = {.count = 0};
    struct gaps *gaps;
    size_t size;

    (void)state;
    receipt.boot_id[0] = 1;
    sign(bytes, &size, &receipt);
    assert_int_equal(gaps_open(&gaps), POBF_OK);
    add(gaps, 0, 0);
    assert_int_equal(gaps_add(gaps, bytes, size), POBF_OK);
    assert_int_equal(gaps_find(gaps, find, &found).count, 1);
    assert_int_equal(found.gap[0].kind, GAP_FORK);
    gaps_close(gaps);
}

static void a_receipt_that_names_another_one_breaks_the_chain(void **state)
{
    struct pobf_receipt receipt = {.sequence = 2};
    uint8_t bytes[POBF_RECEIPT_ROOM];
    struct found found = {.count = 0};
    struct gaps *gaps;
    size_t size;

    (void)state;
    receipt.boot_id[0] = 1;
    receipt.previous[5] = 1;
    sign(bytes, &size, &receipt);
    assert_int_equal(gaps_open(&gaps), POBF_OK);
    add(gaps, 0, 0);
    assert_int_equal(gaps_add(gaps, bytes, size), POBF_OK);
    assert_int_equal(gaps_find(gaps, find, &found).count, 1);
    assert_int_equal(found.gap[0].kind, GAP_CHAIN);
    assert_int_equal(found.gap[0].from, 2);
    gaps_close(gaps);
}

static void what_is_no_receipt_is_refused(void **state)
{
    struct gaps *gaps;

    (void)state;
    assert_int_equal(gaps_open(&gaps), POBF_OK);
    assert_int_equal(gaps_add(gaps, (const uint8_t *)"text", 4), POBF_E_INPUT);
    assert_int_equal(gaps_add(gaps, all.bytes[0][0], all.size[0][0] - 1), POBF_E_INPUT);
    gaps_close(gaps);
}

static void add_crash(struct gaps *gaps, int boot, uint64_t sequence)
{
    const struct intent intent = {.boot_id = {(uint8_t)(boot + 1)}, .sequence = sequence};
    char *statement = intent_print(&intent);

    assert_int_equal(gaps_add_crash(gaps, (uint8_t *)statement, strlen(statement)), POBF_OK);
    free(statement);
}

static void a_crash_is_told_as_one_and_is_no_receipt(void **state)
{
    struct found found = {.count = 0};
    struct gaps *gaps;
    struct gaps_sum sum;

    (void)state;
    assert_int_equal(gaps_open(&gaps), POBF_OK);
    add(gaps, 0, 0);
    add_crash(gaps, 0, 2);
    add_crash(gaps, 0, 2);
    add_crash(gaps, 1, 1);
    sum = gaps_find(gaps, find, &found);
    assert_int_equal(sum.receipts, 1);
    assert_int_equal(sum.crashes, 2);
    assert_int_equal(sum.boots, 2);
    assert_int_equal(sum.count, 2);
    assert_int_equal(found.gap[0].kind, GAP_CRASH);
    assert_int_equal(found.gap[0].from, 2);
    assert_int_equal(found.gap[1].kind, GAP_CRASH);
    gaps_close(gaps);
}

/* What is missing before one hides neither it nor that its boot went on. */
static void a_crash_behind_missing_receipts_is_told_too(void **state)
{
    struct found found = {.count = 0};
    struct gaps *gaps;

    (void)state;
    assert_int_equal(gaps_open(&gaps), POBF_OK);
    add_crash(gaps, 0, 3);
    assert_int_equal(gaps_find(gaps, find, &found).count, 2);
    assert_int_equal(found.gap[0].kind, GAP_MISSING);
    assert_int_equal(found.gap[0].to, 2);
    assert_int_equal(found.gap[1].kind, GAP_CRASH);
    assert_int_equal(found.gap[1].from, 3);
    gaps_close(gaps);
}

/* Of the number itself, or of the boot that is said to have ended. */
static void a_crash_that_a_receipt_denies_is_told(void **state)
{
    (void)state;
    for (int index = 1; index <= 2; index++) {
        struct found found = {.count = 0};
        struct gaps *gaps;

        assert_int_equal(gaps_open(&gaps), POBF_OK);
        add(gaps, 0, 0);
        add(gaps, 0, index);
        add_crash(gaps, 0, 2);
        gaps_find(gaps, find, &found);
        assert_int_equal(found.gap[found.count - 1].kind, GAP_DENIED);
        gaps_close(gaps);
    }
}

/* The call of an intent is open as long as it is the last of its boot, and then no alarm. */
static void what_has_begun_is_open_until_its_receipt_or_another(void **state)
{
    static const struct {
        int receipts;
        uint64_t begun;
        size_t open, alarms;
    } cases[] = {
        {1, 2, 1, 0},               /* after the last receipt */
        {2, 2, 0, 0},               /* its receipt is there */
        {3, 2, 0, 0}, {1, 4, 1, 1}, /* 2 and 3 are missing */
        {0, 1, 1, 0},               /* nothing but the intent */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct intent intent = {
            .boot_id = {1}, .sequence = cases[i].begun, .at_s = 1700000000};
        struct found found = {.count = 0};
        struct gaps *gaps;
        struct gaps_sum sum;

        assert_int_equal(gaps_open(&gaps), POBF_OK);
        for (int k = 0; k < cases[i].receipts; k++) {
            add(gaps, 0, k);
        }
        assert_int_equal(gaps_add_intent(gaps, &intent), POBF_OK);
        assert_int_equal(gaps_add_intent(gaps, &intent), POBF_OK);
        sum = gaps_find(gaps, find, &found);
        assert_int_equal(sum.open, cases[i].open);
        assert_int_equal(sum.count, cases[i].alarms);
        assert_int_equal(sum.receipts, cases[i].receipts);
        assert_int_equal(found.count, cases[i].open + cases[i].alarms);
        if (cases[i].open > 0) {
            assert_int_equal(found.gap[found.count - 1].kind, GAP_OPEN);
            assert_int_equal(found.gap[found.count - 1].at_s, 1700000000);
        }
        gaps_close(gaps);
    }
}

/* A boot that went on had ended that call: its receipt was lost. */
static void a_call_that_its_boot_went_on_from_is_missing(void **state)
{
    const struct intent intent = {.boot_id = {1}, .sequence = 2};
    struct found found = {.count = 0};
    struct gaps *gaps;

    (void)state;
    assert_int_equal(gaps_open(&gaps), POBF_OK);
    add(gaps, 0, 0);
    add(gaps, 0, 2);
    assert_int_equal(gaps_add_intent(gaps, &intent), POBF_OK);
    assert_int_equal(gaps_find(gaps, find, &found).count, 1);
    assert_int_equal(found.gap[found.count - 1].kind, GAP_MISSING);
    assert_int_equal(found.gap[found.count - 1].from, 2);
    assert_int_equal(found.gap[found.count - 1].to, 2);
    gaps_close(gaps);
}

static void a_statement_that_was_changed_is_none(void **state)
{
    const struct intent intent = {.boot_id = {1}, .sequence = 2};
    char *statement = intent_print(&intent);
    const size_t size = strlen(statement);
    struct intent parsed;

    (void)state;
    assert_int_equal(intent_parse(&parsed, (uint8_t *)statement, size), POBF_OK);
    assert_memory_equal(&parsed, &intent, sizeof intent);
    for (size_t i = 0; i < size; i++) {
        statement[i] ^= 1;
        if (intent_parse(&parsed, (uint8_t *)statement, size) == POBF_OK) {
            assert_memory_not_equal(&parsed, &intent, sizeof intent); /* another number, in hex */
        } else {
            assert_true(sodium_is_zero((uint8_t *)&parsed, sizeof parsed));
        }
        statement[i] ^= 1;
        assert_int_equal(intent_parse(&parsed, (uint8_t *)statement, i), POBF_E_INPUT);
    }
    free(statement);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_chains_have_no_gap_in_whatever_order),
        cmocka_unit_test(every_missing_receipt_but_the_last_is_an_alarm),
        cmocka_unit_test(two_receipts_of_one_number_are_a_fork),
        cmocka_unit_test(a_receipt_that_names_another_one_breaks_the_chain),
        cmocka_unit_test(what_is_no_receipt_is_refused),
        cmocka_unit_test(a_crash_is_told_as_one_and_is_no_receipt),
        cmocka_unit_test(a_crash_behind_missing_receipts_is_told_too),
        cmocka_unit_test(a_crash_that_a_receipt_denies_is_told),
        cmocka_unit_test(what_has_begun_is_open_until_its_receipt_or_another),
        cmocka_unit_test(a_call_that_its_boot_went_on_from_is_missing),
        cmocka_unit_test(a_statement_that_was_changed_is_none),
    };

    return cmocka_run_group_tests(tests, make, NULL);
}
