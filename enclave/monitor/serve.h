#ifndef POBF_ENCLAVE_MONITOR_SERVE_H
#define POBF_ENCLAVE_MONITOR_SERVE_H

#include "enclave/monitor/monitor.h"

/*@
  // The monitor has its things, no two overlap, and in its window there is room for evidence.
  predicate serving{L}(struct monitor *monitor) =
    valid_monitor{L}(monitor) && apart_monitor{L}(monitor) &&
    POBF_EVIDENCE_ROOM <= \at(monitor->window.body_room, L);
*/

/*
 * Answer the host's requests, one after the other, until it is gone or the monitor must end.
 * Returns POBF_OK where the host is gone, POBF_E_POISONED where forgetting could not be shown,
 * POBF_E_SYSTEM where the ground gave way. Between two requests nothing is under way, and the zone
 * is golden: so it is at the end, too, unless the monitor is poisoned.
 */
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
  ensures  serving: serving(monitor);
  ensures  settled: settled(&monitor->vault);
  ensures  golden:  \result != POBF_E_POISONED ==> is_golden(&monitor->zone);
*/
POBF_MUST_CHECK enum pobf_status serve_requests(const struct monitor *monitor);

#endif
