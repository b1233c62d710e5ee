/* What serving promises, said again: it may go on, unless the monitor is poisoned. */
#include "enclave/monitor/serve.h"

/*@
  requires serving: serving(monitor);
  requires settled: settled(&monitor->vault);
  requires golden:  is_golden(&monitor->zone);
  terminates        \false;
  exits             \false;
  assigns           *monitor->vault.chain, monitor->vault.tasks[0 .. VAULT_TASKS - 1];
  assigns           monitor->zone.base[0 .. monitor->zone.size - 1];
  assigns           monitor->vault.outbox[0 .. monitor->vault.outbox_room - 1];
  assigns           monitor->window.bytes[0 .. monitor->window.size - 1];
*/
enum pobf_status serve_twice(const struct monitor *monitor);

enum pobf_status serve_twice(const struct monitor *monitor)
{
    const enum pobf_status status = serve_requests(monitor);

    /*@ assert tasks: \forall integer k; 0 <= k < VAULT_TASKS ==>
                      monitor->vault.tasks[k].state != POBF_LOADED; */
    return status == POBF_E_POISONED ? status : serve_requests(monitor);
}
