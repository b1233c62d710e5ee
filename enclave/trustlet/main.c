/* The monitor's program in a virtual machine. It is started by pobf-trustlet, and by nobody else. */
#include "enclave/monitor/serve.h"
#include "enclave/trustlet/abi.h"
#include "enclave/trustlet/stand.h"

void trustlet_main(void);

void trustlet_main(void)
{
    static struct stand stand;
    enum pobf_status status = stand_up(&stand);

    if (status == POBF_OK) {
        status = serve_requests(&stand.monitor);
    }
    monitor_close(&stand.monitor);
    stand_hand_over(TRUSTLET_PORT_END);
}
