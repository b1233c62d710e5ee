#include "contracts/sodium.h"
#include "framework/chain/steps.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

/* Take the task out of its handle: whatever happens next, the handle is spent. */
/*@
  requires handle: \valid(handle);
  terminates       \true;
  exits            \false;
  assigns          *handle \from \nothing;
  assigns          \result \from *handle;
  ensures  spent:  *handle == \null;
  ensures  taken:  \result == \old(*handle);
*/
static struct pobf_task *take(struct pobf_task **handle)
{
    struct pobf_task *task = *handle;

    *handle = NULL;
    return task;
}

/* Agree the keys; the one-time private key is gone then. */
/*@
  requires task:         owns(task, POBF_BOUND);
  requires chain:        \valid_read(chain);
  requires encapsulated: \valid_read(encapsulated + (0 .. POBF_X25519_BYTES - 1));
  requires apart:        \separated(task, chain);
  requires alone:        \separated(task, encapsulated + (0 .. POBF_X25519_BYTES - 1));
  terminates             \true;
  exits                  \false;
  assigns                *task;
  ensures  bound:        \result == POBF_OK ==> owns(task, POBF_BOUND);
  ensures  private:      zeroed(&task->private_key[0], POBF_X25519_BYTES);
  ensures  forgotten:    \result != POBF_OK ==> forgotten(task);
*/
static enum pobf_status agree(struct pobf_task *task, const struct pobf_chain *chain,
                              const volatile uint8_t *encapsulated)
{
    uint8_t info[POBF_INFO_BYTES];
    enum pobf_status status;

    pobf_bytes_copy_in(task->encapsulated, encapsulated, sizeof task->encapsulated);
    pobf_provider_info(info, chain->measurement, chain->policy);
    status = pobf_hpke_setup_receiver(&task->hpke, task->encapsulated, task->private_key, info,
                                      sizeof info);
    pobf_wipe(task->private_key, sizeof task->private_key);
    if (status == POBF_OK) {
        status = pobf_provider_salts(task->input_salt, task->output_salt, &task->hpke);
    }
    if (status != POBF_OK) {
        pobf_task_forget(task);
    }
    return status;
}

enum pobf_status pobf_bind(struct pobf_bound *to, struct pobf_fresh *from,
                           const struct pobf_chain *chain, const volatile uint8_t *encapsulated)
{
    struct pobf_task *task = take(&from->task);
    enum pobf_status status = pobf_task_move(task, chain, POBF_EV_BIND);

    if (status == POBF_OK) {
        status = agree(task, chain, encapsulated);
    }
    to->task = status == POBF_OK ? task : NULL;
    return status;
}

/* Copy the sealed input into its window, once; commit to it; open it. */
/*@
  requires task:      owns(task, POBF_LOADED);
  requires receipt:   \valid(receipt);
  requires chain:     \valid_read(chain);
  requires zone:      valid_zone(zone);
  requires sealed:    \valid_read(sealed + (0 .. sealed_size - 1));
  requires apart:     \separated(task, receipt, chain, zone, zone->base + (0 .. zone->size - 1));
  requires alone:     \separated(zone->base + (0 .. zone->size - 1),
                                 sealed + (0 .. sealed_size - 1));
  terminates          \true;
  exits               \false;
  assigns             *task, receipt->input_commitment[0 .. POBF_COMMITMENT_BYTES - 1];
  assigns             (zone->base + zone->input_at)[0 .. zone->input_room - 1];
  ensures  loaded:    \result == POBF_OK ==> owns(task, POBF_LOADED);
  ensures  tag:       \result == POBF_OK ==>
                      POBF_AEAD_TAG_BYTES <= sealed_size <= zone->input_room;
  ensures  forgotten: \result != POBF_OK ==> forgotten(task);
*/
static enum pobf_status open_input(struct pobf_task *task, struct pobf_receipt *receipt,
                                   const struct pobf_chain *chain, const struct pobf_zone *zone,
                                   const volatile uint8_t *sealed, size_t sealed_size)
{
    uint8_t *window = zone->base + zone->input_at;
    uint8_t aad[POBF_AAD_BYTES];
    enum pobf_status status;

    if (sealed_size < POBF_AEAD_TAG_BYTES) {
        status = POBF_E_INPUT;
        goto forget;
    }
    if (sealed_size > zone->input_room) {
        status = POBF_E_SPACE;
        goto forget;
    }
    pobf_bytes_copy_in(window, sealed, sealed_size);
    pobf_provider_aad(aad, chain->boot_id, task->id);
    status = pobf_commitment_make(receipt->input_commitment, task->input_salt, window, sealed_size);
    if (status == POBF_OK) {
        status = pobf_aead_open(&task->hpke.aead, window, sealed_size, aad, sizeof aad);
    }
    if (status == POBF_OK) {
        return POBF_OK;
    }

forget:
    pobf_task_forget(task);
    return status;
}

enum pobf_status pobf_load(struct pobf_loaded *to, struct pobf_bound *from,
                           struct pobf_receipt *receipt, const struct pobf_chain *chain,
                           const struct pobf_zone *zone, const volatile uint8_t *sealed,
                           size_t sealed_size, size_t *input_size)
{
    struct pobf_task *task = take(&from->task);
    enum pobf_status status = pobf_task_move(task, chain, POBF_EV_LOAD);

    to->task = NULL;
    *input_size = 0;
    if (status == POBF_OK) {
        status = open_input(task, receipt, chain, zone, sealed, sealed_size);
    }
    if (status != POBF_OK) {
        pobf_wipe(zone->base + zone->input_at, zone->input_room);
        pobf_wipe(receipt->input_commitment, sizeof receipt->input_commitment);
        return status;
    }
    to->task = task;
    *input_size = sealed_size - POBF_AEAD_TAG_BYTES;
    return POBF_OK;
}

/* 1 where the output and a tag fit in the output window, else 0. */
/*@
  requires zone:   \valid_read(zone);
  terminates       \true;
  exits            \false;
  assigns          \nothing;
  ensures  range:  \result == 0 || \result == 1;
  ensures  fits:   \result == 1 <==> output_size + POBF_AEAD_TAG_BYTES <= zone->output_room;
*/
static int fits(const struct pobf_zone *zone, size_t output_size)
{
    return zone->output_room >= POBF_AEAD_TAG_BYTES &&
           output_size <= zone->output_room - POBF_AEAD_TAG_BYTES;
}

enum pobf_status pobf_compute(struct pobf_computed *to, struct pobf_loaded *from,
                              const struct pobf_chain *chain, const struct pobf_zone *zone,
                              size_t output_size)
{
    struct pobf_task *task = take(&from->task);
    enum pobf_status status = pobf_task_move(task, chain, POBF_EV_COMPUTE);

    if (status == POBF_OK && !fits(zone, output_size)) {
        pobf_task_forget(task);
        status = POBF_E_SPACE;
    }
    to->task = status == POBF_OK ? task : NULL;
    return status;
}

/* Put what was sealed behind the nonce that stands in the outbox. */
/*@
  requires nonce:    all_drawn(outbox, POBF_ANSWER_NONCE_BYTES);
  requires overhead: POBF_AEAD_TAG_BYTES <= sealed_size;
  requires sealed:   all_enciphered(sealed, sealed_size);
  requires outbox:   \valid(outbox + (0 .. POBF_ANSWER_NONCE_BYTES + sealed_size - 1));
  requires bytes:    \valid_read(sealed + (0 .. sealed_size - 1));
  requires apart:    \separated(outbox + (0 .. POBF_ANSWER_NONCE_BYTES + sealed_size - 1),
                                sealed + (0 .. sealed_size - 1));
  terminates         \true;
  exits              \false;
  assigns            (outbox + POBF_ANSWER_NONCE_BYTES)[0 .. sealed_size - 1];
  ensures  answer:   sealed_answer(outbox, POBF_ANSWER_NONCE_BYTES + sealed_size);
*/
static void put_behind(uint8_t *outbox, const uint8_t *sealed, size_t sealed_size)
{
    pobf_bytes_copy(outbox + POBF_ANSWER_NONCE_BYTES, sealed, sealed_size);
    /* For the solver: where each byte stands, counted from the beginning. */
    /*@ assert copied: \forall integer k;
          POBF_ANSWER_NONCE_BYTES <= k < POBF_ANSWER_NONCE_BYTES + sealed_size ==>
          outbox[k] == sealed[k - POBF_ANSWER_NONCE_BYTES]; */
}

/* Seal the output in place, and put the answer together in the outbox. */
/*@
  requires task:      \valid_read(task);
  requires chain:     \valid_read(chain);
  requires zone:      valid_zone(zone);
  requires fits:      output_size + POBF_AEAD_TAG_BYTES <= zone->output_room;
  requires outbox:    \valid(outbox + (0 .. output_size + POBF_SEALED_OVERHEAD - 1));
  requires apart:     \separated(task, chain, zone,
                                 outbox + (0 .. output_size + POBF_SEALED_OVERHEAD - 1),
                                 zone->base + (0 .. zone->size - 1));
  terminates          \true;
  exits               \false;
  assigns             outbox[0 .. output_size + POBF_SEALED_OVERHEAD - 1];
  assigns             (zone->base + zone->output_at)[0 .. zone->output_room - 1];
  ensures  answer:    \result == POBF_OK ==>
                      sealed_answer(outbox, output_size + POBF_SEALED_OVERHEAD);
*/
static enum pobf_status seal_output(const struct pobf_task *task, const struct pobf_chain *chain,
                                    const struct pobf_zone *zone, size_t output_size,
                                    uint8_t *outbox)
{
    uint8_t *window = zone->base + zone->output_at;
    uint8_t aad[POBF_AAD_BYTES];
    struct pobf_aead key;
    enum pobf_status status;

    randombytes(outbox, POBF_ANSWER_NONCE_BYTES);
    pobf_provider_aad(aad, chain->boot_id, task->id);
    status = pobf_hpke_answer_key(&key, &task->hpke, task->encapsulated, outbox);
    if (status == POBF_OK) {
        status = pobf_aead_seal(&key, window, output_size, aad, sizeof aad);
    }
    if (status == POBF_OK) {
        put_behind(outbox, window, output_size + POBF_AEAD_TAG_BYTES);
    }
    return status;
}

/* Seal, commit, and forget every key of the task, sealed or not. */
/*@
  requires task:      owns(task, POBF_SEALED);
  requires receipt:   \valid(receipt);
  requires chain:     \valid_read(chain);
  requires zone:      valid_zone(zone);
  requires fits:      output_size + POBF_AEAD_TAG_BYTES <= zone->output_room;
  requires outbox:    \valid(outbox + (0 .. output_size + POBF_SEALED_OVERHEAD - 1));
  requires apart:     \separated(task, receipt, chain, zone,
                                 outbox + (0 .. output_size + POBF_SEALED_OVERHEAD - 1),
                                 zone->base + (0 .. zone->size - 1));
  terminates          \true;
  exits               \false;
  assigns             *task, outbox[0 .. output_size + POBF_SEALED_OVERHEAD - 1];
  assigns             receipt->output_commitment[0 .. POBF_COMMITMENT_BYTES - 1];
  assigns             (zone->base + zone->output_at)[0 .. zone->output_room - 1];
  ensures  sealed:    \result == POBF_OK ==> owns(task, POBF_SEALED);
  ensures  answer:    \result == POBF_OK ==>
                      sealed_answer(outbox, output_size + POBF_SEALED_OVERHEAD);
  ensures  keyless:   keyless(task);
  ensures  forgotten: \result != POBF_OK ==> forgotten(task);
*/
static enum pobf_status seal_and_commit(struct pobf_task *task, struct pobf_receipt *receipt,
                                        const struct pobf_chain *chain,
                                        const struct pobf_zone *zone, size_t output_size,
                                        uint8_t *outbox)
{
    enum pobf_status status = seal_output(task, chain, zone, output_size, outbox);

    if (status == POBF_OK) {
        status = pobf_commitment_make(receipt->output_commitment, task->output_salt, outbox,
                                      output_size + POBF_SEALED_OVERHEAD);
    }
    pobf_task_forget_keys(task);
    if (status != POBF_OK) {
        task->state = POBF_FORGOTTEN;
    }
    return status;
}

enum pobf_status pobf_seal(struct pobf_sealed *to, struct pobf_computed *from,
                           struct pobf_receipt *receipt, const struct pobf_chain *chain,
                           const struct pobf_zone *zone, size_t output_size, uint8_t *outbox,
                           size_t room, size_t *size)
{
    struct pobf_task *task = take(&from->task);
    enum pobf_status status = pobf_task_move(task, chain, POBF_EV_SEAL);

    to->task = NULL;
    *size = 0;
    if (status == POBF_OK && (!fits(zone, output_size) || room < POBF_SEALED_OVERHEAD ||
                              output_size > room - POBF_SEALED_OVERHEAD)) {
        pobf_task_forget(task);
        status = POBF_E_SPACE;
    }
    if (status == POBF_OK) {
        status = seal_and_commit(task, receipt, chain, zone, output_size, outbox);
    }
    if (status != POBF_OK) {
        /* What is forgotten stays forgotten across each wipe: said for the solver. */
        //@ assert gone_1: gone(task);
        pobf_wipe(outbox, room);
        //@ assert gone_2: gone(task);
        pobf_wipe(receipt->output_commitment, sizeof receipt->output_commitment);
        return status;
    }
    to->task = task;
    *size = output_size + POBF_SEALED_OVERHEAD;
    return POBF_OK;
}
