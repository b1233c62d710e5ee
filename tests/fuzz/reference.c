#include "verifier/appraisal/reference.h"
#include "tests/fuzz/fuzz.h"

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

size_t seed(uint8_t *out, size_t room)
{
    static const char text[] = "{\"measurement\":\"" HEX "\",\"policy\":\"" HEX
                               "\",\"monitor\":\"" HEX "\",\"limits\":{\"input_max\":4096}}";

    promise(sizeof text <= room);
    memcpy(out, text, sizeof text - 1);
    return sizeof text - 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct reference reference;
    const char *defect = "";

    memset(&reference, 0xa5, sizeof reference);
    if (reference_parse(&reference, bytes, size, &defect) != POBF_OK) {
        promise(defect != NULL && fuzz_all_zero(&reference, sizeof reference));
    } else {
        promise(defect == NULL && reference.input_max <= INT64_MAX);
    }
    return 0;
}
