#include "enclave/kvm/guest.h"

#include <sys/mman.h>

#include "enclave/process/secret.h"
#include "framework/core/wipe.h"

enum pobf_status guest_open(struct guest *guest, uint64_t private_size, struct window *window,
                            int descriptor)
{
    const uint64_t size = private_size + window->size;
    void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    *guest = (struct guest){.bytes = NULL};
    if (bytes == MAP_FAILED) {
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
