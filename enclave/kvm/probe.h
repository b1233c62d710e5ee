#ifndef POBF_ENCLAVE_KVM_PROBE_H
#define POBF_ENCLAVE_KVM_PROBE_H

#include "framework/core/status.h"

/* What the KVM of this machine can do. */
struct probe {
    const char *missing;  /* NULL where the gate works, else what does not */
    double crossing_us;   /* from one address space to the other and back  */
    double round_trip_us; /* out of the machine and in again              */
};

/*
 * Try it: a machine with two address spaces and the gate between them, in which nothing but a few
 * instructions of ours run. POBF_OK where the gate works; then the times are filled in.
 */
POBF_MUST_CHECK enum pobf_status probe_run(struct probe *probe);

#endif
