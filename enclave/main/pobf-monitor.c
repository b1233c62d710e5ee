/* The monitor's program. It is started by pobf-host, and by nobody else. */
#include <unistd.h>

#include "enclave/monitor/monitor.h"
#include "enclave/monitor/serve.h"

int main(void)
{
    static struct monitor monitor;
    enum pobf_status status = monitor_open(&monitor);

    if (status == POBF_OK) {
        status = serve_requests(&monitor);
    }
    monitor_close(&monitor);
    _exit(status == POBF_OK ? 0 : status == POBF_E_POISONED ? 1 : 3);
}
