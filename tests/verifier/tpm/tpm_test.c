#include "tests/verifier/tpm/made.h"

/* Quotes of our own: what is wrong with one is what is said. */

static uint8_t evidence[MADE_ROOM];

static void a_good_quote_is_affirmed(void **state)
{
    const struct tpm_wish good = {.magic = 0};

    (void)state;
    fixture_appraise("auto", evidence, tpm_make(evidence, &good));
    assert_string_equal(fixture.platform, "tpm");
    assert_affirming();
}

static const struct {
    struct tpm_wish wish;
    const char *failed;
} wrong[] = {
    {{.magic = 0xff544348}, "tpm.magic"},
    {{.type = 0x8017}, "tpm.type"},
    {{.other_register = 1}, "tpm.pcrs"},
    {{.no_register = 1}, "tpm.pcrs"},
    {{.sha1 = 1}, "tpm.signature_algorithm tpm.pcrs"},
    {{.leftover = 1}, "tpm.signature_algorithm"},
};

static void each_defect_fails_its_own_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        fixture_appraise("tpm", evidence, tpm_make(evidence, &wrong[i].wish));
        assert_failed(wrong[i].failed);
    }
}

static void every_flip_of_message_and_signature_is_refused(void **state)
{
    const struct tpm_wish good = {.magic = 0};
    struct tpm_bytes_out message, signature;

    (void)state;
    tpm_make_message(&message, &good);
    tpm_make_signature(&signature, &good, &message);
    for (size_t bit = 0; bit < 8 * (message.size + signature.size); bit++) {
        const size_t at = bit / 8;
        uint8_t *byte =
            at < message.size ? &message.bytes[at] : &signature.bytes[at - message.size];

        *byte ^= (uint8_t)(1 << bit % 8);
        fixture_appraise("tpm", evidence,
                         tpm_print(evidence, &message, &signature, tpm_make_registers(&good)));
        assert_int_equal(fixture.accepted, 0);
        *byte ^= (uint8_t)(1 << bit % 8);
    }
    fixture_appraise("tpm", evidence,
                     tpm_print(evidence, &message, &signature, tpm_make_registers(&good)));
    assert_affirming();
}

static void the_ak_is_the_one_that_is_named(void **state)
{
    const struct tpm_wish good = {.magic = 0};
    static uint8_t pem[1024];

    (void)state;
    fixture_input.endorsement_count = 0;
    fixture_endorse(pem, made_pem(pem, sizeof pem, tpm_stranger));
    fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
    assert_failed("tpm.signature");
    fixture_endorse(tpm_pem, tpm_pem_size);
    fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
    assert_failed("tpm.ak");
    fixture_input.endorsement_count = 0;
    fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
    assert_int_equal(hardware_exit_code(&fixture), 3);
}

/* A certificate of the AK in DER, with these uses; its size. */
static size_t make_certificate(uint8_t *der, enum chain_kind kind, const char *uses)
{
    static const uint8_t attestation[] = {0x30, 7, 6, 5, 0x67, 0x81, 5, 8, 3}; /* 2.23.133.8.3 */
    static const uint8_t server[] = {0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1};
    const struct chain_extension extension = {
        "2.5.29.37", strcmp(uses, "server") == 0 ? server : attestation,
        strcmp(uses, "server") == 0 ? sizeof server : sizeof attestation, 0};
    const struct chain_wish wish = {.kind = kind,
                                    .name = "AK",
                                    .extensions = &extension,
                                    .extension_count = strcmp(uses, "none") == 0 ? 0 : 1};
    struct chain_party party;
    size_t size;

    chain_make(&party, &wish);
    assert_int_equal(X509_set_pubkey(party.cert, tpm_ak), 1);
    chain_sign(party.cert, party.key);
    size = (size_t)i2d_X509(party.cert, &der);
    X509_free(party.cert);
    EVP_PKEY_free(party.key);
    return size;
}

static const struct {
    enum chain_kind kind;
    const char *uses;
    const char *failed;
} certificates[] = {
    {CHAIN_LEAF, "attestation", ""},
    {CHAIN_LEAF, "none", "tpm.ak.use"},
    {CHAIN_LEAF, "server", "tpm.ak.use"},
    {CHAIN_ISSUER, "attestation", "tpm.ak.use"},
    {CHAIN_BARE_LEAF, "attestation", "tpm.ak.use"},
};

static void a_certificate_must_be_one_of_an_ak(void **state)
{
    const struct tpm_wish good = {.magic = 0};
    static uint8_t der[4096];

    (void)state;
    for (size_t i = 0; i < sizeof certificates / sizeof certificates[0]; i++) {
        fixture_input.endorsement_count = 0;
        fixture_endorse(der, make_certificate(der, certificates[i].kind, certificates[i].uses));
        fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
        assert_string_equal(fixture_failed(), certificates[i].failed);
        assert_int_equal(fixture.accepted, i == 0);
    }
}

/* The quote, with a certificate of the AK that this authority gave; what it is, is kept in *leaf. */
static size_t make_certified(const struct chain_party *authority, struct chain_party *leaf)
{
    static const uint8_t attestation[] = {0x30, 7, 6, 5, 0x67, 0x81, 5, 8, 3};
    const struct chain_extension extension = {"2.5.29.37", attestation, sizeof attestation, 0};
    const struct chain_wish wish = {.kind = CHAIN_LEAF,
                                    .name = "AK",
                                    .issuer = authority,
                                    .extensions = &extension,
                                    .extension_count = 1};
    const struct tpm_wish good = {.magic = 0};
    static uint8_t der[4096];
    json_t *root = json_loadb((const char *)evidence, tpm_make(evidence, &good), 0, NULL);
    size_t size;

    chain_make(leaf, &wish);
    assert_int_equal(X509_set_pubkey(leaf->cert, tpm_ak), 1);
    chain_sign(leaf->cert, authority->key);
    json_object_set_new(root, "ak_certificate",
                        tpm_hex(der, chain_print(der, sizeof der, leaf->cert)));
    size = json_dumpb(root, (char *)evidence, MADE_ROOM, 0);
    assert_in_range(size, 1, MADE_ROOM);
    json_decref(root);
    return size;
}

static void an_authority_counts_where_it_is_named_until_it_revokes(void **state)
{
    const struct chain_wish wish = {.kind = CHAIN_ISSUER, .name = "enrolment"};
    static uint8_t root[4096], clean[4096], revoking[4096];
    struct chain_party authority, leaf;
    size_t size, list_size;
    X509_CRL *list;

    (void)state;
    chain_make(&authority, &wish);
    size = make_certified(&authority, &leaf);
    fixture_input.endorsement_count = 0;
    fixture_endorse(root, chain_print(root, sizeof root, authority.cert));
    fixture_appraise("tpm", evidence, size);
    assert_affirming();
    fixture_input.named_count = 0; /* it came along with the evidence */
    fixture_appraise("tpm", evidence, size);
    assert_int_equal(hardware_exit_code(&fixture), 3);
    list = chain_crl(&authority, NULL);
    fixture_endorse(clean, chain_print_crl(clean, sizeof clean, list));
    fixture_appraise("tpm", evidence, size);
    assert_affirming();
    X509_CRL_free(list);
    list = chain_crl(&authority, leaf.cert);
    list_size = chain_print_crl(revoking, sizeof revoking, list);
    fixture_input.endorsement_count = 1;
    fixture_endorse(revoking, list_size);
    fixture_appraise("tpm", evidence, size);
    assert_failed("tpm.ak.revocation");
    X509_CRL_free(list);
    chain_clear(&leaf);
    chain_clear(&authority);
}

/* What somebody else sends along is no AK, whatever it is: neither a key nor a certificate. */
static void an_ak_that_was_only_sent_is_not_trusted(void **state)
{
    const struct tpm_wish good = {.magic = 0};
    static uint8_t der[4096];

    (void)state;
    fixture_input.named_count = 0;
    fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
    assert_int_equal(hardware_exit_code(&fixture), 3);
    fixture_input.endorsement_count = 0;
    fixture_endorse(der, make_certificate(der, CHAIN_LEAF, "attestation"));
    fixture_input.named_count = 0;
    fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
    assert_int_equal(hardware_exit_code(&fixture), 3);
}

static void another_nonce_is_refused(void **state)
{
    const struct tpm_wish good = {.magic = 0};
    static const uint8_t other[32] = {3, 1, 5};

    (void)state;
    fixture_input.nonce = other;
    fixture_appraise("tpm", evidence, tpm_make(evidence, &good));
    assert_failed("evidence.report_data");
}

static void what_is_not_such_json_is_refused(void **state)
{
    static const char *const texts[] = {
        "{}",
        "{\"tpm_quote\": 1}",
        "{\"tpm_quote\": {\"message\": \"00\", \"signature\": \"00\", \"pcrs\": []}}",
        "{\"tpm_quote\": {\"message\": [256], \"signature\": \"00\", \"pcrs\": {}}}",
        "{\"tpm_quote\": {\"message\": \"00\", \"message\": \"00\", \"signature\": \"00\"}}",
        "{\"tpm_quote\": {\"message\": \"00\", \"signature\": \"00\", \"pcrs\": {\"md5\": []}}}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        fixture_appraise("tpm", (const uint8_t *)texts[i], strlen(texts[i]));
        assert_failed("tpm.parse");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_good_quote_is_affirmed, tpm_begin),
        cmocka_unit_test_setup(each_defect_fails_its_own_check, tpm_begin),
        cmocka_unit_test_setup(every_flip_of_message_and_signature_is_refused, tpm_begin),
        cmocka_unit_test_setup(the_ak_is_the_one_that_is_named, tpm_begin),
        cmocka_unit_test_setup(a_certificate_must_be_one_of_an_ak, tpm_begin),
        cmocka_unit_test_setup(an_authority_counts_where_it_is_named_until_it_revokes, tpm_begin),
        cmocka_unit_test_setup(an_ak_that_was_only_sent_is_not_trusted, tpm_begin),
        cmocka_unit_test_setup(another_nonce_is_refused, tpm_begin),
        cmocka_unit_test_setup(what_is_not_such_json_is_refused, tpm_begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
