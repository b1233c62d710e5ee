#include "verifier/service/bundle.h"
#include "tests/fuzz/fuzz.h"

size_t seed(uint8_t *out, size_t room)
{
    static const uint8_t whole[] = {0x83, 0x42, 1, 2, 0x41, 3, 0x43, 4, 5, 6};

    promise(sizeof whole <= room);
    memcpy(out, whole, sizeof whole);
    return sizeof whole;
}

static void promise_within(const struct appraisal_file *part, const uint8_t *bytes, size_t size)
{
    promise(part->bytes >= bytes && part->size <= size);
    promise((size_t)(part->bytes - bytes) <= size - part->size);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct bundle bundle;

    memset(&bundle, 0xa5, sizeof bundle);
    if (bundle_parse(&bundle, bytes, size) != POBF_OK) {
        promise(fuzz_all_zero(&bundle, sizeof bundle));
        return 0;
    }
    promise_within(&bundle.evidence, bytes, size);
    promise_within(&bundle.receipt, bytes, size);
    promise_within(&bundle.exchange, bytes, size);
    return 0;
}
