#ifndef POBF_ENCLAVE_KVM_ORDERS_H
#define POBF_ENCLAVE_KVM_ORDERS_H

#include "enclave/kvm/keeper.h"

/*
 * What the host may say to a keeper before its guest runs. A setup makes it the keeper of one machine, and
 * this returns POBF_OK. An order to cast makes it two: the one that was ordered, the zygote, waits for the
 * next order; the other one makes a machine and waits for its setup, on a socket of its own. Both hold
 * nothing secret, and no file but /dev/kvm.
 * POBF_E_MISSING where the host is gone, POBF_E_INPUT where it says anything else.
 */
POBF_MUST_CHECK enum pobf_status orders_take(struct keeper *keeper);

#endif
