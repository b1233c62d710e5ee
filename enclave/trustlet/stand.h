#ifndef POBF_ENCLAVE_TRUSTLET_STAND_H
#define POBF_ENCLAVE_TRUSTLET_STAND_H

#include "enclave/monitor/ground.h"

/* The monitor in its virtual machine, below it nothing but the gate. */
struct stand {
    struct monitor monitor;
    uint64_t tables_size;
    uint64_t tsc_khz;
};

/*
 * Make the monitor stand: take what the host gave, check that the function's text and constants are
 * those of the image that is measured, lay out zone and vault, draw the keys, and
 * leave the hello in the mail.
 */
POBF_MUST_CHECK enum pobf_status stand_up(struct stand *stand);

/* Give the host its turn; what it is told is in the mail. */
void stand_hand_over(uint16_t port);

#endif
