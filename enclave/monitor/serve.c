#include "enclave/monitor/serve.h"

#include "enclave/monitor/apart.h"
#include "enclave/monitor/ground.h"
#include "enclave/monitor/link.h"
#include "enclave/monitor/release.h"

/*@
  // Where the monitor has its things, and their bounds, are the same at both points of the program.
  predicate kept_monitor{L1,L2}(struct monitor *monitor) =
    kept_window{L1,L2}(\at(&monitor->window, L1)) &&
    kept_layout{L1,L2}(\at(&monitor->window, L1)) &&
    kept_zone{L1,L2}(\at(&monitor->zone, L1)) && kept_outbox{L1,L2}(\at(&monitor->vault, L1)) &&
    \at(monitor->vault.chain, L1) == \at(monitor->vault.chain, L2) &&
    \at(monitor->vault.tasks, L1) == \at(monitor->vault.tasks, L2);

  predicate kept_limits{L1,L2}(struct monitor *monitor) =
    \at(monitor->zone.input_at, L1) == \at(monitor->zone.input_at, L2) &&
    \at(monitor->zone.input_room, L1) == \at(monitor->zone.input_room, L2) &&
    \at(monitor->zone.output_at, L1) == \at(monitor->zone.output_at, L2) &&
    \at(monitor->zone.output_room, L1) == \at(monitor->zone.output_room, L2) &&
    \at(monitor->image.manifest.output_max, L1) == \at(monitor->image.manifest.output_max, L2) &&
    \at(monitor->image.manifest.fuel, L1) == \at(monitor->image.manifest.fuel, L2);

  // The n bytes at p are apart from what a step makes.
  predicate apart_bytes{L}(uint8_t *p, integer n, struct boot *boot) =
    \forall integer k; 0 <= k < n ==>
      \separated(p + k, &boot->bytes[0 .. POBF_EVIDENCE_ROOM - 1]);

  // A step on its way is apart from the monitor; what it makes, from all of the monitor's bytes.
  predicate apart_boot{L}(struct boot *boot, struct monitor *monitor) =
    \separated(boot, monitor, monitor->vault.chain) &&
    (\forall integer k; 0 <= k < VAULT_TASKS ==> \separated(monitor->vault.tasks + k, boot)) &&
    apart_bytes(monitor->zone.base, monitor->zone.golden_size, boot) &&
    apart_bytes(monitor->zone.base + monitor->zone.golden_size,
                monitor->zone.size - monitor->zone.golden_size, boot) &&
    apart_bytes(monitor->zone.golden, monitor->zone.golden_size, boot) &&
    apart_bytes(monitor->window.bytes, monitor->window.size, boot);

  // The n bytes at p are apart from a task.
  predicate apart_from_task{L}(uint8_t *p, integer n, struct pobf_task *task) =
    \forall integer k; 0 <= k < n ==> \separated(p + k, task);

  // A task is apart from the others, and they are in the same states at both points.
  predicate apart_task{L}(struct pobf_task *task, struct vault *vault) =
    \forall integer k; 0 <= k < VAULT_TASKS && vault->tasks + k != task ==>
      \separated(&vault->tasks[k].state, task);

  predicate kept_others{L1,L2}(struct pobf_task *task, struct vault *vault) =
    \forall integer k; 0 <= k < VAULT_TASKS && \at(vault->tasks, L1) + k != task ==>
      \at(vault->tasks[k].state, L1) == \at(vault->tasks[k].state, L2);

  // Beside a receipt and a body of these sizes, the window is as it was.
  predicate beside{L1,L2}(struct window *window, integer receipt_size, integer body_size) =
    \forall integer k; (receipt_size <= k < \at(window->body_at, L2) ||
                        \at(window->body_at, L2) + body_size <= k < \at(window->size, L2)) ==>
                       \at(window->bytes[k], L1) == \at(window->bytes[k], L2);
*/

/* Give the host a body, where the step that made it was apart and went well. */
/*@
  requires boot:    \valid_read(boot) && boot->size <= POBF_EVIDENCE_ROOM;
  requires serving: serving(monitor);
  requires settled: settled(&monitor->vault);
  requires golden:  is_golden(&monitor->zone);
  requires apart:   \separated(boot, monitor,
                               monitor->window.bytes + (0 .. monitor->window.size - 1));
  terminates        \true;
  exits             \false;
  assigns           (monitor->window.bytes + monitor->window.body_at)[0 .. boot->size - 1];
  ensures  settled: settled(&monitor->vault);
  ensures  golden:  is_golden(&monitor->zone);
  ensures  fits:    fitting(\result, &monitor->window);
  ensures  receipt: \result.receipt_size == 0;
  ensures  beside:  beside{Pre,Post}(&monitor->window, 0, \result.body_size);
*/
static struct message_reply answer_body(const struct monitor *monitor, const struct boot *boot,
                                        uint32_t cleared)
{
    const struct window *window = &monitor->window;
    struct message_reply reply = {0};

    reply.status = (uint32_t)(cleared == 1 ? boot->status : POBF_E_SYSTEM);
    if (reply.status == POBF_OK) {
        window_put(window, window->body_at, boot->bytes, boot->size);
        reply.body_size = boot->size;
        /* For the solver: nothing of the zone is where the window is. */
        //@ assert kept:   kept_monitor{Pre,Here}(monitor);
        //@ assert base:   unchanged{Pre,Here}(monitor->zone.base, monitor->zone.size);
        //@ assert image:  unchanged{Pre,Here}(monitor->zone.golden, monitor->zone.golden_size);
    }
    return reply;
}

/* Evidence, in a place of its own: of the monitor's things nothing is written. */
/*@
  requires boot:    \valid(boot);
  requires serving: serving(monitor);
  requires settled: settled(&monitor->vault);
  requires golden:  is_golden(&monitor->zone);
  requires nonce:   \valid_read(nonce + (0 .. POBF_NONCE_BYTES - 1));
  requires apart:   apart_boot(boot, monitor);
  terminates        \true;
  exits             \false;
  assigns           *boot;
  ensures  kept:    kept_monitor{Pre,Post}(monitor);
  ensures  serving: serving(monitor);
  ensures  settled: settled(&monitor->vault);
  ensures  golden:  is_golden(&monitor->zone);
  ensures  unseen:  unchanged{Pre,Post}(monitor->window.bytes, monitor->window.size);
  ensures  fits:    boot->size <= POBF_EVIDENCE_ROOM;
*/
static uint32_t make_evidence(struct boot *boot, const struct monitor *monitor,
                              const uint8_t nonce[POBF_NONCE_BYTES])
{
    uint32_t cleared;

    boot->stack = monitor->vault.stack;
    boot->monitor = monitor;
    boot->nonce = nonce;
    //@ assert before: is_golden(&monitor->zone);
    cleared = boot_evidence(boot);
    //@ assert kept:   kept_monitor{Pre,Here}(monitor);
    //@ assert limits: kept_limits{Pre,Here}(monitor);
    //@ assert unseen: unchanged{Pre,Here}(monitor->window.bytes, monitor->window.size);
    //@ assert begin:  unchanged{Pre,Here}(monitor->zone.base, monitor->zone.golden_size);
    /*@ assert zeros:  unchanged{Pre,Here}(monitor->zone.base + monitor->zone.golden_size,
                                           monitor->zone.size - monitor->zone.golden_size); */
    //@ assert image:  unchanged{Pre,Here}(monitor->zone.golden, monitor->zone.golden_size);
    /*@ assert same:   same_bytes(monitor->zone.base, monitor->zone.golden,
                                  monitor->zone.golden_size); */
    /*@ assert rest:   zeroed(monitor->zone.base + monitor->zone.golden_size,
                              monitor->zone.size - monitor->zone.golden_size); */
    //@ assert still:  is_golden(&monitor->zone);
    //@ assert valid:  valid_zone(&monitor->zone);
    //@ assert vault:  valid_vault(&monitor->vault);
    //@ assert seen:   valid_window(&monitor->window);
    //@ assert all:    valid_monitor(monitor);
    //@ assert own:    apart_monitor(monitor);
    return cleared;
}

/* Evidence: of the monitor's things nothing but the window is written. */
/*@
  requires serving: serving(monitor);
  requires settled: settled(&monitor->vault);
  requires golden:  is_golden(&monitor->zone);
  requires nonce:   \valid_read(nonce + (0 .. POBF_NONCE_BYTES - 1));
  terminates        \true;
  exits             \false;
  assigns           (monitor->window.bytes + monitor->window.body_at)[0 .. POBF_EVIDENCE_ROOM - 1];
  ensures  settled: settled(&monitor->vault);
  ensures  golden:  is_golden(&monitor->zone);
  ensures  fits:    fitting(\result, &monitor->window);
  ensures  receipt: \result.receipt_size == 0;
  ensures  beside:  beside{Pre,Post}(&monitor->window, 0, \result.body_size);
*/
static struct message_reply answer_evidence(const struct monitor *monitor,
                                            const uint8_t nonce[POBF_NONCE_BYTES])
{
    struct boot boot;
    const uint32_t cleared = make_evidence(&boot, monitor, nonce);

    return answer_body(monitor, &boot, cleared);
}

/* An offer of a task that is FORGOTTEN: it is FRESH then, or still FORGOTTEN. */
/*@
  requires boot:    \valid(boot);
  requires serving: serving(monitor);
  requires settled: settled(&monitor->vault);
  requires golden:  is_golden(&monitor->zone);
  requires task:    task != \null && one_of(task, &monitor->vault);
  requires free:    task->state == POBF_FORGOTTEN;
  requires apart:   apart_boot(boot, monitor);
  terminates        \true;
  exits             \false;
  assigns           *boot, *task;
  ensures  kept:    kept_monitor{Pre,Post}(monitor);
  ensures  serving: serving(monitor);
  ensures  settled: settled(&monitor->vault);
  ensures  golden:  is_golden(&monitor->zone);
  ensures  unseen:  unchanged{Pre,Post}(monitor->window.bytes, monitor->window.size);
  ensures  fits:    boot->size <= POBF_EVIDENCE_ROOM;
*/
static uint32_t make_offer(struct boot *boot, const struct monitor *monitor, struct pobf_task *task)
{
    uint32_t cleared;

    boot->stack = monitor->vault.stack;
    boot->monitor = monitor;
    boot->task = task;
    /* For the solver: the task that the step writes is apart from the rest, too. */
    //@ assert own:    \separated(task, monitor, monitor->vault.chain);
    //@ assert window: apart_from_task(monitor->window.bytes, monitor->window.size, task);
    //@ assert base:   apart_from_task(monitor->zone.base, monitor->zone.golden_size, task);
    /*@ assert tail:   apart_from_task(monitor->zone.base + monitor->zone.golden_size,
                                       monitor->zone.size - monitor->zone.golden_size, task); */
    //@ assert golden: apart_from_task(monitor->zone.golden, monitor->zone.golden_size, task);
    //@ assert lone:   apart_task(task, &monitor->vault);
    //@ assert before: is_golden(&monitor->zone);
    cleared = boot_offer(boot);
    //@ assert kept:   kept_monitor{Pre,Here}(monitor);
    //@ assert limits: kept_limits{Pre,Here}(monitor);
    //@ assert unseen: unchanged{Pre,Here}(monitor->window.bytes, monitor->window.size);
    //@ assert begin:  unchanged{Pre,Here}(monitor->zone.base, monitor->zone.golden_size);
    /*@ assert zeros:  unchanged{Pre,Here}(monitor->zone.base + monitor->zone.golden_size,
                                           monitor->zone.size - monitor->zone.golden_size); */
    //@ assert image:  unchanged{Pre,Here}(monitor->zone.golden, monitor->zone.golden_size);
    /*@ assert same:   same_bytes(monitor->zone.base, monitor->zone.golden,
                                  monitor->zone.golden_size); */
    /*@ assert rest:   zeroed(monitor->zone.base + monitor->zone.golden_size,
                              monitor->zone.size - monitor->zone.golden_size); */
    //@ assert still:  is_golden(&monitor->zone);
    //@ assert valid:  valid_zone(&monitor->zone);
    //@ assert vault:  valid_vault(&monitor->vault);
    //@ assert seen:   valid_window(&monitor->window);
    //@ assert all:    valid_monitor(monitor);
    //@ assert apart:  apart_monitor(monitor);
    //@ assert others: kept_others{Pre,Here}(task, &monitor->vault);
    return cleared;
}

/* An offer, where there is room for one more task. */
/*@
  requires serving: serving(monitor);
  requires settled: settled(&monitor->vault);
  requires golden:  is_golden(&monitor->zone);
  terminates        \true;
  exits             \false;
  assigns           monitor->vault.tasks[0 .. VAULT_TASKS - 1];
  assigns           (monitor->window.bytes + monitor->window.body_at)[0 .. POBF_EVIDENCE_ROOM - 1];
  ensures  settled: settled(&monitor->vault);
  ensures  golden:  is_golden(&monitor->zone);
  ensures  fits:    fitting(\result, &monitor->window);
  ensures  receipt: \result.receipt_size == 0;
  ensures  beside:  beside{Pre,Post}(&monitor->window, 0, \result.body_size);
*/
static struct message_reply answer_start(const struct monitor *monitor)
{
    struct pobf_task *task = vault_free_task(&monitor->vault);
    struct boot boot;
    uint32_t cleared;

    if (task == NULL) {
        return (struct message_reply){.status = POBF_E_SPACE};
    }
    cleared = make_offer(&boot, monitor, task);
    return answer_body(monitor, &boot, cleared);
}

/* Bring a task to its end, and see to it that the others are as they were. */
/*@
  requires end:     \valid(end);
  requires serving: serving(monitor);
  requires settled: settled(&monitor->vault);
  requires task:    task != \null && one_of(task, &monitor->vault);
  requires apart:   \separated(end, monitor, monitor->vault.chain,
                               monitor->vault.tasks + (0 .. VAULT_TASKS - 1),
                               monitor->vault.outbox + (0 .. monitor->vault.outbox_room - 1),
                               monitor->zone.base + (0 .. monitor->zone.size - 1),
                               monitor->window.bytes + (0 .. monitor->window.size - 1));
  requires image:   \separated(end, monitor->zone.golden + (0 .. monitor->zone.golden_size - 1));
  terminates        \true;
  exits             \false;
  assigns           *end, *monitor->vault.chain, *task;
  assigns           monitor->zone.base[0 .. monitor->zone.size - 1];
  assigns           monitor->vault.outbox[0 .. monitor->vault.outbox_room - 1];
  assigns           monitor->window.bytes[0 .. monitor->window.input_at - 1];
  ensures  settled: settled(&monitor->vault);
  ensures  over:    over(&monitor->zone, task, end);
  ensures  fits:    end->answer_size <= monitor->window.body_room;
  ensures  sealed:  sealed_or_none(monitor->window.bytes + monitor->window.body_at,
                                   end->answer_size);
  ensures  beside:  beside{Pre,Post}(&monitor->window, end->receipt_size, end->answer_size);
*/
static void end_task(struct call_end *end, const struct monitor *monitor, struct pobf_task *task,
                     enum pobf_exit exit, size_t sealed_size)
{
    /* For the solver, which does not see all of callable at once. */
    //@ assert task:   valid_task(task);
    /*@ assert own:    \separated(task, monitor, monitor->vault.chain,
                                  monitor->vault.outbox + (0 .. monitor->vault.outbox_room - 1)); */
    /*@ assert base:   \separated(task, monitor->zone.base + (0 .. monitor->zone.size - 1)); */
    /*@ assert image:  \separated(task,
                                  monitor->zone.golden + (0 .. monitor->zone.golden_size - 1)); */
    /*@ assert window: \separated(task, monitor->window.bytes + (0 .. monitor->window.size - 1)); */
    //@ assert lone:   apart_task(task, &monitor->vault);
    //@ assert sure:   valid_monitor(monitor) && apart_monitor(monitor);
    release_task(end, monitor, task, exit, sealed_size);
    //@ assert others: kept_others{Pre,Here}(task, &monitor->vault);
}

/*
 * Bring the task of this id to its end; `exit` and size as call_run has them. It is forgotten then,
 * and what the window holds of it is its receipt and its sealed answer.
 */
/*@
  requires serving: serving(monitor);
  requires settled: settled(&monitor->vault);
  requires golden:  is_golden(&monitor->zone);
  requires id:      \valid_read(id + (0 .. POBF_TASK_ID_BYTES - 1));
  terminates        \true;
  exits             \false;
  assigns           *monitor->vault.chain, monitor->vault.tasks[0 .. VAULT_TASKS - 1];
  assigns           monitor->zone.base[0 .. monitor->zone.size - 1];
  assigns           monitor->vault.outbox[0 .. monitor->vault.outbox_room - 1];
  assigns           monitor->window.bytes[0 .. monitor->window.input_at - 1];
  ensures  settled: settled(&monitor->vault);
  ensures  golden:  \result.status != POBF_E_POISONED ==> is_golden(&monitor->zone);
  ensures  fits:    fitting(\result, &monitor->window);
  ensures  sealed:  sealed_or_none(monitor->window.bytes + monitor->window.body_at,
                                   \result.body_size);
  ensures  beside:  beside{Pre,Post}(&monitor->window, \result.receipt_size, \result.body_size);
*/
static struct message_reply answer_task(const struct monitor *monitor,
                                        const uint8_t id[POBF_TASK_ID_BYTES], enum pobf_exit exit,
                                        size_t sealed_size)
{
    struct pobf_task *task = vault_fresh_task(&monitor->vault, id);
    struct call_end end;

    if (task == NULL) {
        return (struct message_reply){.status = POBF_E_STATE};
    }
    end_task(&end, monitor, task, exit, sealed_size);
    return (struct message_reply){
        .status = (uint32_t)end.status,
        .receipt_size = end.receipt_size,
        .body_size = end.answer_size,
    };
}

/* Answer whatever the host asks. */
/*@
  requires request: \valid_read(request);
  requires serving: serving(monitor);
  requires settled: settled(&monitor->vault);
  requires golden:  is_golden(&monitor->zone);
  terminates        \true;
  exits             \false;
  assigns           *monitor->vault.chain, monitor->vault.tasks[0 .. VAULT_TASKS - 1];
  assigns           monitor->zone.base[0 .. monitor->zone.size - 1];
  assigns           monitor->vault.outbox[0 .. monitor->vault.outbox_room - 1];
  assigns           monitor->window.bytes[0 .. monitor->window.input_at - 1];
  ensures  settled: settled(&monitor->vault);
  ensures  golden:  \result.status != POBF_E_POISONED ==> is_golden(&monitor->zone);
  ensures  fits:    fitting(\result, &monitor->window);
  ensures  sealed:  0 < \result.receipt_size ==>
                    sealed_or_none(monitor->window.bytes + monitor->window.body_at,
                                   \result.body_size);
  ensures  beside:  beside{Pre,Post}(&monitor->window, \result.receipt_size, \result.body_size);
*/
static struct message_reply answer(const struct monitor *monitor,
                                   const struct message_request *request)
{
    if (request->unused != 0) {
        return (struct message_reply){.status = POBF_E_USAGE};
    }
    switch (request->kind) {
    case LINK_EVIDENCE:
        return answer_evidence(monitor, request->value);
    case LINK_START:
        return answer_start(monitor);
    case LINK_CALL:
        return answer_task(monitor, request->value, POBF_EXIT_REFUSED, request->size);
    case LINK_ABANDON:
        return answer_task(monitor, request->value, POBF_EXIT_ABANDONED, 0);
    default:
        return (struct message_reply){.status = POBF_E_USAGE};
    }
}

/*
 * Answer a request. A monitor that must end says so, though its host may be gone by then.
 */
/*@
  requires request: \valid_read(request);
  requires serving: serving(monitor);
  requires settled: settled(&monitor->vault);
  requires golden:  is_golden(&monitor->zone);
  terminates        \true;
  exits             \false;
  assigns           *monitor->vault.chain, monitor->vault.tasks[0 .. VAULT_TASKS - 1];
  assigns           monitor->zone.base[0 .. monitor->zone.size - 1];
  assigns           monitor->vault.outbox[0 .. monitor->vault.outbox_room - 1];
  assigns           monitor->window.bytes[0 .. monitor->window.input_at - 1];
  ensures  serving: serving(monitor);
  ensures  settled: settled(&monitor->vault);
  ensures  golden:  \result != POBF_E_POISONED ==> is_golden(&monitor->zone);
*/
static enum pobf_status respond(const struct monitor *monitor,
                                const struct message_request *request)
{
    struct message_reply reply = answer(monitor, request);
    enum pobf_status status;

    reply.kind = request->kind;
    //@ assert kept:   kept_monitor{Pre,Here}(monitor);
    //@ assert limits: kept_limits{Pre,Here}(monitor);
    //@ assert valid:  valid_monitor(monitor);
    //@ assert apart:  apart_monitor(monitor);
    //@ assert beside: beside{Pre,Here}(&monitor->window, reply.receipt_size, reply.body_size);
    status = ground_send(monitor, &reply);
    return reply.status == POBF_E_POISONED ? POBF_E_POISONED : status;
}

/* One request, its reply, and then whatever the next one needs, which no client waits for. */
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
static enum pobf_status serve_one(const struct monitor *monitor)
{
    struct message_request request;
    enum pobf_status status = ground_receive(monitor, &request);

    /* For the solver: what the host and the ground write is apart from the zone and the tasks. */
    //@ assert kept:    kept_monitor{Pre,Here}(monitor);
    //@ assert limits:  kept_limits{Pre,Here}(monitor);
    //@ assert valid:   valid_monitor(monitor);
    //@ assert apart:   apart_monitor(monitor);
    //@ assert base:    unchanged{Pre,Here}(monitor->zone.base, monitor->zone.size);
    //@ assert image:   unchanged{Pre,Here}(monitor->zone.golden, monitor->zone.golden_size);
    //@ assert golden:  is_golden(&monitor->zone);
    //@ assert settled: settled(&monitor->vault);
    if (status == POBF_OK) {
        status = respond(monitor, &request);
    }
    return status == POBF_OK ? ground_renew(monitor) : status;
}

enum pobf_status serve_requests(const struct monitor *monitor)
{
    enum pobf_status status;

    /*@
      loop invariant serving: serving(monitor);
      loop invariant settled: settled(&monitor->vault);
      loop invariant golden:  is_golden(&monitor->zone);
      loop assigns status, *monitor->vault.chain, monitor->vault.tasks[0 .. VAULT_TASKS - 1];
      loop assigns monitor->zone.base[0 .. monitor->zone.size - 1];
      loop assigns monitor->vault.outbox[0 .. monitor->vault.outbox_room - 1];
      loop assigns monitor->window.bytes[0 .. monitor->window.size - 1];
    */
    do {
        status = serve_one(monitor);
    } while (status == POBF_OK);
    return status == POBF_E_MISSING ? POBF_OK : status;
}
