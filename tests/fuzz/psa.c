#include "framework/wire/psa.h"
#include "framework/wire/sign1.h"
#include "tests/fuzz/foreign.h"

size_t seed(uint8_t *out, size_t room)
{
    return foreign_seed(out, room, foreign_psa);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct pobf_span whole = {0, size};
    struct pobf_sign1 sign1;
    struct pobf_psa psa;
    struct pobf_component component;

    memset(&sign1, 0, sizeof sign1);
    memset(&psa, 0, sizeof psa);
    if (pobf_sign1_parse(&sign1, bytes, &whole, POBF_SIGN1_TAGGED) != POBF_OK) {
        promise(fuzz_all_zero(&sign1, sizeof sign1));
        return 0;
    }
    promise_inside(&sign1.payload, size);
    if (pobf_psa_parse(&psa, bytes, &sign1.payload) != POBF_OK) {
        promise(fuzz_all_zero(&psa, sizeof psa));
        return 0;
    }
    promise(pobf_component_read(&component, bytes, &psa.claim[POBF_PSA_COMPONENTS], 0));
    promise_inside(&component.measurement, size);
    promise(psa.claim[POBF_PSA_INSTANCE_ID].size == 33 &&
            psa.claim[POBF_PSA_IMPLEMENTATION_ID].size == 32);
    return 0;
}
