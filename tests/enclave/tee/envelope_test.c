/*
 * Evidence in the envelope of a confidential machine, which is a STAND-IN here: tsm_ask, which asks the kernel,
 * is replaced. What becomes of such an envelope is in tests/verifier/appraisal/machine_test.c.
 * LINK: -Wl,--wrap=tsm_ask
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>

#include "enclave/tee/envelope.h"

static struct {
    const char *provider;
    const uint8_t *auxblob;
    size_t auxblob_size;
    enum pobf_status status;
    uint8_t data[TSM_INBLOB_MAX];
} machine;

enum pobf_status __wrap_tsm_ask(struct tsm_report *report, const struct tsm_options *options,
                                const uint8_t *data, size_t size);

static uint8_t *copy_of(const void *bytes, size_t size)
{
    return size == 0 ? NULL : memcpy(malloc(size), bytes, size);
}

enum pobf_status __wrap_tsm_ask(struct tsm_report *report, const struct tsm_options *options,
                                const uint8_t *data, size_t size)
{
    assert_string_equal(options->reports, "stand-in");
    assert_int_equal(size, TSM_INBLOB_MAX); /* SEV-SNP and TDX take no other size */
    memcpy(machine.data, data, size);
    *report = (struct tsm_report){.outblob = NULL};
    if (machine.status == POBF_OK) {
        *report = (struct tsm_report){copy_of("report", 6), 6,
                                      copy_of(machine.auxblob, machine.auxblob_size),
                                      machine.auxblob_size, ""};
        strcpy(report->provider, machine.provider);
    }
    return machine.status;
}

static json_t *vouch(void)
{
    struct envelope_source source = {.vouch = envelope_of_tsm,
                                     .tsm = {.reports = "stand-in", .privlevel = -1}};
    char *text = source.vouch(&source, (const uint8_t *)"evidence", 8);
    json_t *root = text == NULL ? NULL : json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    free(text);
    return root;
}

static int begin(void **state)
{
    (void)state;
    memset(&machine, 0, sizeof machine);
    machine.provider = "sev_guest";
    return 0;
}

static void assert_text(const json_t *root, const char *name, const char *expected)
{
    assert_string_equal(json_string_value(json_object_get(root, name)), expected);
}

static void a_report_is_over_the_evidence_and_stands_beside_it(void **state)
{
    uint8_t digest[TSM_INBLOB_MAX] = {0};
    json_t *root = vouch();

    (void)state;
    crypto_hash_sha256(digest, (const uint8_t *)"evidence", 8);
    assert_memory_equal(machine.data, digest, sizeof digest);
    assert_int_equal(json_object_size(root), 3);
    assert_text(root, "profile", "tag:pobf,2026:evidence+snp");
    assert_text(root, "evidence", "ZXZpZGVuY2U=");
    assert_text(root, "report", "cmVwb3J0");
    json_decref(root);
}

static void the_certificates_of_the_machine_come_along(void **state)
{
    static const uint8_t table[52] = {
        [0] = 1, [16] = 48, [20] = 4, [48] = 'c', [49] = 'e', [50] = 'r', [51] = 't'};
    json_t *root, *list;

    (void)state;
    machine.auxblob = table;
    machine.auxblob_size = sizeof table;
    root = vouch();
    list = json_object_get(root, "certificates");
    assert_int_equal(json_array_size(list), 1);
    assert_string_equal(json_string_value(json_array_get(list, 0)), "Y2VydA==");
    json_decref(root);
    machine.auxblob_size = 47; /* no table: the report is as good */
    root = vouch();
    assert_int_equal(json_object_size(root), 3);
    json_decref(root);
}

static void the_profile_names_the_machine(void **state)
{
    json_t *root;

    (void)state;
    machine.provider = "tdx_guest";
    root = vouch();
    assert_text(root, "profile", "tag:pobf,2026:evidence+tdx");
    json_decref(root);
    machine.provider = "arm_cca_guest";
    root = vouch();
    assert_text(root, "profile", "tag:pobf,2026:evidence+cca");
    json_decref(root);
    machine.provider = "another_guest";
    assert_null(vouch());
}

static void a_machine_is_found_out_at_the_start(void **state)
{
    static const char *const known[] = {"sev_guest", "tdx_guest", "arm_cca_guest"};
    struct envelope_source source;

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        machine.provider = known[i];
        assert_int_equal(envelope_open_tsm(&source, "stand-in"), POBF_OK);
        assert_ptr_equal(source.vouch, envelope_of_tsm);
        assert_true(source.patience_s > 0);
    }
    machine.provider = "another_guest";
    assert_int_equal(envelope_open_tsm(&source, "stand-in"), POBF_E_REFUSED);
    assert_null(source.vouch);
    machine.provider = "sev_guest";
    machine.status = POBF_E_MISSING;
    assert_int_equal(envelope_open_tsm(&source, "stand-in"), POBF_E_MISSING);
    assert_null(source.vouch);
}

static void a_machine_that_gives_no_report_vouches_for_nothing(void **state)
{
    (void)state;
    machine.status = POBF_E_STATE;
    assert_null(vouch());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_report_is_over_the_evidence_and_stands_beside_it, begin),
        cmocka_unit_test_setup(the_certificates_of_the_machine_come_along, begin),
        cmocka_unit_test_setup(the_profile_names_the_machine, begin),
        cmocka_unit_test_setup(a_machine_is_found_out_at_the_start, begin),
        cmocka_unit_test_setup(a_machine_that_gives_no_report_vouches_for_nothing, begin),
    };

    return cmocka_run_group_tests_name("enclave/tee/envelope", tests, NULL, NULL);
}
