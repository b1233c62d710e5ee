#include "enclave/kvm/guest.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

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

enum pobf_status guest_reserve(struct guest *guest, uint64_t room)
{
    *guest = (struct guest){.bytes = map_aligned(room), .room = room};
    return guest->bytes != NULL ? POBF_OK : POBF_E_SYSTEM;
}

/* A mold that could shrink would end the keeper in the middle of a call. */
static int map_mold(const struct guest *guest, int mold, uint64_t molded)
{
    const int seals = fcntl(mold, F_GET_SEALS);
    struct stat facts;

    return seals >= 0 && (seals & F_SEAL_SHRINK) != 0 && (seals & F_SEAL_WRITE) != 0 &&
           fstat(mold, &facts) == 0 && facts.st_size >= 0 && (uint64_t)facts.st_size >= molded &&
           mmap(guest->bytes, molded, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, mold, 0) !=
               MAP_FAILED;
}

enum pobf_status guest_fill(struct guest *guest, uint64_t private_size, struct window *window,
                            int descriptor, int mold, uint64_t molded)
{
    if (private_size + window->size > guest->room || molded > private_size) {
        return POBF_E_SPACE;
    }
    if (molded > 0 && !map_mold(guest, mold, molded)) {
        return POBF_E_SYSTEM;
    }
    guest->private_size = private_size;
    guest->size = private_size + window->size;
    secret_raise_limit();
    guest->locked = mlock2(guest->bytes, private_size, MLOCK_ONFAULT) == 0;
    return madvise(guest->bytes, private_size, MADV_DONTDUMP) == 0 &&
                   window_open(window, descriptor, guest->bytes + private_size) == POBF_OK
               ? POBF_OK
               : POBF_E_SYSTEM;
}

enum pobf_status guest_open(struct guest *guest, uint64_t private_size, struct window *window,
                            int descriptor)
{
    enum pobf_status status = guest_reserve(guest, private_size + window->size);

    if (status == POBF_OK) {
        status = guest_fill(guest, private_size, window, descriptor, -1, 0);
    }
    if (status != POBF_OK) {
        guest_close(guest);
    }
    return status;
}

void guest_prefer_large(const struct guest *guest, struct guest_address address, uint64_t size)
{
    void *bytes = guest_at(guest, address, size);

    if (bytes != NULL && size > 0) {
        (void)madvise(bytes, size, MADV_HUGEPAGE); /* faster where it works, the same where not */
    }
}

void guest_back(const struct guest *guest, struct guest_address address, uint64_t size)
{
    void *bytes = guest_at(guest, address, size);

    if (bytes != NULL) {
        (void)madvise(bytes, size, MADV_POPULATE_WRITE); /* else each comes when it is written to */
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
        munmap(guest->bytes, guest->room);
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
