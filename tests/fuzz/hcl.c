#include "framework/wire/hcl.h"
#include "tests/fuzz/foreign.h"

size_t seed(uint8_t *out, size_t room)
{
    return foreign_seed(out, room, foreign_hcl);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pobf_hcl hcl;

    memset(&hcl, 0, sizeof hcl);
    if (pobf_hcl_parse(&hcl, bytes, size) != POBF_OK) {
        promise(fuzz_all_zero(&hcl, sizeof hcl));
        return 0;
    }
    promise_inside(&hcl.report, size);
    promise_inside(&hcl.runtime, size);
    return 0;
}
