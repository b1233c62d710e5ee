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
    assert_false(appraisal.checks.overflow);
    return appraisal.verdict;
}

static void a_good_call_is_affirmed(void **state)
{
    (void)state;
    assert_int_equal(appraise(), VERDICT_AFFIRMED);
    assert_null(fixture_only_failure(&appraisal.checks));
}

/* Each spoils one thing, keeps every signature good, and names the check that must notice. */
static void spoil_evidence_nonce(void)
{
    memset(f.exchange.nonce, 99, sizeof f.exchange.nonce);
}
static void spoil_expected_nonce(void)
{
    static const uint8_t other[POBF_NONCE_BYTES] = {9};

    f.input.nonce = other;
}
static void spoil_report_data(void)
{
    f.evidence.report_data[31] ^= 1;
}
static void spoil_measurement(void)
{
    f.reference.measurement[0] ^= 1;
}
static void spoil_policy(void)
{
    f.reference.policy[31] ^= 1;
}
static void spoil_monitor(void)
{
    f.reference.monitor[15] ^= 1;
}
static void spoil_channel_key(void)
{
    f.exchange.channel_key[0] ^= 1;
}
static void spoil_expected_channel_key(void)
{
    static const uint8_t other[POBF_DIGEST_BYTES] = {9};

    f.input.channel_key = other;
}
static void spoil_sim(void)
{
    f.policy.accept_sim = 0;
}
static void spoil_root(void)
{
    static const uint8_t other[POBF_PUBLIC_KEY_BYTES] = {9};

    f.policy.sim_root = other;
}
static void spoil_offer_boot(void)
{
    f.offer.boot_id[0] ^= 1;
}
static void spoil_receipt_boot(void)
{
    f.receipt.boot_id[0] ^= 1;
}
static void spoil_receipt_measurement(void)
{
    f.receipt.measurement[0] ^= 1;
}
static void spoil_receipt_policy(void)
{
    f.receipt.policy[0] ^= 1;
}
static void spoil_task_id(void)
{
    f.receipt.task_id[0] ^= 1;
}
static void spoil_input(void)
{
    f.sealed_input[79] ^= 1;
}
static void spoil_input_salt(void)
{
    f.exchange.input_salt[0] ^= 1;
}
static void spoil_input_none(void)
{
    memset(f.receipt.input_commitment, 0, sizeof f.receipt.input_commitment);
}
static void spoil_output(void)
{
    f.sealed_answer[0] ^= 1;
}
static void spoil_output_none(void)
{
    memset(f.receipt.output_commitment, 0, sizeof f.receipt.output_commitment);
}
static void spoil_exit_none(void)
{
    f.receipt.exit = POBF_EXIT_NONE;
}
static void spoil_exit_trap(void)
{
    f.receipt.exit = POBF_EXIT_TRAP; /* with an answer, which no trap has */
}
static void spoil_mismatches(void)
{
    f.receipt.mismatches = 1;
}
static void spoil_registers(void)
{
    f.receipt.registers_cleared = 0;
}
static void spoil_key(void)
{
    f.receipt.key_destroyed = 0;
}
static void spoil_restored(void)
{
    f.receipt.restored_bytes = f.receipt.zone_bytes - 1;
}
static void spoil_zone(void)
{
    f.receipt.zone_bytes = 0;
}
static void spoil_sequence_zero(void)
{
    f.receipt.sequence = 0;
}
static void spoil_sequence_first(void)
{
    f.receipt.sequence = 1; /* though one went before */
}
static void spoil_sequence_later(void)
{
    memset(f.receipt.previous, 0, sizeof f.receipt.previous);
}

static const struct {
    void (*spoil)(void);
    const char *id;
} cases[] = {
    {spoil_evidence_nonce, "evidence.nonce"},
    {spoil_expected_nonce, "evidence.nonce"},
    {spoil_report_data, "evidence.report_data"},
    {spoil_measurement, "evidence.measurement"},
    {spoil_policy, "evidence.policy"},
    {spoil_monitor, "evidence.monitor"},
    {spoil_channel_key, "evidence.channel_key"},
    {spoil_expected_channel_key, "evidence.channel_key"},
    {spoil_sim, "evidence.platform"},
    {spoil_root, "evidence.signature"},
    {spoil_offer_boot, "offer.boot_id"},
    {spoil_receipt_boot, "receipt.boot_id"},
    {spoil_receipt_measurement, "receipt.measurement"},
    {spoil_receipt_policy, "receipt.policy"},
    {spoil_task_id, "receipt.task_id"},
    {spoil_input, "receipt.input_commitment"},
    {spoil_input_salt, "receipt.input_commitment"},
    {spoil_input_none, "receipt.input_commitment"},
    {spoil_output, "receipt.output_commitment"},
    {spoil_output_none, "receipt.output_commitment"},
    {spoil_exit_none, "receipt.exit"},
    {spoil_exit_trap, "receipt.exit"},
    {spoil_mismatches, "receipt.mismatches"},
    {spoil_registers, "receipt.registers_cleared"},
    {spoil_key, "receipt.key_destroyed"},
    {spoil_restored, "receipt.restored_bytes"},
    {spoil_zone, "receipt.restored_bytes"},
    {spoil_sequence_zero, "receipt.sequence"},
    {spoil_sequence_first, "receipt.sequence"},
    {spoil_sequence_later, "receipt.sequence"},
};

static void each_single_fault_fails_exactly_its_own_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *seen;

        fixture_init(&f);
        cases[i].spoil();
        fixture_sign(&f);
        assert_int_equal(appraise(), VERDICT_REFUSED);
        seen = fixture_only_failure(&appraisal.checks);
        assert_non_null(seen);
        assert_string_equal(seen, cases[i].id);
    }
}

static void spoil_file(struct appraisal_file *file, const char *id)
{
    const struct appraisal_file whole = *file;

    for (size_t size = 0; size < whole.size; size++) {
        file->size = size;
        assert_int_equal(appraise(), VERDICT_REFUSED);
        assert_int_equal(checks_find(&appraisal.checks, id)->result, CHECK_FAIL);
    }
    *file = whole;
}

static void every_truncation_of_evidence_is_refused(void **state)
{
    (void)state;
    spoil_file(&f.input.evidence, "evidence.parse");
}

static void every_truncation_of_a_receipt_is_refused(void **state)
{
    (void)state;
    spoil_file(&f.input.receipt, "receipt.parse");
}

static void every_truncation_of_an_exchange_is_refused(void **state)
{
    (void)state;
    spoil_file(&f.input.exchange, "exchange.parse");
}

static void a_byte_too_many_is_refused(void **state)
{
    struct appraisal_file *files[] = {&f.input.evidence, &f.input.receipt, &f.input.exchange};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        files[i]->size++; /* a zero, as the rooms are cleared */
        assert_int_equal(appraise(), VERDICT_REFUSED);
        files[i]->size--;
    }
    assert_int_equal(appraise(), VERDICT_AFFIRMED);
}

/* The exchange too: what the provider kept is compared with what was signed, bit for bit. */
static void no_flipped_bit_is_ever_affirmed(void **state)
{
    const size_t sizes[] = {f.input.evidence.size, f.input.receipt.size, f.input.exchange.size};

    (void)state;
    for (size_t file = 0; file < 3; file++) {
        for (size_t bit = 0; bit < 8 * sizes[file]; bit++) {
            f.bytes[file][bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_int_not_equal(appraise(), VERDICT_AFFIRMED);
            f.bytes[file][bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
    assert_int_equal(appraise(), VERDICT_AFFIRMED);
}

static void what_is_missing_is_never_affirmed(void **state)
{
    struct appraisal_file *files[] = {&f.input.evidence, &f.input.receipt, &f.input.exchange};
    static const char *const advice[] = {
        "give the evidence", "give the receipt",
        "the enclave of this evidence did not sign this receipt: give the evidence of its boot"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct appraisal_file whole = *files[i];

        *files[i] = (struct appraisal_file){NULL, 0};
        assert_int_equal(appraise(), VERDICT_CANNOT_TELL);
        assert_string_equal(checks_find(&appraisal.checks, "receipt.signature")->advice, advice[i]);
        *files[i] = whole;
    }
    f.policy.reference = NULL;
    assert_int_equal(appraise(), VERDICT_CANNOT_TELL);
    assert_int_equal(checks_find(&appraisal.checks, "evidence.measurement")->result,
                     CHECK_NOT_EVALUATED);
}

static void nothing_at_all_cannot_be_told(void **state)
{
    const struct appraisal_input nothing = {.scope = APPRAISAL_EVIDENCE};
    size_t mandatory = 0;

    (void)state;
    appraisal_run(&appraisal, &nothing, &f.policy);
    assert_int_equal(appraisal.verdict, VERDICT_CANNOT_TELL);
    for (size_t i = 0; i < appraisal.checks.count; i++) {
        assert_int_equal(appraisal.checks.item[i].result, CHECK_NOT_EVALUATED);
        mandatory += appraisal.checks.item[i].mandatory != 0;
    }
    assert_int_equal(mandatory, 8);
}

static void every_check_is_always_listed_with_advice(void **state)
{
    size_t count;

    (void)state;
    appraise();
    count = appraisal.checks.count;
    f.input.receipt.bytes = NULL;
    appraise();
    assert_int_equal(appraisal.checks.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(appraisal.checks.item[i].advice);
    }
}

static void evidence_alone_needs_a_nonce(void **state)
{
    (void)state;
    f.input.scope = APPRAISAL_EVIDENCE;
    f.input.receipt.bytes = NULL;
    f.input.exchange.bytes = NULL;
    assert_int_equal(appraise(), VERDICT_CANNOT_TELL);
    f.input.nonce = f.evidence.nonce;
    assert_int_equal(appraise(), VERDICT_AFFIRMED);
    f.input.scope = APPRAISAL_CHANNEL; /* whose TLS key is not known here */
    assert_int_equal(appraise(), VERDICT_CANNOT_TELL);
    f.input.channel_key = f.evidence.channel_key;
    assert_int_equal(appraise(), VERDICT_AFFIRMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_good_call_is_affirmed, begin),
        cmocka_unit_test_setup(each_single_fault_fails_exactly_its_own_check, begin),
        cmocka_unit_test_setup(every_truncation_of_evidence_is_refused, begin),
        cmocka_unit_test_setup(every_truncation_of_a_receipt_is_refused, begin),
        cmocka_unit_test_setup(every_truncation_of_an_exchange_is_refused, begin),
        cmocka_unit_test_setup(a_byte_too_many_is_refused, begin),
        cmocka_unit_test_setup(no_flipped_bit_is_ever_affirmed, begin),
        cmocka_unit_test_setup(what_is_missing_is_never_affirmed, begin),
        cmocka_unit_test_setup(nothing_at_all_cannot_be_told, begin),
        cmocka_unit_test_setup(every_check_is_always_listed_with_advice, begin),
        cmocka_unit_test_setup(evidence_alone_needs_a_nonce, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
