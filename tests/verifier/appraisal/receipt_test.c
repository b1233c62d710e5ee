#include "tests/verifier/appraisal/fixture.h"

static struct fixture f;
static struct appraisal appraisal;

static int begin(void **state)
{
    (void)state;
    fixture_init(&f);
    return 0;
}

static enum checks_verdict appraise(void)
{
    appraisal_run(&appraisal, &f.input, &f.policy);
    return appraisal.verdict;
}

static void a_receipt_of_another_enclave_is_refused(void **state)
{
    const uint8_t seed[32] = {77};
    uint8_t public_key[POBF_PUBLIC_KEY_BYTES];

    (void)state;
    assert_int_equal(pobf_sign_keypair(public_key, f.receipt_key, seed), POBF_OK);
    fixture_sign(&f);
    assert_int_equal(appraise(), VERDICT_REFUSED);
    assert_int_equal(checks_find(&appraisal.checks, "receipt.signature")->result, CHECK_FAIL);
    assert_int_equal(checks_find(&appraisal.checks, "offer.signature")->result, CHECK_FAIL);
}

/* An end without an answer is forgotten as well, and the receipt says which end it was. */
static void an_abnormal_end_without_an_answer_is_affirmed(void **state)
{
    (void)state;
    f.exchange.sealed_answer_size = 0;
    memset(f.receipt.output_commitment, 0, sizeof f.receipt.output_commitment);
    for (int kind = POBF_EXIT_NONE; kind < POBF_EXIT_COUNT; kind++) {
        f.receipt.exit = (enum pobf_exit)kind;
        fixture_sign(&f);
        if (kind >= POBF_EXIT_REFUSED && kind != POBF_EXIT_FUEL) {
            assert_int_equal(appraise(), VERDICT_AFFIRMED);
        } else {
            assert_int_equal(appraise(), VERDICT_REFUSED);
            assert_string_equal(fixture_only_failure(&appraisal.checks), "receipt.exit");
        }
    }
}

/* Only a task that was refused or abandoned may have had no input bound to it. */
static void only_a_refused_or_abandoned_task_lacks_an_input(void **state)
{
    (void)state;
    f.exchange.sealed_answer_size = 0;
    memset(f.receipt.output_commitment, 0, sizeof f.receipt.output_commitment);
    memset(f.receipt.input_commitment, 0, sizeof f.receipt.input_commitment);
    for (int kind = POBF_EXIT_REFUSED; kind < POBF_EXIT_FUEL; kind++) {
        const int may = kind == POBF_EXIT_REFUSED || kind == POBF_EXIT_ABANDONED;

        f.receipt.exit = (enum pobf_exit)kind;
        fixture_sign(&f);
        assert_int_equal(appraise(), may ? VERDICT_AFFIRMED : VERDICT_REFUSED);
    }
}

/* Sign `before` and put it before the receipt, whose hash then names it. */
static void chain(struct fixture *before)
{
    struct pobf_part whole;

    fixture_sign(before);
    whole = (struct pobf_part){before->bytes[1], before->input.receipt.size};
    assert_int_equal(pobf_digest_sha256(f.receipt.previous, &whole, 1), POBF_OK);
    fixture_sign(&f);
    f.input.previous = (struct appraisal_file){whole.bytes, whole.size};
}

static void refused_for_its_previous(void)
{
    const char *seen;

    fixture_sign(&f);
    assert_int_equal(appraise(), VERDICT_REFUSED);
    seen = fixture_only_failure(&appraisal.checks);
    assert_non_null(seen);
    assert_string_equal(seen, "receipt.previous");
}

static void the_receipt_before_is_held_to_the_chain(void **state)
{
    struct fixture before = f;

    (void)state;
    before.receipt.sequence = 6;
    chain(&before);
    assert_int_equal(appraise(), VERDICT_AFFIRMED);
    assert_int_equal(checks_find(&appraisal.checks, "receipt.previous")->result, CHECK_PASS);
    f.receipt.sequence = 8; /* one is missing in between */
    refused_for_its_previous();
    f.receipt.sequence = 7;
    f.receipt.previous[0] ^= 1; /* one was replaced */
    refused_for_its_previous();
}

static void a_receipt_before_that_is_forged_or_of_another_boot_is_refused(void **state)
{
    const uint8_t seed[32] = {77};
    struct fixture before = f;
    uint8_t public_key[POBF_PUBLIC_KEY_BYTES];

    (void)state;
    before.receipt.sequence = 6;
    before.receipt.boot_id[0] ^= 1;
    chain(&before);
    refused_for_its_previous();
    before.receipt.boot_id[0] ^= 1;
    assert_int_equal(pobf_sign_keypair(public_key, before.receipt_key, seed), POBF_OK);
    chain(&before);
    refused_for_its_previous();
}

static void every_exit_has_a_name_and_a_sentence(void **state)
{
    (void)state;
    for (int kind = 0; kind < POBF_EXIT_COUNT; kind++) {
        assert_true(strlen(appraisal_exit_name((enum pobf_exit)kind)) > 0);
        assert_true(strlen(appraisal_exit_sentence((enum pobf_exit)kind)) > 0);
    }
    assert_string_equal(appraisal_exit_name((enum pobf_exit)99), "UNKNOWN");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_receipt_of_another_enclave_is_refused, begin),
        cmocka_unit_test_setup(an_abnormal_end_without_an_answer_is_affirmed, begin),
        cmocka_unit_test_setup(only_a_refused_or_abandoned_task_lacks_an_input, begin),
        cmocka_unit_test_setup(the_receipt_before_is_held_to_the_chain, begin),
        cmocka_unit_test_setup(a_receipt_before_that_is_forged_or_of_another_boot_is_refused,
                               begin),
        cmocka_unit_test(every_exit_has_a_name_and_a_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
