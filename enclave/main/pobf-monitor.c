/* The monitor's program on the process backend. It is started by pobf-host, and by nobody else. */
#include <unistd.h>

#include "enclave/monitor/serve.h"
#include "enclave/process/warden.h"

int main(void)
{
    static struct warden warden;
    enum pobf_status status = warden_open(&warden);

    if (status == POBF_OK) {
        status = serve_requests(&warden.monitor);
    }
    monitor_close(&warden.monitor);
    _exit(status == POBF_OK ? 0 : status == POBF_E_POISONED ? 1 : 3);
}
