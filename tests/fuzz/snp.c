#include "tests/fuzz/fuzz.h"
#include "tests/verifier/snp/made.h"

/* The whole appraisal of a report: nothing is accepted but the one that was signed. */
static struct made_snp made;

size_t seed(uint8_t *out, size_t room)
{
    made_open(&made);
    made_give(&made, &made_products[5], 0);
    promise(room >= POBF_SNP_REPORT_BYTES);
    memcpy(out, made.report, POBF_SNP_REPORT_BYTES);
    fixture_appraise("snp", made.report, POBF_SNP_REPORT_BYTES);
    promise(fixture.accepted);
    return POBF_SNP_REPORT_BYTES;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    fixture_appraise("snp", bytes, size);
    promise(!fixture.accepted || (size == POBF_SNP_REPORT_BYTES &&
                                  memcmp(bytes, made.report, POBF_SNP_SIGNED_BYTES) == 0));
    promise(!fixture.checks.overflow);
    return 0;
}
