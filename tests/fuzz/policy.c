#include "verifier/hardware/policy.h"
#include "tests/fuzz/fuzz.h"

size_t seed(uint8_t *out, size_t room)
{
    static const char text[] =
        "{\"name\":\"mine\",\"tcb_status\":[\"UpToDate\",\"SWHardeningNeeded\"],"
        "\"advisories\":[\"INTEL-SA-00615\"],\"measurements\":[\"5a5a\"],"
        "\"minimum_tcb\":{\"bootloader\":3},\"claims\":{\"vmpl\":0}}";

    promise(sizeof text <= room);
    memcpy(out, text, sizeof text - 1);
    return sizeof text - 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct hardware_policy policy;
    const char *defect;

    if (policy_parse(&policy, bytes, size, &defect) == POBF_OK) {
        promise(policy.name[0] != '\0');
        promise((policy.tcb_statuses >> TCB_REVOKED & 1) == 0);
        promise((policy.tcb_statuses >> TCB_NOT_SUPPORTED & 1) == 0);
    } else {
        promise(defect != NULL && fuzz_all_zero(&policy, sizeof policy));
    }
    policy_clear(&policy);
    return 0;
}
