#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "framework/wire/quote_body.h"

static uint8_t body[POBF_QUOTE_TD15_BYTES];

static void an_enclaves_fields_are_where_the_table_says(void **state)
{
    struct pobf_sgx_report report;

    (void)state;
    for (size_t i = 0; i < sizeof body; i++) {
        body[i] = (uint8_t)(i / 2);
    }
    pobf_sgx_report_read(&report, body);
    assert_int_equal(report.misc_select, 0x09090808);
    assert_int_equal(report.isv_prod_id, 0x8080);
    assert_int_equal(report.isv_svn, 0x8181);
    assert_int_equal(report.config_svn, 0x8282);
    assert_ptr_equal(report.cpu_svn, body);
    assert_ptr_equal(report.attributes, body + 48);
    assert_ptr_equal(report.mrenclave, body + 64);
    assert_ptr_equal(report.mrsigner, body + 128);
    assert_ptr_equal(report.report_data, body + 320);
}

static void a_domains_fields_are_where_the_table_says(void **state)
{
    struct pobf_td_report report;

    (void)state;
    pobf_td_report_read(&report, body, POBF_QUOTE_TD10);
    assert_ptr_equal(report.tee_tcb_svn, body);
    assert_ptr_equal(report.mrseam, body + 16);
    assert_ptr_equal(report.mrsignerseam, body + 64);
    assert_ptr_equal(report.td_attributes, body + 120);
    assert_ptr_equal(report.mrtd, body + 136);
    assert_ptr_equal(report.rtmr, body + 328);
    assert_ptr_equal(report.report_data, body + 520);
    assert_null(report.tee_tcb_svn2);
    assert_null(report.mrservicetd);
    pobf_td_report_read(&report, body, POBF_QUOTE_TD15);
    assert_ptr_equal(report.tee_tcb_svn2, body + 584);
    assert_ptr_equal(report.mrservicetd, body + 600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_enclaves_fields_are_where_the_table_says),
        cmocka_unit_test(a_domains_fields_are_where_the_table_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
