#ifndef POBF_ENCLAVE_MONITOR_SERVE_H
#define POBF_ENCLAVE_MONITOR_SERVE_H

#include "enclave/monitor/monitor.h"

/*
 * Answer the host's requests, one after the other, until it is gone or the monitor must end.
 * Returns POBF_OK where the host is gone, POBF_E_POISONED where forgetting could not be shown,
 * POBF_E_SYSTEM where the ground gave way.
 */
POBF_MUST_CHECK enum pobf_status serve_requests(const struct monitor *monitor);

#endif
