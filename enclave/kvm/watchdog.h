#ifndef POBF_ENCLAVE_KVM_WATCHDOG_H
#define POBF_ENCLAVE_KVM_WATCHDOG_H

#include <linux/kvm.h>
#include <stdint.h>

#include "framework/core/status.h"

/*
 * The clock of a call: a signal that makes the virtual processor stop, wherever it is, even where
 * it is just about to run. There is one a process.
 */
POBF_MUST_CHECK enum pobf_status watchdog_open(struct kvm_run *run);
void watchdog_close(void);
void watchdog_arm(uint32_t after_us);
void watchdog_disarm(void);

#endif
