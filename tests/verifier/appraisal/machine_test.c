#include <jansson.h>

#include "tests/verifier/appraisal/fixture.h"
#define made_sign made_report_sign /* both frames of made evidence have one */
#include "tests/verifier/snp/made.h"
#undef made_sign
#include "tests/verifier/corim/made.h"

/*
 * A call whose evidence stands in an envelope with the report of a confidential machine over it: reports of
 * SEV-SNP of our own, under a root of our own, so this is a STAND-IN for such a machine. What is wrong is
 * in `bad`.
 */

static struct fixture f;
static struct appraisal appraisal;
static struct made_snp snp;
static struct hardware_input trust;
static struct hardware_policy policy;
static uint8_t reference[MADE_ROOM];

/* Each of these alone, or nothing. */
static struct {
    int other_data;      /* the report is over something else                           */
    int other_launch;    /* the machine was launched as another                         */
    int debug;           /* whoever runs it can look inside                             */
    int late_key;        /* the receipt key is exchanged after the report               */
    int late_monitor;    /* the monitor is, to the one that the client expects          */
    int other_vek;       /* the certificate of another chip comes along                 */
    int no_certificates; /* none comes along                                            */
    int list;            /* a revocation list comes along that is good                  */
    int revoked;         /* one that names the ASK does                                 */
    const char *profile; /* in place of evidence+snp                                    */
    const char *more;    /* one more member                                             */
} bad;

static void make_report(void)
{
    uint8_t digest[32];

    crypto_hash_sha256(digest, f.input.evidence.bytes, f.input.evidence.size);
    digest[31] ^= (uint8_t)bad.other_data;
    made_vek(&snp, &made_products[3], 0);
    made_report(&snp, &made_products[3], 0);
    memset(snp.report + 0x50, 0, 64);
    memcpy(snp.report + 0x50, digest, sizeof digest);
    snp.report[0x90] ^= (uint8_t)bad.other_launch;
    snp.report[0x0a] |= (uint8_t)(bad.debug << 3);
    made_report_sign(&snp);
    if (bad.other_vek) {
        made_vek(&snp, &made_products[3], 0);
    }
}

static json_t *base64(const uint8_t *bytes, size_t size)
{
    static char text[MADE_ROOM];

    return json_string(
        sodium_bin2base64(text, sizeof text, bytes, size, sodium_base64_VARIANT_ORIGINAL));
}

/* What the host's table of certificates holds. */
static json_t *certificates(void)
{
    json_t *list =
        json_pack("[o, o]", base64(snp.vek_der, snp.vek_size), base64(snp.ask_der, snp.ask_size));
    uint8_t der[2048];
    X509_CRL *crl;

    if (bad.list || bad.revoked) {
        crl = chain_crl(&snp.ark, bad.revoked ? snp.ask.cert : NULL);
        json_array_append_new(list, base64(der, chain_print_crl(der, sizeof der, crl)));
        X509_CRL_free(crl);
    }
    return list;
}

/* Put evidence and report into an envelope, which is the evidence from here on. */
static void seal(void)
{
    static char envelope[MADE_ROOM];
    json_t *root = json_pack("{s:s, s:o, s:o}", "profile",
                             bad.profile != NULL ? bad.profile : "tag:pobf,2026:evidence+snp",
                             "evidence", base64(f.input.evidence.bytes, f.input.evidence.size),
                             "report", base64(snp.report, POBF_SNP_REPORT_BYTES));

    if (!bad.no_certificates) {
        json_object_set_new(root, "certificates", certificates());
    }
    if (bad.more != NULL) {
        json_object_set_new(root, bad.more, json_string("AAAA"));
    }
    f.input.evidence.size = json_dumpb(root, envelope, sizeof envelope, JSON_COMPACT);
    f.input.evidence.bytes = (const uint8_t *)envelope;
    assert_in_range(f.input.evidence.size, 1, sizeof envelope);
    json_decref(root);
}

static void appraise(void)
{
    make_report();
    if (bad.late_key || bad.late_monitor) {
        fixture_sign_late(&f, bad.late_key, bad.late_monitor);
    }
    seal();
    appraisal_run(&appraisal, &f.input, &f.policy);
}

/* This measurement, and no other, by the policy. */
static void name_launch(void)
{
    static const char text[] = "{\"name\": \"machine\", \"measurements\": "
                               "[\"222222222222222222222222222222222222222222222222"
                               "222222222222222222222222222222222222222222222222\"]}";
    const char *defect;

    policy_clear(&policy);
    assert_int_equal(policy_parse(&policy, (const uint8_t *)text, sizeof text - 1, &defect),
                     POBF_OK);
}

static int begin(void **state)
{
    (void)state;
    fixture_init(&f);
    name_launch();
    trust = (struct hardware_input){.at = CHAIN_AT, .policy = &policy, .roots = &snp.roots};
    f.policy.accept_sim = 0;
    f.policy.platform = &trust;
    memset(&bad, 0, sizeof bad);
    return 0;
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

/* Nothing failed, and it is no yes: this mandatory check, the first, was not evaluated. */
static void assert_untold(const char *id)
{
    const struct check *missing = checks_reason(&appraisal.checks, CHECK_NOT_EVALUATED);

    assert_null(checks_reason(&appraisal.checks, CHECK_FAIL));
    assert_non_null(missing);
    assert_string_equal(missing->id, id);
    assert_int_equal(appraisal.verdict, VERDICT_CANNOT_TELL);
}

static void a_machine_that_is_named_is_affirmed(void **state)
{
    const struct corim_wish good = {.number = 641, .fill = 0x22};

    appraise();
    assert_int_equal(appraisal.verdict, VERDICT_AFFIRMED);
    assert_int_equal(appraisal.platform, APPRAISAL_PLATFORM_SNP);
    begin(state);
    trust.policy = NULL;
    trust.reference =
        (struct hardware_item){reference, corim_make(reference, sizeof reference, &good)};
    appraise();
    assert_int_equal(appraisal.verdict, VERDICT_AFFIRMED);
}

/* The hardware says how some machine was launched; that says nothing to whoever expects none. */
static void a_machine_that_nobody_named_cannot_be_told(void **state)
{
    (void)state;
    trust.policy = NULL;
    appraise();
    assert_untold("platform.measurement");
}

static void what_is_missing_is_never_a_yes(void **state)
{
    static struct hardware_item items[2];

    bad.no_certificates = 1;
    appraise();
    assert_untold("evidence.platform");
    items[0] = (struct hardware_item){snp.vek_der, snp.vek_size};
    items[1] = (struct hardware_item){snp.ask_der, snp.ask_size};
    trust.endorsements = items;
    trust.endorsement_count = trust.named_count = 2;
    appraisal_run(&appraisal, &f.input, &f.policy);
    assert_int_equal(appraisal.verdict, VERDICT_AFFIRMED); /* control: these were missing */
    begin(state);
    f.policy.accept_sim = 1; /* it is no way around the report */
    bad.no_certificates = 1;
    appraise();
    assert_untold("evidence.platform");
}

static void each_attack_is_refused_at_its_own_check(void **state)
{
    const struct {
        int *wrong;
        const char *failed;
    } attacks[] = {
        {&bad.other_data, "evidence.platform platform.report_data"},
        {&bad.late_key, "evidence.platform platform.report_data"},
        {&bad.other_launch, "evidence.platform policy.measurement platform.measurement"},
        {&bad.debug, "evidence.platform platform.debug"},
        {&bad.other_vek, "evidence.platform snp.signature"},
        {&bad.revoked, "evidence.platform snp.revocation"},
    };

    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        begin(state);
        *attacks[i].wrong = 1;
        appraise();
        assert_only(attacks[i].failed);
    }
}

static void a_revocation_list_that_comes_along_counts(void **state)
{
    const struct check *check;

    appraise();
    assert_null(checks_find(&appraisal.checks, "snp.revocation")); /* control: there was none */
    begin(state);
    bad.list = 1;
    appraise();
    check = checks_find(&appraisal.checks, "snp.revocation");
    assert_non_null(check);
    assert_int_equal(check->result, CHECK_PASS);
    assert_int_equal(appraisal.verdict, VERDICT_AFFIRMED);
}

/* The system runs a monitor of its own, and somebody says afterwards that it ran the expected one. */
static void another_monitor_cannot_be_renamed(void **state)
{
    (void)state;
    memset(f.evidence.monitor, 0x66, sizeof f.evidence.monitor);
    fixture_sign(&f);
    bad.late_monitor = 1;
    appraise();
    assert_only("evidence.platform platform.report_data");
}

/* A root of somebody's own is nobody's: the vendor's alone counts where no other was given. */
static void another_root_is_refused(void **state)
{
    (void)state;
    trust.roots = NULL;
    appraise();
    assert_only("evidence.platform snp.chain");
}

static void an_envelope_has_its_members_and_no_others(void **state)
{
    static const char *const profiles[] = {
        "tag:pobf,2026:evidence+tpm", "tag:pobf,2026:evidence+sim", "tag:pobf,2026:evidence+none",
        "tag:pobf,2026:evidence+",    "tag:pobf,2026:evidence",     "evidence+snp"};

    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        begin(state);
        bad.profile = profiles[i];
        appraise();
        assert_only("evidence.parse");
    }
    begin(state);
    bad.more = "tpm_quote";
    appraise();
    assert_only("evidence.parse");
}

static void a_report_is_judged_as_what_the_profile_says(void **state)
{
    bad.profile = "tag:pobf,2026:evidence+cca";
    appraise();
    assert_int_equal(appraisal.verdict, VERDICT_REFUSED);
    begin(state);
    bad.profile = "tag:pobf,2026:evidence+tdx";
    appraise();
    assert_int_equal(appraisal.verdict, VERDICT_REFUSED);
}

/* Every bit with POBF_FLIPS=all, else some all over it. JSON has bits that say nothing. */
static void every_flip_of_the_envelope_is_refused_or_says_the_same(void **state)
{
    static uint8_t bytes[MADE_ROOM];
    const char *all = getenv("POBF_FLIPS");
    const size_t step = all != NULL && strcmp(all, "all") == 0 ? 1 : 41;
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

static int open_all(void **state)
{
    (void)state;
    made_open(&snp);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    policy_clear(&policy);
    made_close(&snp);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_machine_that_is_named_is_affirmed, begin),
        cmocka_unit_test_setup(a_machine_that_nobody_named_cannot_be_told, begin),
        cmocka_unit_test_setup(what_is_missing_is_never_a_yes, begin),
        cmocka_unit_test_setup(each_attack_is_refused_at_its_own_check, begin),
        cmocka_unit_test_setup(a_revocation_list_that_comes_along_counts, begin),
        cmocka_unit_test_setup(another_monitor_cannot_be_renamed, begin),
        cmocka_unit_test_setup(another_root_is_refused, begin),
        cmocka_unit_test_setup(an_envelope_has_its_members_and_no_others, begin),
        cmocka_unit_test_setup(a_report_is_judged_as_what_the_profile_says, begin),
        cmocka_unit_test_setup(every_flip_of_the_envelope_is_refused_or_says_the_same, begin),
    };

    return cmocka_run_group_tests_name("verifier/appraisal/machine", tests, open_all, close_all);
}
