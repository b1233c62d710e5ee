#include "verifier/dcap/pck.h"
#include "tests/fuzz/fuzz.h"
#include "tests/verifier/dcap/made.h"

/* What a PCK certificate says of its machine: an extension of any bytes, in a certificate of none. */
static X509 *carrier;

size_t seed(uint8_t *out, size_t room)
{
    uint8_t value[1024];
    const size_t size = made_extension(value);

    carrier = X509_new();
    promise(carrier != NULL && size <= room);
    memcpy(out, value, size);
    return size;
}

static int has(const uint8_t *bytes, size_t size, const uint8_t *part, size_t part_size)
{
    return memmem(bytes, size, part, part_size) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pck pck;

    memset(&pck, 0xff, sizeof pck);
    made_carry(carrier, bytes, size);
    if (pck_parse(&pck, carrier) != POBF_OK) {
        promise(fuzz_all_zero(&pck, sizeof pck));
        return 0;
    }
    promise(has(bytes, size, pck.ppid, sizeof pck.ppid));
    promise(has(bytes, size, pck.cpu_svn, sizeof pck.cpu_svn));
    promise(has(bytes, size, pck.fmspc, sizeof pck.fmspc));
    promise(pck.pce_svn <= UINT16_MAX);
    for (size_t i = 0; i < PCK_COMPONENTS; i++) {
        promise(pck.component[i] <= UINT8_MAX);
    }
    return 0;
}
