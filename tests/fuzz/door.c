/*
 * The one door to a guest's memory. The input is a guest's sizes and then addresses and sizes to ask
 * for, as a guest could name them: what opens lies within the guest, all of it, and both its ends
 * can be touched; what does not open reaches out of it. The sums are done in a type that cannot wrap.
 */
#include "enclave/kvm/guest.h"
#include "tests/fuzz/fuzz.h"

enum { PAGES_MAX = 4, PAGE = 4096 };

struct request {
    uint64_t address;
    uint64_t size;
};

/* At the edges: the last byte, the end, one past it, and a sum that wraps to the beginning. */
size_t seed(uint8_t *out, size_t room)
{
    static const struct request requests[] = {
        {0, PAGE},
        {PAGE - 1, 1},
        {PAGE, 0},
        {PAGE, 1},
        {UINT64_MAX, 1},
        {1, UINT64_MAX},
        {UINT64_MAX - PAGE + 2, PAGE - 1},
    };

    promise(1 + sizeof requests <= room);
    out[0] = 0;
    memcpy(out + 1, requests, sizeof requests);
    return 1 + sizeof requests;
}

static void ask(const struct guest *guest, const struct request *request)
{
    const struct guest_address address = {request->address};
    uint8_t *bytes = guest_at(guest, address, request->size);
    const int inside = (unsigned __int128)request->address + request->size <= guest->size;

    promise((bytes != NULL) == inside);
    promise(bytes == NULL || bytes == guest->bytes + request->address);
    if (bytes != NULL && request->size > 0) {
        bytes[0] = bytes[request->size - 1] = 0x5a;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct guest guest;
    struct request request;

    if (size == 0) {
        return 0;
    }
    guest.size = (uint64_t)(1 + bytes[0] % PAGES_MAX) * PAGE;
    guest.private_size = guest.size - PAGE;
    guest.bytes = malloc(guest.size); /* so that a tool sees what lies beside it */
    promise(guest.bytes != NULL);
    for (size_t at = 1; size - at >= sizeof request; at += sizeof request) {
        memcpy(&request, bytes + at, sizeof request);
        ask(&guest, &request);
    }
    guest_wipe(&guest);
    promise(fuzz_all_zero(guest.bytes, guest.private_size));
    free(guest.bytes);
    return 0;
}
