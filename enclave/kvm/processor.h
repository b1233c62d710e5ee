#ifndef POBF_ENCLAVE_KVM_PROCESSOR_H
#define POBF_ENCLAVE_KVM_PROCESSOR_H

#include <stdint.h>

/* Learn what this KVM's processors can do. It takes long, and is done once. 1, or 0 where it cannot be. */
int processor_learn(int kvm);

/*
 * Bring a new virtual processor to where the monitor starts: 64-bit mode, ring 3, address space M,
 * descriptors and tables as plan.h builds them. 1, or 0 where KVM refuses.
 */
int processor_start(int kvm, int vm, int vcpu, uint64_t entry);

#endif
