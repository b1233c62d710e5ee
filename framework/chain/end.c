#include "framework/chain/steps.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"
#include "framework/crypto/digest.h"

/*
 * Bring the zone back. The contract says on purpose nothing of what the zone holds then: that is
 * for the comparison to see, and no proof below may rest on anything else.
 */
/*@
  requires zone:   valid_zone(zone);
  terminates       \true;
  exits            \false;
  assigns          zone->base[0 .. zone->size - 1];
*/
static void bring_back(const struct pobf_zone *zone)
{
    pobf_zone_rewind(zone);
}

/* Forget all of it. A chain that lives on has seen that the zone is golden. */
/*@
  requires chain:     \valid(chain);
  requires task:      valid_task(task);
  requires zone:      valid_zone(zone);
  requires receipt:   \valid_read(receipt);
  requires apart:     \separated(chain, task, zone, receipt, zone->base + (0 .. zone->size - 1));
  requires alone:     \separated(zone->golden + (0 .. zone->golden_size - 1), chain, task);
  terminates          \true;
  exits               \false;
  assigns             *task, zone->base[0 .. zone->size - 1];
  assigns             chain->alive, chain->signing_key[0 .. POBF_SIGNING_KEY_BYTES - 1];
  ensures  forgotten: forgotten(task);
  ensures  golden:    live_chain(chain) ==> is_golden(zone);
  ensures  registers: live_chain(chain) ==> receipt->registers_cleared == 1;
  ensures  still:     live_chain(chain) ==> \old(live_chain(chain));
  ensures  closed:    !live_chain(chain) ==> closed_chain(chain);
  ensures  valid:     valid_zone(zone);
*/
static void forget(struct pobf_chain *chain, struct pobf_task *task, const struct pobf_zone *zone,
                   const struct pobf_receipt *receipt)
{
    pobf_task_forget(task);
    bring_back(zone);
    if (!pobf_zone_compare(zone) || receipt->registers_cleared != 1 || chain->alive != 1) {
        pobf_chain_close(chain);
    }
}

/* 1 where the receipt says that there is an answer, else 0. */
/*@
  requires receipt: \valid_read(receipt);
  terminates        \true;
  exits             \false;
  assigns           \nothing;
  ensures  answer:  \result == 1 <==> answered(receipt->exit);
*/
static int says_answer(const struct pobf_receipt *receipt)
{
    return receipt->exit == POBF_EXIT_RETURNED || receipt->exit == POBF_EXIT_FAILED ||
           receipt->exit == POBF_EXIT_FUEL;
}

/* May this task have this receipt? Judged before anything is forgotten. */
/*@
  requires task:      valid_task(task);
  requires chain:     \valid_read(chain);
  requires receipt:   \valid_read(receipt);
  terminates          \true;
  exits               \false;
  assigns             \nothing;
  ensures  code:      \result == POBF_OK || \result == POBF_E_STATE;
  ensures  room:      \result == POBF_OK ==> chain->sequence < UINT64_MAX;
  ensures  owed:      \result == POBF_OK ==> !zeroed(&task->id[0], POBF_TASK_ID_BYTES);
  ensures  answer:    \result == POBF_OK ==>
                      (task->state == POBF_SEALED <==> answered(receipt->exit));
*/
static enum pobf_status judge(const struct pobf_task *task, const struct pobf_chain *chain,
                              const struct pobf_receipt *receipt)
{
    if (says_answer(receipt) != (task->state == POBF_SEALED) || chain->sequence == UINT64_MAX ||
        pobf_bytes_are_zero(task->id, sizeof task->id)) {
        return POBF_E_STATE;
    }
    return POBF_OK;
}

/* Say which boot it was: what all receipts of a chain share. */
/*@
  requires receipt:   \valid(receipt);
  requires chain:     \valid_read(chain);
  requires apart:     \separated(receipt, chain);
  terminates          \true;
  exits               \false;
  assigns             receipt->boot_id[0 .. POBF_BOOT_ID_BYTES - 1];
  assigns             receipt->measurement[0 .. POBF_DIGEST_BYTES - 1];
  assigns             receipt->policy[0 .. POBF_DIGEST_BYTES - 1];
  assigns             receipt->golden[0 .. POBF_DIGEST_BYTES - 1];
  ensures  boot:      of_boot(receipt, chain);
*/
static void say_boot(struct pobf_receipt *receipt, const struct pobf_chain *chain)
{
    pobf_bytes_copy(receipt->boot_id, chain->boot_id, sizeof receipt->boot_id);
    pobf_bytes_copy(receipt->measurement, chain->measurement, sizeof receipt->measurement);
    pobf_bytes_copy(receipt->policy, chain->policy, sizeof receipt->policy);
    pobf_bytes_copy(receipt->golden, chain->golden, sizeof receipt->golden);
}

/* Say which task it was, and after which receipt. */
/*@
  requires receipt:   \valid(receipt);
  requires chain:     \valid_read(chain);
  requires id:        \valid_read(id + (0 .. POBF_TASK_ID_BYTES - 1));
  requires apart:     \separated(receipt, chain);
  requires alone:     \separated(receipt, id + (0 .. POBF_TASK_ID_BYTES - 1));
  terminates          \true;
  exits               \false;
  assigns             receipt->previous[0 .. POBF_DIGEST_BYTES - 1];
  assigns             receipt->task_id[0 .. POBF_TASK_ID_BYTES - 1];
  ensures  linked:    same_bytes(&receipt->previous[0], &chain->previous[0], POBF_DIGEST_BYTES);
  ensures  task:      same_bytes(&receipt->task_id[0], id, POBF_TASK_ID_BYTES);
*/
static void say_place(struct pobf_receipt *receipt, const struct pobf_chain *chain,
                      const uint8_t id[POBF_TASK_ID_BYTES])
{
    pobf_bytes_copy(receipt->previous, chain->previous, sizeof receipt->previous);
    pobf_bytes_copy(receipt->task_id, id, sizeof receipt->task_id);
}

/* Say what happened. It may be said only of what is forgotten, compared and cleared. */
/*@
  requires receipt:   \valid(receipt);
  requires chain:     \valid_read(chain);
  requires task:      \valid_read(task) && forgotten(task);
  requires zone:      valid_zone(zone) && is_golden(zone);
  requires registers: receipt->registers_cleared == 1;
  requires room:      chain->sequence < UINT64_MAX;
  requires apart:     \separated(receipt, chain, task, zone);
  terminates          \true;
  exits               \false;
  assigns             *receipt;
  ensures  said:      forgotten_receipt(receipt);
  ensures  whole:     receipt->zone_bytes == zone->size && receipt->restored_bytes == zone->size;
  ensures  counted:   receipt->sequence == chain->sequence + 1;
  ensures  boot:      of_boot(receipt, chain);
  ensures  linked:    same_bytes(&receipt->previous[0], &chain->previous[0], POBF_DIGEST_BYTES);
  ensures  task:      same_bytes(&receipt->task_id[0], &task->id[0], POBF_TASK_ID_BYTES);
*/
static void say_forgotten(struct pobf_receipt *receipt, const struct pobf_chain *chain,
                          const struct pobf_task *task, const struct pobf_zone *zone)
{
    receipt->sequence = chain->sequence + 1;
    receipt->zone_bytes = zone->size;
    receipt->restored_bytes = zone->size;
    receipt->memory_peak = zone->size;
    receipt->mismatches = 0;
    receipt->key_destroyed = 1;
    if (!says_answer(receipt)) {
        pobf_wipe(receipt->output_commitment, sizeof receipt->output_commitment);
    }
    say_boot(receipt, chain);
    say_place(receipt, chain, task->id);
}

/* Sign the receipt, and move the chain on: exactly then, and only if all of it worked. */
/*@
  requires chain:     \valid(chain);
  requires receipt:   \valid_read(receipt) && forgotten_receipt(receipt);
  requires boot:      of_boot(receipt, chain);
  requires linked:    same_bytes(&receipt->previous[0], &chain->previous[0], POBF_DIGEST_BYTES);
  requires out:       \valid(out + (0 .. room - 1));
  requires size:      \valid(size);
  requires apart:     \separated(chain, receipt, size, out + (0 .. room - 1));
  terminates          \true;
  exits               \false;
  assigns             chain->sequence, chain->previous[0 .. POBF_DIGEST_BYTES - 1];
  assigns             out[0 .. room - 1], *size;
  ensures  signed:    \result == POBF_OK ==> 0 < *size <= room;
  ensures  counted:   \result == POBF_OK ==> chain->sequence == receipt->sequence;
  ensures  uncounted: \result != POBF_OK ==> chain->sequence == \old(chain->sequence);
  ensures  unlinked:  \result != POBF_OK ==>
                      unchanged{Pre,Post}(&chain->previous[0], POBF_DIGEST_BYTES);
  ensures  nothing:   \result != POBF_OK ==> zeroed(out, room) && *size == 0;
*/
static enum pobf_status sign_and_count(struct pobf_chain *chain, const struct pobf_receipt *receipt,
                                       uint8_t *out, size_t room, size_t *size)
{
    uint8_t digest[POBF_DIGEST_BYTES];
    enum pobf_status status = pobf_receipt_sign(out, room, size, receipt, chain->signing_key);

    if (status == POBF_OK) {
        const struct pobf_part whole = {out, *size};

        status = pobf_digest_sha256(digest, &whole, 1);
    }
    if (status != POBF_OK) {
        pobf_wipe(out, room);
        *size = 0;
        return status;
    }
    chain->sequence = receipt->sequence;
    pobf_bytes_copy(chain->previous, digest, sizeof chain->previous);
    return POBF_OK;
}

/* Say it, and sign that. */
/*@
  requires chain:     \valid(chain);
  requires task:      \valid_read(task) && forgotten(task);
  requires zone:      valid_zone(zone) && is_golden(zone);
  requires receipt:   \valid(receipt) && receipt->registers_cleared == 1;
  requires sequence:  chain->sequence < UINT64_MAX;
  requires out:       \valid(out + (0 .. room - 1));
  requires size:      \valid(size);
  requires apart:     \separated(chain, task, zone, receipt, size, out + (0 .. room - 1));
  terminates          \true;
  exits               \false;
  assigns             chain->sequence, chain->previous[0 .. POBF_DIGEST_BYTES - 1], *receipt;
  assigns             out[0 .. room - 1], *size;
  ensures  signed:    \result == POBF_OK ==> forgotten_receipt(receipt) && 0 < *size <= room;
  ensures  counted:   \result == POBF_OK ==> receipt->sequence == chain->sequence &&
                                             chain->sequence == \old(chain->sequence) + 1;
  ensures  uncounted: \result != POBF_OK ==> chain->sequence == \old(chain->sequence);
  ensures  unlinked:  \result != POBF_OK ==>
                      unchanged{Pre,Post}(&chain->previous[0], POBF_DIGEST_BYTES);
  ensures  nothing:   \result != POBF_OK ==> zeroed(out, room) && *size == 0;
*/
static enum pobf_status say_and_sign(struct pobf_chain *chain, const struct pobf_task *task,
                                     const struct pobf_zone *zone, struct pobf_receipt *receipt,
                                     uint8_t *out, size_t room, size_t *size)
{
    say_forgotten(receipt, chain, task, zone);
    return sign_and_count(chain, receipt, out, room, size);
}

/* The receipt of a task that is forgotten, in a zone that was compared; then none is owed. */
/*@
  requires chain:     \valid(chain);
  requires task:      \valid(task) && forgotten(task);
  requires zone:      valid_zone(zone) && is_golden(zone);
  requires receipt:   \valid(receipt) && receipt->registers_cleared == 1;
  requires sequence:  chain->sequence < UINT64_MAX;
  requires out:       \valid(out + (0 .. room - 1));
  requires size:      \valid(size);
  requires apart:     \separated(chain, task, zone, receipt, size, out + (0 .. room - 1),
                                 zone->base + (0 .. zone->size - 1));
  requires alone:     \separated(zone->golden + (0 .. zone->golden_size - 1), chain, task, receipt,
                                 size, out + (0 .. room - 1));
  terminates          \true;
  exits               \false;
  assigns             chain->sequence, chain->previous[0 .. POBF_DIGEST_BYTES - 1], *receipt;
  assigns             task->id[0 .. POBF_TASK_ID_BYTES - 1], out[0 .. room - 1], *size;
  ensures  signed:    \result == POBF_OK ==> forgotten_receipt(receipt) && 0 < *size <= room;
  ensures  counted:   \result == POBF_OK ==> receipt->sequence == chain->sequence &&
                                             chain->sequence == \old(chain->sequence) + 1;
  ensures  uncounted: \result != POBF_OK ==> chain->sequence == \old(chain->sequence);
  ensures  unlinked:  \result != POBF_OK ==>
                      unchanged{Pre,Post}(&chain->previous[0], POBF_DIGEST_BYTES);
  ensures  nothing:   \result != POBF_OK ==> zeroed(out, room) && *size == 0;
  ensures  forgotten: forgotten(task);
  ensures  golden:    is_golden(zone);
*/
static enum pobf_status sign_forgotten(struct pobf_chain *chain, struct pobf_task *task,
                                       const struct pobf_zone *zone, struct pobf_receipt *receipt,
                                       uint8_t *out, size_t room, size_t *size)
{
    enum pobf_status status = say_and_sign(chain, task, zone, receipt, out, room, size);

    /* Signing writes neither to the task's secrets nor to the zone: said here, for the solver. */
    //@ assert exchange: forgotten_hpke(&task->hpke);
    //@ assert forgotten: forgotten(task);
    //@ assert zone: unchanged{Pre,Here}(zone->base, zone->size);
    //@ assert golden: is_golden(zone);
    if (status == POBF_OK) {
        pobf_wipe(task->id, sizeof task->id);
    }
    return status;
}

enum pobf_status pobf_end(struct pobf_chain *chain, struct pobf_task *task,
                          const struct pobf_zone *zone, struct pobf_receipt *receipt, uint8_t *out,
                          size_t room, size_t *size)
{
    enum pobf_status status = judge(task, chain, receipt);

    pobf_wipe(out, room);
    *size = 0;
    /* For the solver, which loses the chain among everything that the next call writes. */
    //@ assert unlinked_1: unchanged{Pre,Here}(&chain->previous[0], POBF_DIGEST_BYTES);
    forget(chain, task, zone, receipt);
    //@ assert unlinked_2: unchanged{Pre,Here}(&chain->previous[0], POBF_DIGEST_BYTES);
    if (chain->alive != 1) {
        return POBF_E_POISONED;
    }
    if (status != POBF_OK) {
        return status;
    }
    return sign_forgotten(chain, task, zone, receipt, out, room, size);
}
