#include "framework/wire/snp_report.h"
#include "tests/fuzz/fuzz.h"

size_t seed(uint8_t *out, size_t room)
{
    promise(room >= POBF_SNP_REPORT_BYTES);
    memset(out, 0, POBF_SNP_REPORT_BYTES);
    out[0] = 5;
    return POBF_SNP_REPORT_BYTES;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pobf_snp_report report;

    memset(&report, 0xa5, sizeof report);
    if (pobf_snp_report_parse(&report, bytes, size) == POBF_OK) {
        promise(size == POBF_SNP_REPORT_BYTES && report.s == bytes + 0x2e8);
        promise(report.signing_key < 8);
    } else {
        promise(report.version == 0 && report.policy == 0 && report.chip_id == NULL);
    }
    return 0;
}
