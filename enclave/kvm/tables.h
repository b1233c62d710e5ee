#ifndef POBF_ENCLAVE_KVM_TABLES_H
#define POBF_ENCLAVE_KVM_TABLES_H

#include "enclave/kvm/guest.h"

/*
 * Page tables, as the processor reads them. Accessed and dirty are set from the start: so the
 * processor never writes a table, and the tables can be compared bit for bit after every call.
 */
enum tables_right {
    TABLES_RING0_R,  /* ring 0: read      */
    TABLES_RING0_RW, /* ring 0: and write */
    TABLES_RING0_RX, /* ring 0: execute   */
    TABLES_R,        /* ring 3: read      */
    TABLES_RW,
    TABLES_RX,
};

/* Tables are taken from a stretch of pages, all zeros, one after the other. */
struct tables {
    const struct guest *guest;
    struct guest_address next;
    struct guest_address end;
    int broken; /* 1: too few pages, or two mappings of one address: nothing of it may be used */
};

#define TABLES_LARGE (UINT64_C(2) << 20)

/*
 * Map `size` bytes, a multiple of a page, at `address` under `root`; in large pages wherever both
 * addresses are multiples of one.
 */
void tables_map(struct tables *tables, struct guest_address root, uint64_t address,
                struct guest_address at, uint64_t size, enum tables_right right);

#endif
