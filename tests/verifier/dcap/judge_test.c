#include "tests/verifier/dcap/made.h"

static struct made_dcap made;

static int open_made(void **state)
{
    (void)state;
    made_open(&made);
    return 0;
}

static int close_made(void **state)
{
    (void)state;
    hardware_clear(&fixture);
    made_close(&made);
    return 0;
}

static void every_version_and_body_is_affirmed(void **state)
{
    static const struct {
        uint8_t version;
        enum pobf_quote_body body;
    } layouts[] = {{3, POBF_QUOTE_SGX}, {4, POBF_QUOTE_SGX},  {4, POBF_QUOTE_TD10},
                   {5, POBF_QUOTE_SGX}, {5, POBF_QUOTE_TD10}, {5, POBF_QUOTE_TD15}};

    (void)state;
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        made_give(&made, layouts[i].version, layouts[i].body);
        made_appraise(&made);
        assert_affirming();
        assert_string_equal(fixture.platform, layouts[i].body == POBF_QUOTE_SGX ? "sgx" : "tdx");
        assert_int_equal(fixture.found.tcb_status, TCB_UP_TO_DATE);
        assert_int_equal(fixture.accepted_until, 1751328000); /* the TCB info's nextUpdate */
    }
}

/* One byte of a signed quote at a time, signed again: just its own checks fail. */
static const struct {
    const char *what;
    enum pobf_quote_body body;
    size_t at; /* in the quote; those of the body are 48 more */
    uint8_t flip;
    const char *failed;
} defects[] = {
    {"debug enclave", POBF_QUOTE_SGX, 48 + 48, POBF_SGX_FLAG_DEBUG, "evidence.debug"},
    {"not initialized", POBF_QUOTE_SGX, 48 + 48, POBF_SGX_FLAG_INIT, "dcap.attributes"},
    {"debug domain", POBF_QUOTE_TD10, 48 + 120, 1, "evidence.debug"},
    {"reserved attribute", POBF_QUOTE_TD10, 48 + 120, 2, "dcap.attributes"},
    {"another module signer", POBF_QUOTE_TD10, 48 + 64, 1, "dcap.tdx_module"},
    {"module attributes", POBF_QUOTE_TD10, 48 + 112, 1, "dcap.tdx_module"},
    {"an unknown module", POBF_QUOTE_TD10, 48 + 1, 3,
     "policy.tcb_status dcap.tcb_level dcap.tdx_module"},
    {"another vendor", POBF_QUOTE_SGX, 12, 1, "dcap.qe_vendor"},
    {"another kind of key", POBF_QUOTE_SGX, 2, 1, "dcap.key_type"},
};

static void every_defect_fails_its_own_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof defects / sizeof defects[0]; i++) {
        made_give(&made, 4, defects[i].body);
        made.quote[defects[i].at] ^= defects[i].flip;
        made_sign_quote(&made);
        made_appraise(&made);
        assert_failed(defects[i].failed);
    }
}

/* Each signature, and what it covers, without signing again. */
static void what_is_not_signed_is_refused(void **state)
{
    static const struct {
        size_t after_key; /* in the quote, from the attestation key on */
        const char *failed;
    } bytes[] = {{0, "dcap.signature dcap.attestation_key"},
                 {64 + 6 + 320, "dcap.attestation_key dcap.qe_signature"},
                 {64 + 6 + 64, "dcap.qe_signature"},
                 {64 + 6 + 384, "dcap.qe_signature"},
                 {64 + 6 + 384 + 64 + 2, "dcap.attestation_key"}};

    (void)state;
    for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++) {
        struct pobf_quote quote;

        made_give(&made, 4, POBF_QUOTE_SGX);
        assert_int_equal(pobf_quote_parse(&quote, made.quote, made.quote_size), POBF_OK);
        made.quote[(size_t)(quote.key - made.quote) + bytes[i].after_key] ^= 1;
        made_appraise(&made);
        assert_failed(bytes[i].failed);
        made_give(&made, 4, POBF_QUOTE_SGX);
        made.quote[(size_t)(quote.signature - made.quote) + i] ^= 1;
        made_appraise(&made);
        assert_failed("dcap.signature");
        made_give(&made, 4, POBF_QUOTE_SGX);
        made_body(&made)[64 + i] ^= 1; /* the measurement */
        made_appraise(&made);
        assert_failed("dcap.signature");
    }
}

/* Both documents are of one date, but each may be of a key of its own: it must be Intel's too. */
static void a_document_that_somebody_else_signed_is_refused(void **state)
{
    struct chain_party root = {NULL, NULL}, signer = {NULL, NULL};
    const struct chain_wish root_wish = {.name = "Intel SGX Root CA"};
    const struct chain_wish signer_wish = {
        .kind = CHAIN_LEAF, .name = "Intel SGX TCB Signing", .issuer = &root};
    const struct chain_party *chain[] = {&signer, &root};
    static char pem[MADE_ROOM];
    json_t *bundle;
    char *text;

    (void)state;
    chain_make(&root, &root_wish);
    chain_make(&signer, &signer_wish);
    made_pem(pem, sizeof pem, chain, 2);
    for (int of_qe = 0; of_qe <= 1; of_qe++) {
        made_give(&made, 4, POBF_QUOTE_SGX);
        bundle = json_loads(made.collateral, 0, NULL);
        made_set_signature(bundle, of_qe ? "qe_identity_signature" : "tcb_info_signature",
                           signer.key, of_qe ? made.qe_identity : made.tcb_info);
        json_object_set_new(bundle, of_qe ? "qe_identity_issuer_chain" : "tcb_info_issuer_chain",
                            json_string(pem));
        text = json_dumps(bundle, JSON_COMPACT);
        snprintf(made.collateral, sizeof made.collateral, "%s", text);
        made_appraise(&made);
        assert_failed(of_qe ? "dcap.qe_identity.signature" : "dcap.tcb_info.chain");
        free(text);
        json_decref(bundle);
    }
    chain_clear(&root);
    chain_clear(&signer);
}

/* The quoting enclave's own report, signed again by the PCK. */
static void another_quoting_enclave_is_refused(void **state)
{
    static const size_t fields[] = {16, 48, 128, 256}; /* MISCSELECT, attributes, signer, product */

    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct pobf_quote quote;

        made_give(&made, 3, POBF_QUOTE_SGX);
        assert_int_equal(pobf_quote_parse(&quote, made.quote, made.quote_size), POBF_OK);
        made.quote[(size_t)(quote.qe_report - made.quote) + fields[i]] ^= 1;
        made_sign_quote(&made);
        made_appraise(&made);
        assert_failed("dcap.qe_identity.match");
    }
}

static void who_asks_for_one_tee_does_not_get_the_other(void **state)
{
    (void)state;
    made_give(&made, 4, POBF_QUOTE_TD10);
    made_appraise(&made);
    fixture_appraise("sgx", made.quote, made.quote_size);
    assert_failed("dcap.tee");
    made_give(&made, 4, POBF_QUOTE_SGX);
    made_appraise(&made);
    fixture_appraise("tdx", made.quote, made.quote_size);
    assert_failed("dcap.tee");
}

static void padding_is_zeros(void **state)
{
    (void)state;
    made_give(&made, 4, POBF_QUOTE_TD10);
    made.quote[made.quote_size - 1] = 1;
    made_appraise(&made);
    assert_failed("dcap.padding");
}

/* Intel's status of the whole, from machine, module and quoting enclave; and what it allows. */
static const struct {
    const char *machine, *module, *qe, *whole;
    enum hardware_verdict verdict;
} ratings[] = {
    {"UpToDate", "OutOfDate", "UpToDate", "OutOfDate", HARDWARE_WARNING},
    {"UpToDate", "UpToDate", "OutOfDate", "OutOfDate", HARDWARE_WARNING},
    {"SWHardeningNeeded", "UpToDate", "UpToDate", "SWHardeningNeeded", HARDWARE_WARNING},
    {"ConfigurationNeeded", "OutOfDate", "UpToDate", "OutOfDateConfigurationNeeded",
     HARDWARE_WARNING},
    {"OutOfDate", "UpToDate", "UpToDate", "OutOfDate", HARDWARE_WARNING},
    {"Revoked", "UpToDate", "UpToDate", "Revoked", HARDWARE_CONTRAINDICATED},
    {"UpToDate", "Revoked", "UpToDate", "Revoked", HARDWARE_CONTRAINDICATED},
    {"UpToDate", "UpToDate", "Revoked", "Revoked", HARDWARE_CONTRAINDICATED},
    {"Nonsense", "UpToDate", "UpToDate", "TcbNotSupported", HARDWARE_CONTRAINDICATED},
    {"UpToDate", "Nonsense", "UpToDate", "TcbNotSupported", HARDWARE_CONTRAINDICATED},
};

static void the_whole_is_worth_what_its_worst_part_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ratings / sizeof ratings[0]; i++) {
        made_give(&made, 4, POBF_QUOTE_TD10);
        made_print_documents(&made, 1, ratings[i].machine, ratings[i].module, ratings[i].qe);
        made_print_collateral(&made, NULL);
        made_appraise(&made);
        assert_string_equal(tcb_word(fixture.found.tcb_status), ratings[i].whole);
        assert_int_equal(fixture.verdict, ratings[i].verdict);
        assert_int_equal(fixture.accepted, 0);
        fixture_policy.tcb_statuses = UINT32_MAX; /* what no policy file can say */
        made_appraise(&made);
        assert_int_equal(fixture.accepted, ratings[i].verdict == HARDWARE_WARNING);
    }
}

static void a_domain_launched_in_an_old_module_is_advised_to_relaunch(void **state)
{
    (void)state;
    made_give(&made, 5, POBF_QUOTE_TD15);
    made_print_documents(&made, 1, "UpToDate", "OutOfDate", "UpToDate");
    made_print_collateral(&made, NULL);
    made_body(&made)[584] = 5; /* the module that runs now is up to date */
    made_sign_quote(&made);
    made_appraise(&made);
    assert_int_equal(fixture.found.tcb_status, TCB_RELAUNCH);
    assert_int_equal(fixture.verdict, HARDWARE_WARNING);
}

static void a_revoked_certificate_is_refused_wherever_it_stands(void **state)
{
    (void)state;
    made_give(&made, 4, POBF_QUOTE_SGX);
    made_print_collateral(&made, made.pck.cert);
    made_appraise(&made);
    assert_failed("dcap.pck.revocation");
    made_print_collateral(&made, made.ca.cert);
    made_appraise(&made);
    assert_failed("dcap.pck.revocation");
    made_print_collateral(&made, made.signer.cert);
    made_appraise(&made);
    assert_failed("dcap.tcb_info.revocation");
}

static void without_collateral_nobody_can_tell(void **state)
{
    (void)state;
    made_give(&made, 4, POBF_QUOTE_SGX);
    fixture_appraise("sgx", made.quote, made.quote_size);
    assert_int_equal(hardware_exit_code(&fixture), 1); /* no revocation list: the PCK fails */
    assert_string_equal(fixture_failed(), "dcap.pck.revocation");
    assert_int_equal(fixture.found.tcb_status, TCB_NONE);
}

/* What Intel's service answers, with the chains as a file of their own. */
static void the_answers_of_intels_service_are_collateral_too(void **state)
{
    const struct chain_party *chain[] = {&made.signer, &made.ca, &made.root};
    static char answer[2][2 * MADE_ROOM], pem[MADE_ROOM];
    uint8_t lists[2][2048], signature[64];
    char hex[129];
    X509_CRL *of_root = chain_crl(&made.root, NULL), *of_ca = chain_crl(&made.ca, NULL);

    (void)state;
    made_give(&made, 4, POBF_QUOTE_SGX);
    made_sign(signature, made.signer.key, made.tcb_info, strlen(made.tcb_info));
    snprintf(answer[0], sizeof answer[0], "{\"tcbInfo\":%s,\"signature\":\"%s\"}", made.tcb_info,
             sodium_bin2hex(hex, sizeof hex, signature, 64));
    made_sign(signature, made.signer.key, made.qe_identity, strlen(made.qe_identity));
    snprintf(answer[1], sizeof answer[1], "{\"enclaveIdentity\":%s,\"signature\":\"%s\"}",
             made.qe_identity, sodium_bin2hex(hex, sizeof hex, signature, 64));
    fixture_collate((const uint8_t *)pem, made_pem(pem, sizeof pem, chain, 3));
    fixture_collate(lists[0], chain_print_crl(lists[0], sizeof lists[0], of_root));
    fixture_collate(lists[1], chain_print_crl(lists[1], sizeof lists[1], of_ca));
    fixture_collate((const uint8_t *)answer[0], strlen(answer[0]));
    fixture_collate((const uint8_t *)answer[1], strlen(answer[1]));
    fixture_appraise("sgx", made.quote, made.quote_size);
    assert_affirming();
    memmove(answer[0] + 12, answer[0] + 11, strlen(answer[0]) - 10);
    answer[0][11] = ' '; /* the same, printed with a blank */
    fixture_collateral[3].size++;
    fixture_appraise("sgx", made.quote, made.quote_size);
    assert_failed("dcap.tcb_info.signature");
    X509_CRL_free(of_root);
    X509_CRL_free(of_ca);
}

static void json_that_is_no_collateral_is_refused(void **state)
{
    static const char *const bad[] = {"{", "{}", "{\"tcb_info\":1}", "{\"a\":1,\"a\":2}",
                                      "{\"tcb_info\":\"{}\",\"tcb_info_signature\":\"00\"}"};

    (void)state;
    made_give(&made, 4, POBF_QUOTE_SGX);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        made_appraise(&made);
        fixture_collate((const uint8_t *)bad[i], strlen(bad[i]));
        fixture_appraise("sgx", made.quote, made.quote_size);
        assert_failed("dcap.tcb_info");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_and_body_is_affirmed),
        cmocka_unit_test(every_defect_fails_its_own_check),
        cmocka_unit_test(what_is_not_signed_is_refused),
        cmocka_unit_test(a_document_that_somebody_else_signed_is_refused),
        cmocka_unit_test(another_quoting_enclave_is_refused),
        cmocka_unit_test(who_asks_for_one_tee_does_not_get_the_other),
        cmocka_unit_test(padding_is_zeros),
        cmocka_unit_test(the_whole_is_worth_what_its_worst_part_is),
        cmocka_unit_test(a_domain_launched_in_an_old_module_is_advised_to_relaunch),
        cmocka_unit_test(a_revoked_certificate_is_refused_wherever_it_stands),
        cmocka_unit_test(without_collateral_nobody_can_tell),
        cmocka_unit_test(the_answers_of_intels_service_are_collateral_too),
        cmocka_unit_test(json_that_is_no_collateral_is_refused),
    };

    return cmocka_run_group_tests(tests, open_made, close_made);
}
