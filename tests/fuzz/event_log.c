#include "verifier/tpm/event_log.h"
#include "tests/fuzz/fuzz.h"
#include "tests/verifier/tpm/log.h"

size_t seed(uint8_t *out, size_t room)
{
    log_make(&tpm_log);
    promise(tpm_log.size <= room);
    memcpy(out, tpm_log.bytes, tpm_log.size);
    return tpm_log.size;
}

/* A log comes to registers of the bank's size that an event went into, or to nothing at all. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const uint32_t banks[] = {POBF_TPM_SHA1, POBF_TPM_SHA256, POBF_TPM_SHA384, 99};
    struct event_log_registers registers;

    for (size_t i = 0; i < sizeof banks / sizeof banks[0]; i++) {
        memset(&registers, 0x5a, sizeof registers);
        if (event_log_replay(&registers, bytes, size, banks[i]) != POBF_OK) {
            promise(fuzz_all_zero(&registers, sizeof registers));
            continue;
        }
        promise(banks[i] != 99);
        for (size_t pcr = 1; pcr < POBF_TPM_PCRS; pcr++) {
            promise((registers.extended >> pcr & 1) != 0 ||
                    fuzz_all_zero(registers.value[pcr], sizeof registers.value[pcr]));
        }
    }
    return 0;
}
