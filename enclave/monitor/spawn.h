#ifndef POBF_ENCLAVE_MONITOR_SPAWN_H
#define POBF_ENCLAVE_MONITOR_SPAWN_H

#include <sys/types.h>

#include "framework/core/status.h"

/*
 * Start the monitor's program: no arguments, no environment, default signals, stderr, and a socket as
 * MESSAGE_HOST. POBF_E_MISSING where there is no such program.
 */
POBF_MUST_CHECK enum pobf_status spawn_monitor(pid_t *process, const char *program, int socket);

#endif
