#ifndef POBF_ENCLAVE_KVM_PLAN_H
#define POBF_ENCLAVE_KVM_PLAN_H

#include "enclave/image/image.h"
#include "enclave/kvm/guest.h"
#include "enclave/kvm/program.h"
#include "enclave/trustlet/abi.h"

/*
 * What is where in a guest, physically: one row a region, in the order of their addresses. The
 * columns are the name, its address in M (0: not mapped there, or not as one piece), and M's right.
 */
#define PLAN_REGIONS(X)                                                                            \
    X(NOTHING, 0, TABLES_R) /* page 0, so that no address is 0 */                                  \
    X(TABLES, TRUSTLET_TABLES, TABLES_R)                                                           \
    X(STACK0_M, TRUSTLET_STACK0, TABLES_RING0_RW)                                                  \
    X(STACK0_F, TRUSTLET_STACK0_F, TABLES_RW)                                                      \
    X(PROGRAM, 0, TABLES_R)                                                                        \
    X(STACK, TRUSTLET_STACK_END - TRUSTLET_STACK_BYTES, TABLES_RW)                                 \
    X(THREAD, TRUSTLET_THREAD, TABLES_RW)                                                          \
    X(BOOT, TRUSTLET_BOOT, TABLES_RW)                                                              \
    X(MAIL, TRUSTLET_MAIL, TABLES_RW)                                                              \
    X(FILE, TRUSTLET_FILE, TABLES_R)                                                               \
    X(TEXT, TRUSTLET_TEXT, TABLES_R)                                                               \
    X(CONSTANTS, TRUSTLET_CONSTANTS, TABLES_R)                                                     \
    X(GOLDEN, TRUSTLET_GOLDEN, TABLES_RW)                                                          \
    X(TABLES_COPY, TRUSTLET_TABLES_COPY, TABLES_R)                                                 \
    X(VAULT, 0, TABLES_RW) /* but for its guard */                                                 \
    X(ZONE, TRUSTLET_ZONE, TABLES_RW)                                                              \
    X(WINDOW, TRUSTLET_WINDOW, TABLES_RW)

enum plan_region {
#define X(name, address, right) PLAN_##name,
    PLAN_REGIONS(X)
#undef X
        PLAN_REGION_COUNT
};

struct plan {
    const struct image *image;
    const struct program *program;
    struct guest_address at[PLAN_REGION_COUNT];
    uint64_t size[PLAN_REGION_COUNT];
    uint64_t tables_used; /* bytes of TABLES, once it is built */
};

/* Lay out a guest for an image; the window comes last. */
void plan_make(struct plan *plan, const struct image *image, const struct program *program,
               const struct window *window);

/* Bytes of private memory that it takes. */
uint64_t plan_private_size(const struct plan *plan);

/*
 * Fill in a guest of zeros: the monitor's program, the function, descriptors, the gate, both
 * address spaces, and once more all that ring 0 and the paging rest on, to compare with after every call:
 * nobody in the machine can write either. POBF_E_SYSTEM where they do not fit.
 */
POBF_MUST_CHECK enum pobf_status plan_build(struct plan *plan, const struct guest *guest);

/* Bytes at its beginning that plan_build writes to, all of them; the rest is zeros: vault and zone. */
uint64_t plan_molded_size(const struct plan *plan);
/* Back the zone with pages, for the monitor writes all of it; large ones where it is worth it. */
void plan_back_zone(const struct plan *plan, const struct guest *guest);

#endif
