#include "verifier/ratls/ratls.h"
#include "tests/fuzz/fuzz.h"
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

static int is_in(const struct hardware_item *item, const uint8_t *bytes, size_t size)
{
    return item->bytes >= bytes && item->bytes + item->size <= bytes + size;
}

/* What is signed and hashed; how the report is padded within its own layout counts as the same. */
static int is_the_bound_one(const uint8_t *bytes, size_t size)
{
    return memmem(bytes, size, made.der + made.key_at, made.key_size) != NULL &&
           memmem(bytes, size, made.snp.report, POBF_SNP_SIGNED_BYTES) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct ratls_claims claims;

    if (ratls_parse(&claims, bytes, size) == POBF_OK) {
        promise(is_in(&claims.evidence, bytes, size) && is_in(&claims.claims, bytes, size) &&
                is_in(&claims.key_hash, bytes, size));
    } else {
        promise(claims.evidence.bytes == NULL && claims.key_hash.size == 0);
    }
    fixture_appraise("ra-tls", bytes, size);
    promise(!fixture.accepted || is_the_bound_one(bytes, size));
    promise(!fixture.checks.overflow);
    return 0;
}
