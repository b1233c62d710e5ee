#ifndef POBF_ENCLAVE_KVM_MACHINE_H
#define POBF_ENCLAVE_KVM_MACHINE_H

#include <linux/kvm.h>

#include "enclave/kvm/guest.h"

/* One virtual machine with one processor, without devices: a byte to a port is all that it says. */
struct machine {
    int kvm;
    int vm;
    int vcpu;
    struct kvm_run *run;
    size_t run_size;
    uint64_t tsc_khz;
};

/* Why the processor stopped. */
enum machine_stop {
    MACHINE_READY,     /* the monitor has put something in the mail, and waits       */
    MACHINE_END,       /* the same, for the last time                                */
    MACHINE_INTERRUPT, /* a signal came: nothing is known of where the guest stands  */
    MACHINE_BROKEN,    /* anything else: the machine must be destroyed               */
};

/* /dev/kvm, or -1. */
int machine_device(void);

/*
 * Make it, over the room of a guest; before it runs plan.h must have built the guest. The processor
 * stands at `entry` in M. `device` is then the machine's to close. POBF_E_MISSING where there is none,
 * POBF_E_SYSTEM where it does not do, and *why says which step; the machine is then closed.
 */
POBF_MUST_CHECK enum pobf_status machine_make(struct machine *machine, int device,
                                              const struct guest *guest, uint64_t entry,
                                              const char **why);
/* The same with a device of its own. */
POBF_MUST_CHECK enum pobf_status machine_open(struct machine *machine, const struct guest *guest,
                                              uint64_t entry, const char **why);
void machine_close(struct machine *machine);

/*
 * Have KVM do what it does once, before the first instruction, and stop there: so that nobody waits for
 * it later. 1, or 0 where it does not stop.
 */
int machine_settle(struct machine *machine);

/*
 * The processor stands still: have KVM give back its own tables of the guest's memory, by taking
 * that away and giving it again. They are built once more, page by page, as the guest goes on. 1,
 * or 0 where the machine must be destroyed.
 */
int machine_park(const struct machine *machine, const struct guest *guest);

/* Let the processor run until it stops. */
enum machine_stop machine_run(struct machine *machine);

/*
 * The deadline has passed: take F's turn away, where F runs. The monitor then comes back from its
 * crossing as by an exception, with TRUSTLET_DEADLINE for a vector. `stack0_m` is the page of its
 * frame. Returns 1; 0 where F does not run.
 */
int machine_take_turn(struct machine *machine, const struct guest *guest,
                      struct guest_address stack0_m);

#endif
