#include "tests/fuzz/fuzz.h"
#include "tests/verifier/dcap/made.h"

/* The whole appraisal of a quote: nothing is accepted but the one that was signed. */
static struct made_dcap made;

size_t seed(uint8_t *out, size_t room)
{
    made_open(&made);
    made_give(&made, 5, POBF_QUOTE_TD15);
    fixture_collate((const uint8_t *)made.collateral, strlen(made.collateral));
    promise(made.quote_size <= room);
    memcpy(out, made.quote, made.quote_size);
    fixture_appraise("tdx", made.quote, made.quote_size);
    promise(fixture.accepted);
    return made.quote_size;
}

/* What follows the body vouches for it, and may be said in several ways: words around PEM, padding. */
static int is_the_signed_one(const uint8_t *bytes, size_t size)
{
    const size_t fixed = 54 + POBF_QUOTE_TD15_BYTES;

    return size >= fixed && memcmp(bytes, made.quote, fixed) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    fixture_appraise("tdx", bytes, size);
    promise(!fixture.accepted || is_the_signed_one(bytes, size));
    promise(!fixture.checks.overflow);
    return 0;
}
