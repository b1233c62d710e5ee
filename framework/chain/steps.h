#ifndef POBF_FRAMEWORK_CHAIN_STEPS_H
#define POBF_FRAMEWORK_CHAIN_STEPS_H

#include "framework/chain/task.h"

/*
 * The life of a task, step by step. Each step consumes the handle of one state and fills the
 * handle of the next; on any failure the task is forgotten, both handles are empty, and every
 * output holds only zeros. `receipt` collects what the receipt will say: all of it is public.
 */

/*
 * Begin a boot: draws the boot id and the receipt key.  seed is wiped by the caller.
 */
POBF_MUST_CHECK
enum pobf_status pobf_chain_begin(struct pobf_chain *chain,
                                  const uint8_t measurement[POBF_DIGEST_BYTES],
                                  const uint8_t policy[POBF_DIGEST_BYTES],
                                  const struct pobf_zone *zone);

/* FORGOTTEN -> FRESH: draw a task id and a one-time key pair, and sign the offer. */
POBF_MUST_CHECK
enum pobf_status pobf_start(struct pobf_fresh *to, struct pobf_task *task,
                            const struct pobf_chain *chain, uint8_t *offer, size_t room,
                            size_t *size);

/*
 * FRESH -> BOUND: agree the keys with `encapsulated`, the first 32 bytes of the sealed input.
 * Spends the one-time private key.
 */
POBF_MUST_CHECK
enum pobf_status pobf_bind(struct pobf_bound *to, struct pobf_fresh *from,
                           const struct pobf_chain *chain, const uint8_t encapsulated[32]);

/*
 * BOUND -> LOADED: copy the sealed input (cipher text and tag) once out of host memory into the
 * zone's input window, commit to it, open it in place. *input_size is the clear text's.
 */
POBF_MUST_CHECK
enum pobf_status pobf_load(struct pobf_loaded *to, struct pobf_bound *from,
                           struct pobf_receipt *receipt, const struct pobf_chain *chain,
                           const struct pobf_zone *zone, const volatile uint8_t *sealed,
                           size_t sealed_size, size_t *input_size);

/* LOADED -> COMPUTED: the function has returned output_size bytes in the output window. */
POBF_MUST_CHECK
enum pobf_status pobf_compute(struct pobf_computed *to, struct pobf_loaded *from,
                              const struct pobf_zone *zone, size_t output_size);

/*
 * COMPUTED -> SEALED: seal the output in place, commit to it, and copy it to the outbox, which is
 * the monitor's own memory: the host does not see it before forgetting is done.
 *
 *   outbox  out: answer nonce (32) || cipher text || tag (16); *size bytes of `room`
 *
 * Every key of the task is gone when it returns.
 */
POBF_MUST_CHECK
enum pobf_status pobf_seal(struct pobf_sealed *to, struct pobf_computed *from,
                           struct pobf_receipt *receipt, const struct pobf_chain *chain,
                           const struct pobf_zone *zone, size_t output_size, uint8_t *outbox,
                           size_t room, size_t *size);

/*
 * From any state: forget, compare, and only then sign. Wipes every secret of the task, brings the
 * zone back to the golden image, compares all of it, and signs the receipt.
 *
 *   receipt            in: exit, commitments, time, registers_cleared; the rest is filled in here
 *   out                out: the signed receipt, *size bytes of `room`
 *
 * POBF_E_POISONED where the comparison fails or the registers were not cleared: no receipt, the
 * chain is poisoned and its signing key wiped. On any failure out is all zeros.
 */
POBF_MUST_CHECK
enum pobf_status pobf_end(struct pobf_chain *chain, struct pobf_task *task,
                          const struct pobf_zone *zone, struct pobf_receipt *receipt, uint8_t *out,
                          size_t room, size_t *size);

#endif
