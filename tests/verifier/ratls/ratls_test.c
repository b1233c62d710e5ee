#include "framework/wire/quote.h"
#include "tests/verifier/ratls/made.h"
#include "verifier/ratls/ratls.h"

static struct ratls_made made;

static int open_all(void **state)
{
    (void)state;
    made_open(&made.snp);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    hardware_clear(&fixture);
    made_close(&made.snp);
    return 0;
}

static void appraise(const struct ratls_wish *wish)
{
    ratls_make(&made, wish);
    fixture_appraise("auto", made.der, made.size);
}

static void a_certificate_is_appraised_by_what_it_carries(void **state)
{
    const struct ratls_wish good = {.other_key = 0};

    (void)state;
    appraise(&good);
    assert_affirming();
    assert_string_equal(fixture.platform, "snp");
    assert_int_equal(fixture.accepted_until, CHAIN_UNTIL);
    assert_non_null(json_object_get(fixture.found.claims, "tls_key_hash"));
    fixture_appraise("ra-tls", made.der, made.size);
    assert_affirming();
}

static const uint8_t words[] = "no evidence of any platform";

static const struct {
    struct ratls_wish wish;
    const char *failed;
} wrong[] = {
    {{.other_key = 1}, "ratls.key"},
    {{.algorithm = 7}, "ratls.key"}, /* another hash than the one that is said */
    {{.algorithm = 99}, "ratls.key"},
    {{.other_data = 1}, "ratls.claims"},
    {{.leftover = 1}, "ratls.parse"},
    {{.until = CHAIN_AT - 1}, "clock ratls.validity"},
    {{.evidence = words, .evidence_size = sizeof words}, "ratls.evidence"},
};

static void each_defect_fails_its_own_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        appraise(&wrong[i].wish);
        assert_failed(wrong[i].failed);
    }
}

/* Nobody judges who signed the certificate, so whoever holds its key writes what he likes into it. */
static void a_date_that_is_none_is_no_date_long_ago(void **state)
{
    static const uint8_t head[] = {0x17, 13}; /* UTCTime; notBefore is the first */
    const struct ratls_wish good = {.other_key = 0};
    uint8_t *date;

    (void)state;
    ratls_make(&made, &good);
    date = memmem(made.der, made.size, head, sizeof head);
    assert_non_null(date);
    date[4] = 'x';
    fixture_appraise("ra-tls", made.der, made.size);
    assert_failed("ratls.validity");
}

static void an_extension_that_is_there_twice_is_none(void **state)
{
    const struct ratls_wish wish = {.twice = 1};

    (void)state;
    appraise(&wish);
    assert_failed("evidence.format");
    fixture_appraise("ra-tls", made.der, made.size);
    assert_failed("ratls.parse");
}

static void another_nonce_is_refused(void **state)
{
    static const uint8_t other[32] = {9, 8, 6};
    const struct ratls_wish good = {.other_key = 0};
    const struct ratls_wish without = {.no_nonce = 1};

    (void)state;
    ratls_make(&made, &good);
    fixture_input.nonce = other;
    fixture_appraise("auto", made.der, made.size);
    assert_failed("evidence.report_data");
    appraise(&without);
    assert_failed("evidence.report_data");
}

/* A certificate in a certificate would be evidence of evidence, without an end. */
static void a_certificate_within_is_not_opened(void **state)
{
    static uint8_t inner[sizeof made.der];
    struct ratls_wish wish = {.other_key = 0};
    size_t size;

    (void)state;
    ratls_make(&made, &wish);
    size = made.size;
    memcpy(inner, made.der, size);
    wish.evidence = inner;
    wish.evidence_size = size;
    appraise(&wish);
    assert_failed("ratls.evidence");
}

/* Names, dates and signature of the certificate are TLS's to check, with the key that is bound here. */
static void no_flip_of_evidence_claims_or_key_is_accepted(void **state)
{
    const struct ratls_wish good = {.other_key = 0};

    (void)state;
    ratls_make(&made, &good);
    assert_every_flip_is_refused("auto", made.der, made.size, made.key_at,
                                 made.key_at + made.key_size);
    assert_flips_are_refused("auto", made.der, made.size, made.value_at, made.value_at + 8 + 0x2a0,
                             9);
    assert_every_flip_is_refused("auto", made.der, made.size,
                                 made.value_at + 8 + POBF_SNP_REPORT_BYTES,
                                 made.value_at + made.value_size);
}

/* Of what a certificate says, that which hangs on its own bytes; NULL: all of it holds. */
static const char *find_broken(void)
{
    static const char *const ids[] = {"ratls.parse",       "ratls.evidence",      "ratls.key",
                                      "ratls.claims",      "ratls.validity",      "dcap.signature",
                                      "dcap.qe_signature", "dcap.attestation_key"};

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        const struct check *check = checks_find(&fixture.checks, ids[i]);

        if (check == NULL || check->result != CHECK_PASS) {
            return ids[i];
        }
    }
    return NULL;
}

/* Gramine's, in DER, and where its key is. Its collateral is not among the vectors. */
static size_t load_genuine(uint8_t *der, size_t room, size_t *key_at, size_t *key_size)
{
    static uint8_t pem[32 * 1024];
    struct certs certs = {.count = 0};
    uint8_t *info = NULL;
    size_t size =
        fixture_vector(pem, sizeof pem, "ra-tls/interoperable-ra-tls", "gramine-cert.pem");

    assert_int_equal(certs_add(&certs, pem, size), POBF_OK);
    size = chain_print(der, room, certs.cert[0]);
    *key_size = (size_t)i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certs.cert[0]), &info);
    *key_at = (size_t)((uint8_t *)memmem(der, size, info, *key_size) - der);
    assert_true(*key_at < size);
    OPENSSL_free(info);
    certs_clear(&certs);
    fixture_begin(CHAIN_AT);
    return size;
}

static void a_genuine_certificate_binds_its_key(void **state)
{
    static uint8_t der[32 * 1024];
    size_t key_at, key_size;

    (void)state;
    fixture_appraise("auto", der, load_genuine(der, sizeof der, &key_at, &key_size));
    assert_string_equal(fixture.platform, "sgx");
    assert_null(find_broken());
    assert_int_equal(fixture.accepted, 0); /* nothing says how its firmware stands */
}

static void assert_flips_break_something(uint8_t *der, size_t size, size_t from, size_t count)
{
    for (size_t bit = 8 * from; bit < 8 * (from + count); bit++) {
        der[bit / 8] ^= (uint8_t)(1 << bit % 8);
        fixture_appraise("ra-tls", der, size);
        if (find_broken() == NULL) {
            fail_msg("bit %zu of byte %zu may be flipped", bit % 8, bit / 8);
        }
        der[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    fixture_appraise("ra-tls", der, size);
    assert_null(find_broken());
}

/* The key, what the quote signs, the claims. */
static void no_flip_of_a_genuine_certificate_goes_unnoticed(void **state)
{
    static const uint8_t begin[] = {0xd9, 0xea, 0x60, 0x82, 0x59}; /* 60000([quote .. */
    static const uint8_t claims[] = {0x58, 0x33, 0xa1};            /* .. << {"pubkey-hash" .. */
    static uint8_t der[32 * 1024];
    size_t key_at, key_size;
    const size_t size = load_genuine(der, sizeof der, &key_at, &key_size);
    const uint8_t *quote = memmem(der, size, begin, sizeof begin);
    const uint8_t *claim = memmem(der, size, claims, sizeof claims);

    (void)state;
    assert_non_null(quote);
    assert_non_null(claim);
    assert_flips_break_something(der, size, key_at, key_size);
    assert_flips_break_something(der, size, (size_t)(quote - der) + sizeof begin + 2,
                                 POBF_QUOTE_HEADER_BYTES + POBF_QUOTE_SGX_BYTES);
    assert_flips_break_something(der, size, (size_t)(claim - der) + 2, 0x33);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_is_appraised_by_what_it_carries),
        cmocka_unit_test(each_defect_fails_its_own_check),
        cmocka_unit_test(a_date_that_is_none_is_no_date_long_ago),
        cmocka_unit_test(an_extension_that_is_there_twice_is_none),
        cmocka_unit_test(another_nonce_is_refused),
        cmocka_unit_test(a_certificate_within_is_not_opened),
        cmocka_unit_test(no_flip_of_evidence_claims_or_key_is_accepted),
        cmocka_unit_test(a_genuine_certificate_binds_its_key),
        cmocka_unit_test(no_flip_of_a_genuine_certificate_goes_unnoticed),
    };

    return cmocka_run_group_tests_name("verifier/ratls", tests, open_all, close_all);
}
