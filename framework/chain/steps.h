#ifndef POBF_FRAMEWORK_CHAIN_STEPS_H
#define POBF_FRAMEWORK_CHAIN_STEPS_H

#include "framework/chain/provider.h"
#include "framework/chain/task.h"

/*
 * The life of a task, step by step. Each step consumes the handle of one state and fills the
 * handle of the next; on any failure the task is forgotten, both handles are empty, and every
 * output holds only zeros. `receipt` collects what the receipt will say: all of it is public.
 *
 * Every step says POBF_E_STATE where the handle is empty or its task is in another state, and
 * POBF_E_POISONED where the chain is closed. Modules: start.c, exchange.c, end.c.
 */

/*@
  predicate empty_chain{L}(struct pobf_chain *chain) =
    closed_chain{L}(chain) && \at(chain->sequence, L) == 0 &&
    zeroed{L}(&chain->boot_id[0], POBF_BOOT_ID_BYTES) &&
    zeroed{L}(&chain->receipt_key[0], POBF_PUBLIC_KEY_BYTES) &&
    zeroed{L}(&chain->previous[0], POBF_DIGEST_BYTES) &&
    zeroed{L}(&chain->measurement[0], POBF_DIGEST_BYTES) &&
    zeroed{L}(&chain->policy[0], POBF_DIGEST_BYTES) &&
    zeroed{L}(&chain->golden[0], POBF_DIGEST_BYTES);

  // The receipt is of this boot: of its image, its policy and its golden image.
  predicate of_boot{L}(struct pobf_receipt *receipt, struct pobf_chain *chain) =
    same_bytes{L}(&receipt->boot_id[0], &chain->boot_id[0], POBF_BOOT_ID_BYTES) &&
    same_bytes{L}(&receipt->measurement[0], &chain->measurement[0], POBF_DIGEST_BYTES) &&
    same_bytes{L}(&receipt->policy[0], &chain->policy[0], POBF_DIGEST_BYTES) &&
    same_bytes{L}(&receipt->golden[0], &chain->golden[0], POBF_DIGEST_BYTES);
*/

/*
 * Begin a boot: draw the boot id and the receipt key, and hash the golden image.
 * POBF_E_SYSTEM where libsodium fails; then the chain is all zeros, that is, closed.
 */
/*@
  requires chain:       \valid(chain);
  requires measurement: \valid_read(measurement + (0 .. POBF_DIGEST_BYTES - 1));
  requires policy:      \valid_read(policy + (0 .. POBF_DIGEST_BYTES - 1));
  requires zone:        valid_zone(zone);
  requires apart:       \separated(chain, zone, measurement + (0 .. POBF_DIGEST_BYTES - 1),
                                   policy + (0 .. POBF_DIGEST_BYTES - 1));
  requires alone:       \separated(chain, zone->golden + (0 .. zone->golden_size - 1));
  terminates            \true;
  exits                 \false;
  assigns               *chain;
  ensures  begun:       \result == POBF_OK ==> live_chain(chain) && chain->sequence == 0;
  ensures  nothing:     \result != POBF_OK ==> empty_chain(chain);
*/
POBF_MUST_CHECK
enum pobf_status pobf_chain_begin(struct pobf_chain *chain,
                                  const uint8_t measurement[POBF_DIGEST_BYTES],
                                  const uint8_t policy[POBF_DIGEST_BYTES],
                                  const struct pobf_zone *zone);

/* Close the chain for good: its signing key is wiped, every later step refuses. */
/*@
  requires chain:  \valid(chain);
  terminates       \true;
  exits            \false;
  assigns          chain->alive, chain->signing_key[0 .. POBF_SIGNING_KEY_BYTES - 1];
  ensures  closed: closed_chain(chain);
*/
void pobf_chain_close(struct pobf_chain *chain);

/* FORGOTTEN -> FRESH: draw a task id and a one-time key pair, and sign the offer. */
/*@
  requires to:        \valid(to);
  requires task:      valid_task(task);
  requires chain:     \valid_read(chain);
  requires offer:     \valid(offer + (0 .. room - 1));
  requires size:      \valid(size);
  requires apart:     \separated(to, task, chain, offer + (0 .. room - 1), size);
  terminates          \true;
  exits               \false;
  assigns             to->task \from task;
  assigns             *task, offer[0 .. room - 1], *size;
  ensures  fresh:     \result == POBF_OK ==> to->task == task && owns(task, POBF_FRESH);
  ensures  offered:   \result == POBF_OK ==> 0 < *size <= room;
  ensures  refused:   !live_chain(chain) ==> \result == POBF_E_POISONED;
  ensures  empty:     \result != POBF_OK ==> to->task == \null;
  ensures  forgotten: \result != POBF_OK ==> forgotten(task);
  ensures  nothing:   \result != POBF_OK ==> zeroed(offer, room) && *size == 0;
*/
POBF_MUST_CHECK
enum pobf_status pobf_start(struct pobf_fresh *to, struct pobf_task *task,
                            const struct pobf_chain *chain, uint8_t *offer, size_t room,
                            size_t *size);

/*
 * FRESH -> BOUND: agree the keys with `encapsulated`, the first 32 bytes of the sealed input, which
 * are read once. Spends the one-time private key.
 */
/*@
  requires to:           \valid(to);
  requires from:         \valid(from) && valid_handle(from->task);
  requires chain:        \valid_read(chain);
  requires encapsulated: \valid_read(encapsulated + (0 .. POBF_X25519_BYTES - 1));
  requires apart:        \separated(to, from, from->task, chain);
  requires alone:        \separated(from->task, encapsulated + (0 .. POBF_X25519_BYTES - 1));
  terminates             \true;
  exits                  \false;
  assigns                to->task \from from->task;
  assigns                from->task \from \nothing;
  assigns                *from->task;
  ensures  spent:        from->task == \null;
  ensures  bound:        \result == POBF_OK ==> to->task == \old(from->task) &&
                                                owns(to->task, POBF_BOUND);
  ensures  refused:      !live_chain(chain) ==> \result != POBF_OK;
  ensures  empty:        \result != POBF_OK ==> to->task == \null;
  ensures  forgotten:    \result != POBF_OK ==> gone(\old(from->task));
*/
POBF_MUST_CHECK
enum pobf_status pobf_bind(struct pobf_bound *to, struct pobf_fresh *from,
                           const struct pobf_chain *chain, const volatile uint8_t *encapsulated);

/*
 * BOUND -> LOADED: copy the sealed input (cipher text and tag) once out of host memory into the
 * zone's input window, commit to it, open it in place. *input_size is the clear text's.
 * POBF_E_INPUT where there is no tag, POBF_E_SPACE where it is longer than the window,
 * POBF_E_AUTH where it does not open.
 */
/*@
  requires to:        \valid(to);
  requires from:      \valid(from) && valid_handle(from->task);
  requires receipt:   \valid(receipt);
  requires chain:     \valid_read(chain);
  requires zone:      valid_zone(zone);
  requires sealed:    \valid_read(sealed + (0 .. sealed_size - 1));
  requires size:      \valid(input_size);
  requires apart:     \separated(to, from, from->task, receipt, chain, zone, input_size,
                                 zone->base + (0 .. zone->size - 1));
  requires alone:     \separated(zone->base + (0 .. zone->size - 1),
                                 sealed + (0 .. sealed_size - 1));
  terminates          \true;
  exits               \false;
  assigns             to->task \from from->task;
  assigns             from->task \from \nothing;
  assigns             *from->task, *input_size;
  assigns             receipt->input_commitment[0 .. POBF_COMMITMENT_BYTES - 1];
  assigns             (zone->base + zone->input_at)[0 .. zone->input_room - 1];
  ensures  spent:     from->task == \null;
  ensures  loaded:    \result == POBF_OK ==> to->task == \old(from->task) &&
                                             owns(to->task, POBF_LOADED);
  ensures  length:    \result == POBF_OK ==> *input_size == sealed_size - POBF_AEAD_TAG_BYTES;
  ensures  fits:      *input_size <= zone->input_room;
  ensures  refused:   !live_chain(chain) ==> \result != POBF_OK;
  ensures  empty:     \result != POBF_OK ==> to->task == \null;
  ensures  forgotten: \result != POBF_OK ==> gone(\old(from->task));
  ensures  nothing:   \result != POBF_OK ==> *input_size == 0 &&
                      zeroed(zone->base + zone->input_at, zone->input_room);
  ensures  unsaid:    \result != POBF_OK ==>
                      zeroed(&receipt->input_commitment[0], POBF_COMMITMENT_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_load(struct pobf_loaded *to, struct pobf_bound *from,
                           struct pobf_receipt *receipt, const struct pobf_chain *chain,
                           const struct pobf_zone *zone, const volatile uint8_t *sealed,
                           size_t sealed_size, size_t *input_size);

/*
 * LOADED -> COMPUTED: the function has returned output_size bytes in the output window.
 * POBF_E_SPACE where they and a tag do not fit in it.
 */
/*@
  requires to:        \valid(to);
  requires from:      \valid(from) && valid_handle(from->task);
  requires chain:     \valid_read(chain);
  requires zone:      valid_zone(zone);
  requires apart:     \separated(to, from, from->task, chain, zone);
  terminates          \true;
  exits               \false;
  assigns             to->task \from from->task;
  assigns             from->task \from \nothing;
  assigns             *from->task;
  ensures  spent:     from->task == \null;
  ensures  computed:  \result == POBF_OK ==> to->task == \old(from->task) &&
                                             owns(to->task, POBF_COMPUTED);
  ensures  fits:      \result == POBF_OK ==>
                      output_size + POBF_AEAD_TAG_BYTES <= zone->output_room;
  ensures  refused:   !live_chain(chain) ==> \result != POBF_OK;
  ensures  empty:     \result != POBF_OK ==> to->task == \null;
  ensures  forgotten: \result != POBF_OK ==> gone(\old(from->task));
*/
POBF_MUST_CHECK
enum pobf_status pobf_compute(struct pobf_computed *to, struct pobf_loaded *from,
                              const struct pobf_chain *chain, const struct pobf_zone *zone,
                              size_t output_size);

/*
 * COMPUTED -> SEALED: seal the output in place, copy it to the outbox, and commit to it. The outbox
 * is the monitor's own memory: the host does not see it before forgetting is done.
 *
 *   outbox  out: answer nonce (32) || cipher text || tag (16); *size bytes of `room`
 *
 * Every key of the task is gone when it returns. POBF_E_SPACE where the output and a tag do not fit
 * in their window, or the answer does not fit in the outbox.
 */
/*@
  requires to:        \valid(to);
  requires from:      \valid(from) && valid_handle(from->task);
  requires receipt:   \valid(receipt);
  requires chain:     \valid_read(chain);
  requires zone:      valid_zone(zone);
  requires outbox:    \valid(outbox + (0 .. room - 1));
  requires size:      \valid(size);
  requires apart:     \separated(to, from, from->task, receipt, chain, zone, size,
                                 outbox + (0 .. room - 1), zone->base + (0 .. zone->size - 1));
  terminates          \true;
  exits               \false;
  assigns             to->task \from from->task;
  assigns             from->task \from \nothing;
  assigns             *from->task, outbox[0 .. room - 1], *size;
  assigns             receipt->output_commitment[0 .. POBF_COMMITMENT_BYTES - 1];
  assigns             (zone->base + zone->output_at)[0 .. zone->output_room - 1];
  ensures  spent:     from->task == \null;
  ensures  sealed:    \result == POBF_OK ==> to->task == \old(from->task) &&
                                             owns(to->task, POBF_SEALED);
  ensures  keyless:   \result == POBF_OK ==> keyless(to->task);
  ensures  length:    \result == POBF_OK ==>
                      *size == output_size + POBF_SEALED_OVERHEAD && *size <= room;
  ensures  answer:    \result == POBF_OK ==> sealed_answer(outbox, *size);
  ensures  refused:   !live_chain(chain) ==> \result != POBF_OK;
  ensures  empty:     \result != POBF_OK ==> to->task == \null;
  ensures  forgotten: \result != POBF_OK ==> gone(\old(from->task));
  ensures  nothing:   \result != POBF_OK ==> zeroed(outbox, room) && *size == 0;
  ensures  unsaid:    \result != POBF_OK ==>
                      zeroed(&receipt->output_commitment[0], POBF_COMMITMENT_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_seal(struct pobf_sealed *to, struct pobf_computed *from,
                           struct pobf_receipt *receipt, const struct pobf_chain *chain,
                           const struct pobf_zone *zone, size_t output_size, uint8_t *outbox,
                           size_t room, size_t *size);

/*
 * From any state: forget, compare, and only then sign. Wipes every secret of the task, brings the
 * zone back to the golden image, compares all of it, and signs the receipt: one for each task.
 *
 *   receipt  in: issued_at_s, exit, commitments, time_us, registers_cleared; the rest is filled in
 *   out      out: the signed receipt, *size bytes of `room`
 *
 * POBF_E_POISONED where the comparison fails or the registers were not cleared: no receipt, and the
 * chain is closed. POBF_E_STATE where no receipt is owed (the task never started, or has its
 * receipt), where the exit says that there is an answer and none was sealed (or the other way
 * round), and where the sequence is used up. Then, and where signing fails, the task is as
 * forgotten and the zone as golden as ever. On any failure out is all zeros.
 */
/*@
  requires chain:     \valid(chain);
  requires task:      valid_task(task);
  requires zone:      valid_zone(zone);
  requires receipt:   \valid(receipt);
  requires out:       \valid(out + (0 .. room - 1));
  requires size:      \valid(size);
  requires apart:     \separated(chain, task, zone, receipt, size, out + (0 .. room - 1),
                                 zone->base + (0 .. zone->size - 1));
  requires alone:     \separated(zone->golden + (0 .. zone->golden_size - 1), chain, task, receipt,
                                 size, out + (0 .. room - 1));
  terminates          \true;
  exits               \false;
  assigns             *chain, *task, *receipt, out[0 .. room - 1], *size;
  assigns             zone->base[0 .. zone->size - 1];
  ensures  forgotten: forgotten(task);
  ensures  golden:    live_chain(chain) ==> is_golden(zone);
  ensures  signed:    \result == POBF_OK ==> forgotten_receipt(receipt) && 0 < *size <= room;
  ensures  counted:   \result == POBF_OK ==> receipt->sequence == chain->sequence &&
                                             chain->sequence == \old(chain->sequence) + 1;
  ensures  alive:     \result == POBF_OK ==> live_chain(chain);
  ensures  closed:    !live_chain(chain) ==> closed_chain(chain) && \result == POBF_E_POISONED;
  ensures  registers: \old(receipt->registers_cleared) != 1 ==> !live_chain(chain);
  ensures  refused:   !\old(live_chain(chain)) ==> !live_chain(chain);
  ensures  uncounted: \result != POBF_OK ==> chain->sequence == \old(chain->sequence);
  ensures  unlinked:  \result != POBF_OK ==>
                      unchanged{Pre,Post}(&chain->previous[0], POBF_DIGEST_BYTES);
  ensures  nothing:   \result != POBF_OK ==> zeroed(out, room) && *size == 0;
*/
POBF_MUST_CHECK
enum pobf_status pobf_end(struct pobf_chain *chain, struct pobf_task *task,
                          const struct pobf_zone *zone, struct pobf_receipt *receipt, uint8_t *out,
                          size_t room, size_t *size);

#endif
