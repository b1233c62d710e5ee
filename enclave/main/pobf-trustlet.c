/* Keeps a virtual machine with a monitor inside. It is started by pobf-host, and by nobody else. */
#include <errno.h>
#include <unistd.h>

#include "enclave/kvm/keeper.h"

int main(void)
{
    static char name[] = "pobf-trustlet"; /* the host calls each of its monitors pobf-monitor */
    static struct keeper keeper;
    enum pobf_status status;

    program_invocation_short_name = name;
    status = keeper_open(&keeper);

    if (status == POBF_OK) {
        status = keeper_serve(&keeper);
    }
    keeper_close(&keeper);
    _exit(status == POBF_OK ? 0 : status == POBF_E_POISONED ? 1 : 3);
}
