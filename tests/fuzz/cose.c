#include "tests/fuzz/signed.h"

size_t seed(uint8_t *out, size_t room)
{
    static const uint8_t payload[] = "This is the content.";
    uint8_t signing_key[64];
    size_t size;

    fuzz_signing_key(signing_key);
    promise(pobf_cose_sign(out, room, &size, payload, sizeof payload - 1, signing_key) == POBF_OK);
    return size;
}

/* What verifies is what the one key signed: the same payload gives the same bytes again. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const uint8_t *payload;
    size_t payload_size;
    uint8_t signing_key[64];
    uint8_t again[POBF_COSE_PAYLOAD_MAX + 128];
    size_t again_size;
    enum pobf_status verified;

    fuzz_signing_key(signing_key);
    verified = pobf_cose_verify(bytes, size, signing_key + 32);
    if (pobf_cose_parse(&payload, &payload_size, bytes, size) != POBF_OK) {
        promise(payload == NULL && payload_size == 0 && verified == POBF_E_INPUT);
        return 0;
    }
    promise(payload >= bytes && payload_size < size);
    promise(pobf_cose_sign(again, sizeof again, &again_size, payload, payload_size, signing_key) ==
            POBF_OK);
    promise(again_size == size && memcmp(again, bytes, size - 64) == 0);
    promise((verified == POBF_OK) == (memcmp(again, bytes, size) == 0));
    return 0;
}
