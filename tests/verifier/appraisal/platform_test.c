#include <jansson.h>

#include "tests/verifier/appraisal/fixture.h"
#include "tests/verifier/tpm/made.h"

/* A call whose evidence stands in an envelope with the quote of a TPM; what is wrong is in `bad`. */

static struct fixture f;
static struct appraisal appraisal;
static struct hardware_input trust;
static struct hardware_policy policy;

/* Each of these alone, or nothing. */
static struct {
    struct tpm_wish quote;
    int other_data;     /* the quote is over something else                     */
    int other_register; /* something more was extended                          */
    int zero_register;  /* the TPM was reset                                    */
    int no_monitor;     /* only the image was extended                          */
    int late_key;       /* the receipt key is exchanged after the quote         */
    int late_monitor;   /* the monitor is, to the one that the client expects   */
} bad;

static void extend(uint8_t value[32], const uint8_t digest[32])
{
    uint8_t both[64];

    memcpy(both, value, 32);
    memcpy(both + 32, digest, 32);
    crypto_hash_sha256(value, both, sizeof both);
}

static void measure(uint8_t value[32])
{
    memset(value, 0, 32);
    if (bad.zero_register) {
        return;
    }
    if (!bad.no_monitor) {
        extend(value, f.evidence.monitor);
    }
    extend(value, f.evidence.measurement);
    if (bad.other_register) {
        extend(value, f.evidence.policy);
    }
}

static json_t *make_quote(void)
{
    static uint8_t text[MADE_ROOM];
    uint8_t digest[32];
    uint8_t register_23[32];
    size_t size;
    json_t *root;

    crypto_hash_sha256(digest, f.input.evidence.bytes, f.input.evidence.size);
    digest[31] ^= (uint8_t)bad.other_data;
    measure(register_23);
    bad.quote.data = digest;
    bad.quote.register_23 = register_23;
    size = tpm_make(text, &bad.quote);
    root = json_loadb((const char *)text, size, 0, NULL);
    assert_non_null(root);
    return root;
}

/* Put evidence and quote into an envelope, which is the evidence from here on. */
static void seal(json_t *root)
{
    static char envelope[MADE_ROOM];
    static char text[MADE_ROOM];

    sodium_bin2base64(text, sizeof text, f.input.evidence.bytes, f.input.evidence.size,
                      sodium_base64_VARIANT_ORIGINAL);
    json_object_set_new(root, "profile", json_string("tag:pobf,2026:evidence+tpm"));
    json_object_set_new(root, "evidence", json_string(text));
    f.input.evidence.size = json_dumpb(root, envelope, sizeof envelope, JSON_COMPACT);
    f.input.evidence.bytes = (const uint8_t *)envelope;
    assert_in_range(f.input.evidence.size, 1, sizeof envelope);
    json_decref(root);
}

static void appraise(void)
{
    json_t *quote = make_quote();

    if (bad.late_key || bad.late_monitor) {
        fixture_sign_late(&f, bad.late_key, bad.late_monitor);
    }
    seal(quote);
    appraisal_run(&appraisal, &f.input, &f.policy);
}

static int begin(void **state)
{
    (void)state;
    tpm_begin(state);
    fixture_init(&f);
    policy_affirming(&policy);
    trust = (struct hardware_input){.endorsements = fixture_endorsements,
                                    .endorsement_count = 1,
                                    .named_count = 1,
                                    .at = CHAIN_AT,
                                    .policy = &policy};
    f.policy.accept_sim = 0;
    f.policy.platform = &trust;
    memset(&bad, 0, sizeof bad);
    return 0;
}

static void a_quote_over_the_evidence_is_affirmed(void **state)
{
    (void)state;
    appraise();
    assert_int_equal(appraisal.verdict, VERDICT_AFFIRMED);
    assert_int_equal(appraisal.platform, APPRAISAL_PLATFORM_TPM);
}

static void without_an_envelope_it_is_the_simulator(void **state)
{
    (void)state;
    appraisal_run(&appraisal, &f.input, &f.policy);
    assert_int_equal(appraisal.verdict, VERDICT_REFUSED);
    assert_string_equal(fixture_only_failure(&appraisal.checks), "evidence.platform");
}

/* Exactly these checks failed, in this order, one space between. */
static void assert_only(const char *expected)
{
    char seen[512] = "";

    for (size_t i = 0; i < appraisal.checks.count; i++) {
        if (appraisal.checks.item[i].result == CHECK_FAIL) {
            snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s%s",
                     seen[0] == '\0' ? "" : " ", appraisal.checks.item[i].id);
        }
    }
    assert_string_equal(seen, expected);
    assert_int_equal(appraisal.verdict, VERDICT_REFUSED);
}

static void each_attack_is_refused_at_its_own_check(void **state)
{
    const struct {
        int *wrong;
        const char *failed;
    } attacks[] = {
        {&bad.other_data, "evidence.platform platform.report_data"},
        {&bad.late_key, "evidence.platform platform.report_data"},
        {&bad.other_register, "platform.measurement"},
        {&bad.zero_register, "platform.measurement"},
        {&bad.no_monitor, "platform.measurement"},
        {&bad.quote.by_stranger, "evidence.platform tpm.signature"},
        {&bad.quote.other_register, "evidence.platform tpm.pcrs platform.measurement"},
        {&bad.quote.sha1, "evidence.platform tpm.signature_algorithm tpm.pcrs"},
    };

    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        begin(state);
        *attacks[i].wrong = 1;
        appraise();
        assert_only(attacks[i].failed);
    }
}

/* A policy may hold what was asked of other evidence: the quote is over this one, or it is refused. */
static void no_nonce_of_a_policy_stands_for_the_evidence(void **state)
{
    uint8_t digest[32];

    (void)state;
    crypto_hash_sha256(digest, f.input.evidence.bytes, f.input.evidence.size);
    digest[31] ^= 1;
    bad.other_data = 1;
    trust.nonce = digest;
    trust.nonce_size = sizeof digest;
    appraise();
    assert_only("evidence.platform platform.report_data");
}

/* The host runs a monitor of its own, and says afterwards that it ran the expected one. */
static void another_monitor_cannot_be_renamed(void **state)
{
    (void)state;
    memset(f.evidence.monitor, 0x66, sizeof f.evidence.monitor);
    fixture_sign(&f);
    bad.late_monitor = 1;
    appraise();
    assert_only("evidence.platform platform.report_data platform.measurement");
}

static void what_is_missing_is_never_a_yes(void **state)
{
    (void)state;
    f.policy.platform = NULL;
    appraise();
    assert_int_equal(appraisal.verdict, VERDICT_CANNOT_TELL);
    begin(state);
    f.policy.accept_sim = 1; /* it is no way around the quote */
    trust.endorsement_count = 0;
    appraise();
    assert_int_equal(appraisal.verdict, VERDICT_CANNOT_TELL);
    begin(state);
    bad.quote.no_register = 1;
    appraise();
    assert_only("evidence.platform tpm.pcrs");
}

/* Every bit with POBF_FLIPS=all, else every ninth. JSON has bits that say nothing: case, white space. */
static void every_flip_of_the_envelope_is_refused_or_says_the_same(void **state)
{
    static uint8_t bytes[MADE_ROOM];
    const char *all = getenv("POBF_FLIPS");
    const size_t step = all != NULL && strcmp(all, "all") == 0 ? 1 : 9;
    struct pobf_evidence said;

    (void)state;
    appraise();
    said = appraisal.evidence;
    memcpy(bytes, f.input.evidence.bytes, f.input.evidence.size);
    f.input.evidence.bytes = bytes;
    for (size_t bit = 0; bit < 8 * f.input.evidence.size; bit += step) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        appraisal_run(&appraisal, &f.input, &f.policy);
        if (appraisal.verdict == VERDICT_AFFIRMED) {
            assert_memory_equal(&appraisal.evidence, &said, sizeof said);
        }
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    appraisal_run(&appraisal, &f.input, &f.policy);
    assert_int_equal(appraisal.verdict, VERDICT_AFFIRMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_quote_over_the_evidence_is_affirmed, begin),
        cmocka_unit_test_setup(without_an_envelope_it_is_the_simulator, begin),
        cmocka_unit_test_setup(each_attack_is_refused_at_its_own_check, begin),
        cmocka_unit_test_setup(no_nonce_of_a_policy_stands_for_the_evidence, begin),
        cmocka_unit_test_setup(another_monitor_cannot_be_renamed, begin),
        cmocka_unit_test_setup(what_is_missing_is_never_a_yes, begin),
        cmocka_unit_test_setup(every_flip_of_the_envelope_is_refused_or_says_the_same, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
