#include "enclave/host/confine.h"

#include <sys/prctl.h>
#include <sys/resource.h>

enum pobf_status confine_host(void)
{
    const struct rlimit none = {0, 0};

    return setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                   prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
               ? POBF_OK
               : POBF_E_SYSTEM;
}
