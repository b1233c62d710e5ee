#ifndef POBF_ENCLAVE_KVM_KEEPER_H
#define POBF_ENCLAVE_KVM_KEEPER_H

#include "enclave/kvm/guest.h"
#include "enclave/kvm/machine.h"
#include "enclave/kvm/plan.h"
#include "enclave/monitor/doorbell.h"
#include "enclave/process/confine.h"

/*
 * The process that keeps one virtual machine, or, before there is one, makes others of its kind. To pobf-host it is a monitor like any other: it
 * speaks message.h, and passes on what the monitor in the machine says.
 */
struct keeper {
    struct message_setup setup;
    int given[MESSAGE_GIVEN]; /* until they are read and mapped */
    struct image image;
    struct window window;
    struct program program;
    uint8_t digest[POBF_DIGEST_BYTES]; /* of the program */
    int device;                        /* /dev/kvm       */
    struct confine_filter filter;      /* what it may do once a guest runs */
    int is_prepared;                   /* 1: these, and the program, are there */
    struct plan plan;
    struct guest guest;
    struct machine machine;
    struct doorbell doorbell;
    struct trustlet_mail *mail; /* in the guest: read once, believed never */
    uint64_t tsc_ahead;         /* what the guest's counter is ahead of ours */
};

/*
 * Start, in this order: give up all files but /dev/kvm; take orders (orders.h), up to the setup; read
 * the image; build the guest in its machine; give up every right but what the loop needs; only then run
 * the first instruction, which draws the keys; say hello. On failure the reason is on stderr: nothing is
 * secret yet. POBF_E_MISSING where the host is gone.
 */
POBF_MUST_CHECK enum pobf_status keeper_open(struct keeper *keeper);

/* Parts of it. A machine for a guest of up to `room` bytes, which has never run, and no guest yet. */
POBF_MUST_CHECK enum pobf_status keeper_make_machine(struct keeper *keeper, uint64_t room);
/*
 * From a parsed image and a window of its size: the guest, in the machine that there is, or in a new one. A
 * `mold` of that image is used where it is not -1.
 */
POBF_MUST_CHECK enum pobf_status keeper_build(struct keeper *keeper, int window, int mold);
/* The first instructions, up to the hello. */
POBF_MUST_CHECK enum pobf_status keeper_boot(struct keeper *keeper, struct message_hello *hello);
/*
 * One request. POBF_E_POISONED where the monitor has ended with this reply, POBF_E_SYSTEM where the
 * machine broke: there is no reply, and the machine must not run again.
 */
POBF_MUST_CHECK enum pobf_status keeper_turn(struct keeper *keeper,
                                             const struct message_request *request,
                                             struct message_reply *reply);

/*
 * Pass requests and replies on until the host is gone (POBF_OK), the monitor ends (POBF_E_POISONED)
 * or the machine breaks (POBF_E_SYSTEM).
 */
POBF_MUST_CHECK enum pobf_status keeper_serve(struct keeper *keeper);

/* Overwrite all of the guest's memory. The process ends right after. */
void keeper_close(struct keeper *keeper);

#endif
