#include "framework/wire/evidence.h"
#include "tests/fuzz/signed.h"

size_t seed(uint8_t *out, size_t room)
{
    struct pobf_evidence evidence;
    uint8_t signing_key[64];
    size_t size;

    memset(&evidence, 7, sizeof evidence);
    evidence.platform = POBF_PLATFORM_SIM;
    evidence.backend = POBF_BACKEND_PROCESS;
    fuzz_signing_key(signing_key);
    promise(pobf_evidence_sign(out, room, &size, &evidence, signing_key) == POBF_OK);
    return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pobf_evidence evidence;
    uint8_t again[POBF_EVIDENCE_ROOM];
    uint8_t signing_key[64];
    size_t again_size;

    memset(&evidence, 0xa5, sizeof evidence);
    if (pobf_evidence_parse(&evidence, bytes, size) != POBF_OK) {
        promise(fuzz_all_zero(&evidence, sizeof evidence));
        return 0;
    }
    fuzz_signing_key(signing_key);
    promise(pobf_evidence_sign(again, sizeof again, &again_size, &evidence, signing_key) ==
            POBF_OK);
    promise_same_claims(bytes, size, again, again_size);
    return 0;
}
