#include "enclave/monitor/release.h"

#include "framework/core/move.h"

/* Move an answer out: it is as sealed there as it was here, where it leaves zeros. */
/*@
  requires to:      \valid(to + (0 .. size - 1));
  requires from:    \valid(from + (0 .. size - 1));
  requires apart:   \separated(to + (0 .. size - 1), from + (0 .. size - 1));
  requires sealed:  sealed_or_none(from, size);
  terminates        \true;
  exits             \false;
  assigns           to[0 .. size - 1], from[0 .. size - 1];
  ensures  sealed:  sealed_or_none(to, size);
  ensures  zero:    zeroed(from, size);
*/
static void move_answer(uint8_t *to, uint8_t *from, size_t size)
{
    pobf_move(to, from, size);
}

/* Put receipt and answer in the window. The outbox is left in zeros where the answer was. */
/*@
  requires end:      \valid_read(end);
  requires window:   valid_window(window) && laid_out(window);
  requires outbox:   \valid(outbox + (0 .. end->answer_size - 1));
  requires receipt:  end->receipt_size <= POBF_RECEIPT_ROOM;
  requires answer:   end->answer_size <= window->body_room;
  requires sealed:   sealed_or_none(outbox, end->answer_size);
  requires apart:    \separated(window->bytes + (0 .. window->size - 1), end,
                                outbox + (0 .. end->answer_size - 1));
  requires alone:    \separated(outbox + (0 .. end->answer_size - 1), end, window);
  terminates         \true;
  exits              \false;
  assigns            window->bytes[0 .. window->input_at - 1], outbox[0 .. end->answer_size - 1];
  ensures  receipt:  same_bytes(window->bytes, &end->receipt[0], end->receipt_size);
  ensures  sealed:   sealed_or_none(window->bytes + window->body_at, end->answer_size);
  ensures  below:    \forall integer k; end->receipt_size <= k < window->body_at ==>
                     window->bytes[k] == \old(window->bytes[k]);
  ensures  above:    \forall integer k; window->body_at + end->answer_size <= k < window->size ==>
                     window->bytes[k] == \old(window->bytes[k]);
  ensures  zero:     zeroed(outbox, end->answer_size);
*/
static void show(const struct window *window, const struct call_end *end, uint8_t *outbox)
{
    window_put(window, 0, end->receipt, end->receipt_size);
    //@ assert kept: unchanged{Pre,Here}(outbox, end->answer_size);
    //@ assert sealed: sealed_or_none(outbox, end->answer_size);
    move_answer(window->bytes + window->body_at, outbox, end->answer_size);
}

/* The task is over and forgotten, and that was shown: now, and not before, the host may see. */
/*@
  requires end:       \valid_read(end);
  requires monitor:   \valid_read(monitor) && \valid_read(task);
  requires window:    valid_window(&monitor->window) && laid_out(&monitor->window);
  requires whole:     monitor->zone.golden_size <= monitor->zone.size;
  requires outbox:    \valid(monitor->vault.outbox + (0 .. end->answer_size - 1));
  requires answer:    end->answer_size <= monitor->window.body_room;
  requires sealed:    sealed_or_none(monitor->vault.outbox, end->answer_size);
  requires things:    \separated(end, monitor, task);
  requires seen:      \separated(monitor->window.bytes + (0 .. monitor->window.size - 1), end,
                                 monitor->vault.outbox + (0 .. end->answer_size - 1));
  requires moved:     \separated(monitor->vault.outbox + (0 .. end->answer_size - 1), end, monitor);
  requires task:      \separated(task, monitor->window.bytes + (0 .. monitor->window.input_at - 1));
  requires gone:      \separated(task, monitor->vault.outbox + (0 .. end->answer_size - 1));
  requires base:      \separated(monitor->zone.base + (0 .. monitor->zone.size - 1),
                                 monitor->window.bytes + (0 .. monitor->window.input_at - 1));
  requires zone:      \separated(monitor->zone.base + (0 .. monitor->zone.size - 1),
                                 monitor->vault.outbox + (0 .. end->answer_size - 1));
  requires image:     \separated(monitor->zone.golden + (0 .. monitor->zone.golden_size - 1),
                                 monitor->window.bytes + (0 .. monitor->window.input_at - 1));
  requires origin:    \separated(monitor->zone.golden + (0 .. monitor->zone.golden_size - 1),
                                 monitor->vault.outbox + (0 .. end->answer_size - 1));
  requires over:      over(&monitor->zone, task, end);
  terminates          \true;
  exits               \false;
  assigns             monitor->window.bytes[0 .. monitor->window.input_at - 1];
  assigns             monitor->vault.outbox[0 .. end->answer_size - 1];
  ensures  over:      over(&monitor->zone, task, end);
  ensures  fits:      end->answer_size <= monitor->window.body_room;
  ensures  released:  released(&monitor->window, end);
  ensures  unseen:    unseen{Pre,Post}(&monitor->window, end);
  ensures  gone:      zeroed(monitor->vault.outbox, end->answer_size);
*/
static void release(const struct monitor *monitor, const struct pobf_task *task,
                    const struct call_end *end)
{
    (void)task; /* the contract's: of a task that is not forgotten nothing is released */
    if (end->status != POBF_E_POISONED) {
        show(&monitor->window, end, monitor->vault.outbox);
        /* For the solver: nothing of the task or the zone is where the window and outbox are. */
        //@ assert keyless: keyless(task);
        //@ assert base:    unchanged{Pre,Here}(monitor->zone.base, monitor->zone.size);
        //@ assert image:   unchanged{Pre,Here}(monitor->zone.golden, monitor->zone.golden_size);
        //@ assert golden:  is_golden(&monitor->zone);
    }
}

void release_task(struct call_end *end, const struct monitor *monitor, struct pobf_task *task,
                  enum pobf_exit exit, size_t sealed_size)
{
    /* For the solver: what a call writes is apart from the monitor and the window, byte by byte. */
    /*@ assert end:    \forall integer k; 0 <= k < monitor->window.size ==>
                         \separated(monitor->window.bytes + k, end); */
    /*@ assert task:   \forall integer k; 0 <= k < monitor->window.size ==>
                         \separated(monitor->window.bytes + k, task); */
    /*@ assert chain:  \forall integer k; 0 <= k < monitor->window.size ==>
                         \separated(monitor->window.bytes + k, monitor->vault.chain); */
    /*@ assert base:   \forall integer k; 0 <= k < monitor->window.size ==>
                         \separated(
                             monitor->window.bytes + k,
                             monitor->zone.base + (0 .. monitor->zone.size - 1)); */
    /*@ assert box:    \forall integer k; 0 <= k < monitor->window.size ==>
                         \separated(
                             monitor->window.bytes + k,
                             monitor->vault.outbox + (0 .. monitor->vault.outbox_room - 1)); */
    call_run(end, monitor, task, exit, sealed_size);
    /* So the monitor has its things where they were, and the host has seen nothing yet. */
    //@ assert window: kept_window{Pre,Here}(&monitor->window);
    //@ assert layout: kept_layout{Pre,Here}(&monitor->window);
    //@ assert zone:   kept_zone{Pre,Here}(&monitor->zone);
    //@ assert outbox: kept_outbox{Pre,Here}(&monitor->vault);
    /*@ assert unseen: unchanged{Pre,Here}(\at(monitor->window.bytes, Pre),
                                           \at(monitor->window.size, Pre)); */
    release(monitor, task, end);
}
