#ifndef POBF_ENCLAVE_MONITOR_GROUND_H
#define POBF_ENCLAVE_MONITOR_GROUND_H

#include "enclave/monitor/call.h"

/*
 * What the monitor stands on: a process of the host (process/warden.c), or a bare virtual machine
 * (trustlet/ground.c). Everything that differs between the two is here, and which of them it is,
 * the linker decides.
 */

/* How the function ended, and how long it ran. */
struct ground_result {
    enum pobf_exit exit;
    uint64_t time_us;
};

/*
 * What is proved of a call (order.c) and of its service (serve.c) believes the contracts below:
 * each ground has to keep them, and has its tests. What a ground has below it is its own, and no
 * part of a contract.
 */

/*
 * The backend that evidence names.
 * Source: each ground names itself: tests/enclave/monitor/link_test.c
 */
/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
enum pobf_backend ground_backend(void);

/*
 * Wait for a request, for ever maybe. POBF_E_MISSING where the host is gone, or is not one. Any
 * request may come, and meanwhile the host may write to the window what it likes.
 * Source: tests/enclave/monitor: link_test.c, refusal_test.c, serve_test.c
 */
/*@
  requires monitor: \valid_read(monitor);
  requires request: \valid(request);
  requires window:  \valid(monitor->window.bytes + (0 .. monitor->window.size - 1));
  terminates        \false;
  exits             \false;
  assigns           \result, *request;
  assigns           monitor->window.bytes[0 .. monitor->window.size - 1];
*/
POBF_MUST_CHECK enum pobf_status ground_receive(const struct monitor *monitor,
                                                struct message_request *request);

/*@
  // The sizes of a reply are within the window; of a monitor that must end, they are 0.
  predicate fitting{L}(struct message_reply reply, struct window *window) =
    reply.receipt_size <= POBF_RECEIPT_ROOM && reply.body_size <= \at(window->body_room, L) &&
    (reply.status == POBF_E_POISONED ==> reply.receipt_size == 0 && reply.body_size == 0);
*/

/*
 * Give the host its reply: what the window holds is now the host's. So no task may be under way,
 * the zone is golden unless the monitor must end, and what stands behind a receipt is sealed.
 * Source: tests/enclave/monitor: link_test.c, refusal_test.c, serve_test.c
 */
/*@
  requires monitor: \valid_read(monitor);
  requires reply:   \valid_read(reply);
  requires fits:    fitting(*reply, &monitor->window);
  requires settled: settled(&monitor->vault);
  requires golden:  reply->status != POBF_E_POISONED ==> is_golden(&monitor->zone);
  requires sealed:  0 < reply->receipt_size ==>
                    sealed_or_none(monitor->window.bytes + monitor->window.body_at,
                                   reply->body_size);
  terminates        \true;
  exits             \false;
  assigns           \result;
*/
POBF_MUST_CHECK enum pobf_status ground_send(const struct monitor *monitor,
                                             const struct message_reply *reply);

/*
 * Run the function once, for at most the deadline of its manifest. When this returns POBF_OK no
 * instruction of the function runs any more, and nothing of it is left but what stands in the zone.
 * Anything else: nobody can say so, and the monitor must end.
 * Source: tests/enclave/monitor: hostile_test.c, privileged_test.c, endings_test.c, channels_test.c
 */
/*@
  requires monitor: \valid_read(monitor);
  requires zone:    valid_zone(&monitor->zone);
  requires result:  \valid(result);
  requires apart:   \separated(result, monitor,
                               monitor->zone.base + (0 .. monitor->zone.size - 1));
  terminates        \true;
  exits             \false;
  assigns           \result, *result, monitor->zone.base[0 .. monitor->zone.size - 1];
*/
POBF_MUST_CHECK enum pobf_status ground_run(const struct monitor *monitor,
                                            struct ground_result *result);

/*
 * Make ready for the next run, after the answer has left: no client waits for it.
 * Source: tests/enclave/process/nursery_test.c
 */
/*@
  requires monitor: \valid_read(monitor);
  terminates        \true;
  exits             \false;
  assigns           \result;
*/
POBF_MUST_CHECK enum pobf_status ground_renew(const struct monitor *monitor);

/*
 * Seconds since 1970, by the host's clock.
 * Source: the clock is the host's, and any number is as good as another.
 */
/*@
  requires monitor: \valid_read(monitor);
  terminates        \true;
  exits             \false;
  assigns           \nothing;
*/
uint64_t ground_now_s(const struct monitor *monitor);

#endif
