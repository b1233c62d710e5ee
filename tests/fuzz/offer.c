#include "framework/wire/offer.h"
#include "tests/fuzz/signed.h"

size_t seed(uint8_t *out, size_t room)
{
    struct pobf_offer offer;
    uint8_t signing_key[64];
    size_t size;

    memset(&offer, 7, sizeof offer);
    fuzz_signing_key(signing_key);
    promise(pobf_offer_sign(out, room, &size, &offer, signing_key) == POBF_OK);
    return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pobf_offer offer;
    uint8_t again[POBF_OFFER_ROOM];
    uint8_t signing_key[64];
    size_t again_size;

    memset(&offer, 0xa5, sizeof offer);
    if (pobf_offer_parse(&offer, bytes, size) != POBF_OK) {
        promise(fuzz_all_zero(&offer, sizeof offer));
        return 0;
    }
    fuzz_signing_key(signing_key);
    promise(pobf_offer_sign(again, sizeof again, &again_size, &offer, signing_key) == POBF_OK);
    promise_same_claims(bytes, size, again, again_size);
    return 0;
}
