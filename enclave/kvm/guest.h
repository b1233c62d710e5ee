#ifndef POBF_ENCLAVE_KVM_GUEST_H
#define POBF_ENCLAVE_KVM_GUEST_H

#include <stddef.h>
#include <stdint.h>

#include "enclave/monitor/window.h"

/*
 * The memory of a virtual machine: private pages, and behind them the host window. To the host it
 * is untrusted input: an address in it is a type of its own, and becomes a pointer at one door.
 */
struct guest {
    uint8_t *bytes;
    uint64_t private_size; /* bytes, a multiple of a page */
    uint64_t size;         /* with the window             */
    uint64_t room;         /* of addresses, for both      */
    int locked;            /* 1: never swapped            */
};

struct guest_address {
    uint64_t value; /* physical, from 0 */
};

/* Addresses for a guest of up to `room` bytes, at a multiple of a large page; nothing stands there yet. */
POBF_MUST_CHECK enum pobf_status guest_reserve(struct guest *guest, uint64_t room);

/*
 * Fill them: private memory, left out of cores, locked where the limit allows, and behind it the window, whose
 * descriptor is mapped, so that `window` is open. The first `molded` bytes are a copy, made page by page as
 * they are written, of what stands in `mold`; all else is zeros. POBF_E_SPACE where the room is too
 * small, POBF_E_SYSTEM where there is no memory or a descriptor is not fit.
 */
POBF_MUST_CHECK enum pobf_status guest_fill(struct guest *guest, uint64_t private_size,
                                            struct window *window, int descriptor, int mold,
                                            uint64_t molded);

/* Both at once, all zeros, with exactly the room. */
POBF_MUST_CHECK enum pobf_status guest_open(struct guest *guest, uint64_t private_size,
                                            struct window *window, int descriptor);
/* Have the kernel back a stretch of private memory with large pages, where it can. */
void guest_prefer_large(const struct guest *guest, struct guest_address address, uint64_t size);
/* Have the kernel give it all its pages at once: one by one, as they are written, takes longer. */
void guest_back(const struct guest *guest, struct guest_address address, uint64_t size);
/* Overwrite all of the private memory. The window is the host's. */
void guest_wipe(const struct guest *guest);
void guest_close(struct guest *guest);

/* The door: `size` bytes at `address`, or NULL where not all of them are the guest's. */
void *guest_at(const struct guest *guest, struct guest_address address, uint64_t size);

#endif
