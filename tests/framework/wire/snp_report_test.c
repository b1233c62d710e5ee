#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "framework/wire/snp_report.h"

_Static_assert(POBF_SNP_REPORT_BYTES == 1184 && POBF_SNP_ECDSA_P384_SHA384 == 1 &&
                   POBF_SNP_KEY_VCEK == 0 && POBF_SNP_KEY_VLEK == 1,
               "the numbers are those of the layout");
_Static_assert(POBF_SNP_POLICY_SMT == 16 && POBF_SNP_POLICY_ALWAYS == 17 &&
                   POBF_SNP_POLICY_MIGRATION == 18 && POBF_SNP_POLICY_DEBUG == 19 &&
                   POBF_SNP_POLICY_SINGLE_SOCKET == 20,
               "and so are the bits of the policy");

static uint8_t bytes[POBF_SNP_REPORT_BYTES + 1];

/* Every byte that this version knows says where it is; the reserved ones are zero. */
static void make(uint8_t version)
{
    static const size_t reserved[][2] = {{0x4c, 0x50},   {0x18b, 0x1a0}, {0x1eb, 0x1ec},
                                         {0x1ef, 0x1f0}, {0x208, 0x2a0}, {0x330, 0x4a0}};

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i / 4 + 1);
    }
    memset(bytes, 0, 4);
    bytes[0] = version;
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        memset(bytes + reserved[i][0], 0, reserved[i][1] - reserved[i][0]);
    }
    if (version < 5) {
        memset(bytes + 0x1f8, 0, 16);
    }
    if (version < 3) {
        memset(bytes + 0x188, 0, 3);
    }
}

static void assert_refused(size_t size)
{
    const struct pobf_snp_report zeros = {.version = 0};
    struct pobf_snp_report report;

    memset(&report, 0xa5, sizeof report);
    assert_int_equal(pobf_snp_report_parse(&report, bytes, size), POBF_E_INPUT);
    assert_int_equal(report.version, 0);
    assert_ptr_equal(report.chip_id, zeros.chip_id);
    assert_ptr_equal(report.s, zeros.s);
    assert_int_equal(report.policy, 0);
}

static void every_field_is_where_the_table_says(void **state)
{
    struct pobf_snp_report report;

    (void)state;
    make(5);
    assert_int_equal(pobf_snp_report_parse(&report, bytes, POBF_SNP_REPORT_BYTES), POBF_OK);
    assert_int_equal(report.version, 5);
    assert_int_equal(report.guest_svn, 0x02020202);
    assert_true(report.policy == 0x0404040403030303);
    assert_int_equal(report.vmpl, 0x0d0d0d0d);
    assert_int_equal(report.signature_algorithm, 0x0e0e0e0e);
    assert_int_equal(report.signing_key, 0x13 / 4 % 8);
    assert_int_equal(report.family, bytes[0x188]);
    assert_ptr_equal(report.report_data, bytes + 0x50);
    assert_ptr_equal(report.measurement, bytes + 0x90);
    assert_ptr_equal(report.reported_tcb, bytes + 0x180);
    assert_ptr_equal(report.chip_id, bytes + 0x1a0);
    assert_ptr_equal(report.r, bytes + 0x2a0);
    assert_ptr_equal(report.s, bytes + 0x2e8);
}

static void three_versions_are_known(void **state)
{
    struct pobf_snp_report report;

    (void)state;
    for (int version = 0; version < 256; version++) {
        make((uint8_t)version);
        if (version == 2 || version == 3 || version == 5) {
            assert_int_equal(pobf_snp_report_parse(&report, bytes, POBF_SNP_REPORT_BYTES), POBF_OK);
        } else {
            assert_refused(POBF_SNP_REPORT_BYTES);
        }
    }
}

static void every_other_size_is_refused(void **state)
{
    (void)state;
    make(3);
    for (size_t size = 0; size < POBF_SNP_REPORT_BYTES; size++) {
        assert_refused(size);
    }
    assert_refused(POBF_SNP_REPORT_BYTES + 1);
}

static void what_a_version_reserves_is_zero(void **state)
{
    static const struct {
        uint8_t version;
        size_t at;
    } reserved[] = {{2, 0x188}, {2, 0x19f}, {3, 0x18b}, {3, 0x1f8}, {5, 0x208}, {5, 0x29f},
                    {3, 0x4c},  {3, 0x1eb}, {3, 0x1ef}, {5, 0x330}, {5, 0x49f}};

    (void)state;
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        make(reserved[i].version);
        bytes[reserved[i].at] = 1;
        assert_refused(POBF_SNP_REPORT_BYTES);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_where_the_table_says),
        cmocka_unit_test(three_versions_are_known),
        cmocka_unit_test(every_other_size_is_refused),
        cmocka_unit_test(what_a_version_reserves_is_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
