#ifndef POBF_ENCLAVE_KVM_MOLD_H
#define POBF_ENCLAVE_KVM_MOLD_H

#include "enclave/kvm/plan.h"

/*
 * What every guest of one image begins with: the monitor's program, the function, the page tables, laid
 * out once, in a file that nobody can change any more. Each guest sees it through a private mapping: a
 * page is copied when the guest first writes to it, and the others are there once for all guests. A
 * keeper that is given none makes the same by itself.
 */
struct mold {
    struct image image; /* its bytes are the caller's                */
    int file;           /* the image's file                          */
    int guest;          /* the first plan_molded_size bytes of guests */
    uint64_t room;      /* bytes of addresses that a guest takes      */
};

/*
 * From a file's bytes, which must stay valid. POBF_E_INPUT where they are no image; on failure it is closed.
 */
POBF_MUST_CHECK enum pobf_status mold_open(struct mold *mold, const uint8_t *bytes, size_t size);
void mold_close(struct mold *mold);

/*
 * Build a guest's beginning with the parts of the boot page that are the same for all. The digest of the
 * monitor's program is not among them: whoever runs it says what it is.
 */
POBF_MUST_CHECK enum pobf_status mold_build(struct plan *plan, const struct guest *guest);

/*
 * A guest was filled from a mold of this plan: learn what plan_build would have told. POBF_E_INPUT where it
 * cannot be one.
 */
POBF_MUST_CHECK enum pobf_status mold_learn(struct plan *plan, const struct guest *guest);

#endif
