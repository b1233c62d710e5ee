#include "framework/wire/nitro.h"
#include "tests/fuzz/foreign.h"

size_t seed(uint8_t *out, size_t room)
{
    return foreign_seed(out, room, foreign_nitro);
}

/* Registers and issuers that the document has are found, and stand in it. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pobf_nitro nitro;
    struct pobf_span span;
    size_t pcrs = 0;
    size_t issuers = 0;

    memset(&nitro, 0, sizeof nitro);
    if (pobf_nitro_parse(&nitro, bytes, size) != POBF_OK) {
        promise(fuzz_all_zero(&nitro, sizeof nitro));
        return 0;
    }
    for (uint32_t i = 0; i < POBF_NITRO_PCRS; i++) {
        pcrs += (size_t)pobf_nitro_pcr(&span, bytes, &nitro.claim[POBF_NITRO_REGISTERS], i);
        promise_inside(&span, size);
    }
    for (size_t i = 0; pobf_nitro_issuer(&span, bytes, &nitro.claim[POBF_NITRO_BUNDLE], i); i++) {
        promise_inside(&span, size);
        issuers++;
    }
    promise(pcrs > 0 && issuers > 0 && issuers <= POBF_NITRO_BUNDLE_MAX);
    for (size_t i = 0; i < POBF_NITRO_CLAIMS; i++) {
        promise_inside(&nitro.claim[i], size);
    }
    promise_inside(&nitro.sign1.payload, size);
    return 0;
}
