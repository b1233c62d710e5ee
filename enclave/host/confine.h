#ifndef POBF_ENCLAVE_HOST_CONFINE_H
#define POBF_ENCLAVE_HOST_CONFINE_H

#include "framework/core/status.h"

/*
 * Give up what serving does not need: no more privileges by executing a file, no core file, no
 * debugger of the same user. The host holds no secret of a data provider, but its TLS key.
 */
POBF_MUST_CHECK enum pobf_status confine_host(void);

#endif
