#include "verifier/sgx/sgx.h"
#include "tests/fuzz/fuzz.h"

enum { ENCLAVE_HASH = 960 };

/* An enclave of one page; the same bytes are judged as a SIGSTRUCT. */
size_t seed(uint8_t *out, size_t room)
{
    static const uint8_t create[] = "ECREATE\0\1\0\0\0\0\40";
    static const uint8_t add[] = "EADD\0\0\0\0\0\0\0\0\0\0\0\0\3\2";

    promise(room >= 448);
    memset(out, 0, 448);
    memcpy(out, create, sizeof create);
    memcpy(out + 64, add, sizeof add);
    memcpy(out + 128, "EEXTEND", 7);
    return 448;
}

static int is_refused(const uint8_t *bytes, size_t size)
{
    struct checks checks = {.count = 0};
    struct sgx_sigstruct sigstruct;

    sgx_judge_sigstruct(&sigstruct, &checks, bytes, size, NULL);
    return checks_verdict(&checks) == VERDICT_REFUSED;
}

/* What a vendor signed is not refused; with any other digest of an enclave in it, it is. */
static void promise_signed(const uint8_t *bytes, size_t size)
{
    uint8_t other[SGX_SIGSTRUCT_BYTES];

    promise(size == sizeof other);
    memcpy(other, bytes, size);
    other[ENCLAVE_HASH] ^= 1;
    promise(is_refused(other, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct sgx_enclave enclave;
    const char *defect;

    memset(&enclave, 0xa5, sizeof enclave);
    if (sgx_measure(&enclave, &defect, bytes, size) == POBF_OK) {
        promise(defect == NULL && 64 * (1 + enclave.pages) + 320 * enclave.chunks == size);
    } else {
        promise(fuzz_all_zero(&enclave, sizeof enclave));
    }
    if (!is_refused(bytes, size)) {
        promise_signed(bytes, size);
    }
    return 0;
}
