/* What the end of a task promises, said again in other words. */
#include "enclave/monitor/release.h"

struct call_end end;

/*@
  requires callable: callable(monitor, task, &end);
  terminates         \true;
  exits              \false;
  assigns            *monitor->vault.chain, *task, end;
  assigns            monitor->zone.base[0 .. monitor->zone.size - 1];
  assigns            monitor->vault.outbox[0 .. monitor->vault.outbox_room - 1];
  assigns            monitor->window.bytes[0 .. monitor->window.input_at - 1];
*/
void release_a_task(const struct monitor *monitor, struct pobf_task *task, size_t sealed_size);

void release_a_task(const struct monitor *monitor, struct pobf_task *task, size_t sealed_size)
{
    release_task(&end, monitor, task, POBF_EXIT_REFUSED, sealed_size);
    //@ assert forgotten: keyless(task) && task->state == POBF_FORGOTTEN;
    //@ assert golden: end.status == POBF_OK ==> is_golden(&monitor->zone);
    //@ assert nothing: end.status == POBF_E_POISONED ==> end.answer_size + end.receipt_size == 0;
    /*@ assert receipt: \forall integer k; 0 <= k < end.receipt_size ==>
                        monitor->window.bytes[k] == end.receipt[k]; */
    /*@ assert sealed: 0 < end.answer_size ==>
                       sealed_answer(monitor->window.bytes + monitor->window.body_at,
                                     end.answer_size); */
    /*@ assert between: \forall integer k; end.receipt_size <= k < monitor->window.body_at ==>
                        monitor->window.bytes[k] == \at(monitor->window.bytes[k], Pre); */
    /*@ assert behind: \forall integer k;
                       monitor->window.body_at + end.answer_size <= k < monitor->window.size ==>
                       monitor->window.bytes[k] == \at(monitor->window.bytes[k], Pre); */
    /*@ assert outbox: \forall integer k; 0 <= k < end.answer_size ==>
                       monitor->vault.outbox[k] == 0; */
}
