#include "enclave/kvm/guest.h"

#include <sys/mman.h>

#include "enclave/process/secret.h"
#include "framework/core/wipe.h"

/* Memory that begins at a multiple of a large page. */
static uint8_t *map_aligned(uint64_t size)
{
    const uint64_t large = UINT64_C(2) << 20;
    uint8_t *bytes = mmap(NULL, size + large, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    uint64_t before;

    if (bytes == MAP_FAILED) {
        return NULL;
    }
    before = (large - (uintptr_t)bytes % large) % large;
    if (before > 0) {
        munmap(bytes, before);
    }
    munmap(bytes + before + size, large - before);
    return bytes + before;
}

enum pobf_status guest_open(struct guest *guest, uint64_t private_size, struct window *window,
                            int descriptor)
{
    const uint64_t size = private_size + window->size;
    uint8_t *bytes = map_aligned(size);

    *guest = (struct guest){.bytes = NULL};
    if (bytes == NULL) {
        return POBF_E_SYSTEM;
    }
    *guest = (struct guest){.bytes = bytes, .private_size = private_size, .size = size};
    secret_raise_limit();
    guest->locked = mlock2(bytes, private_size, MLOCK_ONFAULT) == 0;
    if (madvise(bytes, private_size, MADV_DONTDUMP) != 0 ||
        window_open(window, descriptor, guest->bytes + private_size) != POBF_OK) {
        guest_close(guest);
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

void guest_prefer_large(const struct guest *guest, struct guest_address address, uint64_t size)
{
    void *bytes = guest_at(guest, address, size);

    if (bytes != NULL && size > 0) {
        (void)madvise(bytes, size, MADV_HUGEPAGE); /* faster where it works, the same where not */
    }
}

void guest_wipe(const struct guest *guest)
{
    if (guest->bytes != NULL) {
        pobf_wipe(guest->bytes, guest->private_size);
    }
}

void guest_close(struct guest *guest)
{
    if (guest->bytes != NULL) {
        munmap(guest->bytes, guest->size);
    }
    *guest = (struct guest){.bytes = NULL};
}

void *guest_at(const struct guest *guest, struct guest_address address, uint64_t size)
{
    if (address.value > guest->size || size > guest->size - address.value) {
        return NULL;
    }
    return guest->bytes + address.value;
}
