#include "framework/wire/ratls.h"
#include "tests/fuzz/foreign.h"
#include "tests/verifier/ratls/made.h"

/* The extension of a certificate; then the certificate: only its own key, evidence and claims. */
static struct ratls_made made;

size_t seed(uint8_t *out, size_t room)
{
    const struct ratls_wish good = {.other_key = 0};

    made_open(&made.snp);
    ratls_make(&made, &good);
    fixture_appraise("auto", made.der, made.size);
    promise(fixture.accepted && made.size <= room);
    memcpy(out, made.der, made.size);
    return made.size;
}

/* What is signed and hashed; how the report is padded within its own layout counts as the same. */
static int is_the_bound_one(const uint8_t *bytes, size_t size)
{
    return memmem(bytes, size, made.der + made.key_at, made.key_size) != NULL &&
           memmem(bytes, size, made.snp.report, POBF_SNP_SIGNED_BYTES) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pobf_ratls ratls;

    memset(&ratls, 0, sizeof ratls);
    if (pobf_ratls_parse(&ratls, bytes, size) == POBF_OK) {
        promise_inside(&ratls.evidence, size);
        promise_inside(&ratls.claims, size);
        promise_inside(&ratls.key_hash, size);
        promise_inside(&ratls.nonce, size);
    } else {
        promise(fuzz_all_zero(&ratls, sizeof ratls));
    }
    fixture_appraise("ra-tls", bytes, size);
    promise(!fixture.accepted || is_the_bound_one(bytes, size));
    promise(!fixture.checks.overflow);
    return 0;
}
