#ifndef POBF_FRAMEWORK_CHAIN_TASK_H
#define POBF_FRAMEWORK_CHAIN_TASK_H

#include "framework/core/lifecycle.h"
#include "framework/core/zone.h"
#include "framework/crypto/commitment.h"
#include "framework/crypto/hpke.h"
#include "framework/wire/offer.h"
#include "framework/wire/receipt.h"

/*
 * One task: where it is in its life, and every secret byte that it must forget outside the zone.
 * Secrets are plain byte arrays without padding, so that forgetting is provable field by field.
 */
struct pobf_task {
    enum pobf_state state;
    uint8_t id[POBF_TASK_ID_BYTES];          /* public; zero: no receipt is owed          */
    uint8_t private_key[POBF_X25519_BYTES];  /* FRESH: the one-time key                   */
    struct pobf_hpke hpke;                   /* BOUND: keys of the request, the exporter  */
    uint8_t encapsulated[POBF_X25519_BYTES]; /* public: what the provider sent            */
    uint8_t input_salt[POBF_SALT_BYTES];     /* BOUND: of the input's commitment          */
    uint8_t output_salt[POBF_SALT_BYTES];    /* BOUND: of the output's commitment         */
};

/*@
  predicate valid_task{L}(struct pobf_task *task) =
    \valid{L}(task) && 0 <= \at(task->state, L) < POBF_STATE_COUNT;

  // No key and no salt is left.
  predicate keyless{L}(struct pobf_task *task) =
    zeroed{L}(&task->private_key[0], POBF_X25519_BYTES) && forgotten_hpke{L}(&task->hpke) &&
    zeroed{L}(&task->input_salt[0], POBF_SALT_BYTES) &&
    zeroed{L}(&task->output_salt[0], POBF_SALT_BYTES);

  predicate forgotten{L}(struct pobf_task *task) =
    \at(task->state, L) == POBF_FORGOTTEN && keyless{L}(task);

  // What a handle may hold: nothing, or a task.
  predicate valid_handle{L}(struct pobf_task *task) = task == \null || valid_task{L}(task);

  // The task is where the type of its handle says.
  predicate owns{L}(struct pobf_task *task, integer state) =
    valid_task{L}(task) && \at(task->state, L) == state;

  // Of the task that a handle held, nothing is left.
  predicate gone{L}(struct pobf_task *task) = task == \null || forgotten{L}(task);
*/

/*
 * What outlives a task: the retained set. Never rewound, never sent. Zero is a chain that is closed.
 */
struct pobf_chain {
    uint64_t alive;    /* 1: may work and sign; 0: closed, for good            */
    uint64_t sequence; /* of the last receipt, 0 for none                      */
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint8_t signing_key[POBF_SIGNING_KEY_BYTES]; /* the only secret            */
    uint8_t receipt_key[POBF_PUBLIC_KEY_BYTES];
    uint8_t previous[POBF_DIGEST_BYTES]; /* SHA-256 of the last receipt        */
    uint8_t measurement[POBF_DIGEST_BYTES];
    uint8_t policy[POBF_DIGEST_BYTES];
    uint8_t golden[POBF_DIGEST_BYTES]; /* SHA-256 of the golden image's first bytes   */
};

/* Padding is memory that no field names, and so no wipe either. */
_Static_assert(sizeof(struct pobf_task) == sizeof(enum pobf_state) + POBF_TASK_ID_BYTES +
                                               2 * POBF_X25519_BYTES + sizeof(struct pobf_hpke) +
                                               2 * POBF_SALT_BYTES,
               "a task has no padding");
_Static_assert(sizeof(struct pobf_chain) == 2 * sizeof(uint64_t) + POBF_BOOT_ID_BYTES +
                                                POBF_SIGNING_KEY_BYTES + POBF_PUBLIC_KEY_BYTES +
                                                4 * POBF_DIGEST_BYTES,
               "a chain has no padding");

/*@
  predicate live_chain{L}(struct pobf_chain *chain) = \at(chain->alive, L) == 1;

  // Closed for good: there is no key left to sign with.
  predicate closed_chain{L}(struct pobf_chain *chain) =
    \at(chain->alive, L) == 0 && zeroed{L}(&chain->signing_key[0], POBF_SIGNING_KEY_BYTES);
*/

/* One handle type per state: the compiler refuses a call in the wrong order. */
struct pobf_fresh {
    struct pobf_task *task;
};
struct pobf_bound {
    struct pobf_task *task;
};
struct pobf_loaded {
    struct pobf_task *task;
};
struct pobf_computed {
    struct pobf_task *task;
};
struct pobf_sealed {
    struct pobf_task *task;
};

/* Forget every key and salt of the task; where it is in its life, it stays. */
/*@
  requires task:     valid_task(task);
  terminates         \true;
  exits              \false;
  assigns            task->private_key[0 .. POBF_X25519_BYTES - 1], task->hpke;
  assigns            task->input_salt[0 .. POBF_SALT_BYTES - 1];
  assigns            task->output_salt[0 .. POBF_SALT_BYTES - 1];
  ensures  keyless:  keyless(task);
*/
void pobf_task_forget_keys(struct pobf_task *task);

/* Forget the task, in whatever state it is. Its id stays: a receipt may still be owed. */
/*@
  requires task:      valid_task(task);
  terminates          \true;
  exits               \false;
  assigns             task->state;
  assigns             task->private_key[0 .. POBF_X25519_BYTES - 1], task->hpke;
  assigns             task->input_salt[0 .. POBF_SALT_BYTES - 1];
  assigns             task->output_salt[0 .. POBF_SALT_BYTES - 1];
  ensures  forgotten: forgotten(task);
*/
void pobf_task_forget(struct pobf_task *task);

/*
 * Move the task by `event`. A move that is not listed, and any move on a closed chain, forgets it:
 * there is no error state to be in. `task` is NULL where it comes out of an empty handle.
 * POBF_E_POISONED where the chain is closed, POBF_E_STATE where the move is not listed.
 */
/*@
  requires task:      valid_handle(task);
  requires chain:     \valid_read(chain);
  requires event:     0 <= event < POBF_EVENT_COUNT;
  requires apart:     \separated(task, chain);
  terminates          \true;
  exits               \false;
  assigns             task->state;
  assigns             task->private_key[0 .. POBF_X25519_BYTES - 1], task->hpke;
  assigns             task->input_salt[0 .. POBF_SALT_BYTES - 1];
  assigns             task->output_salt[0 .. POBF_SALT_BYTES - 1];
  ensures  code:      \result == POBF_OK || \result == POBF_E_STATE || \result == POBF_E_POISONED;
  ensures  closed:    !live_chain(chain) <==> \result == POBF_E_POISONED;
  ensures  moved:     \result == POBF_OK ==>
                      task != \null && is_move(\old(task->state), event, task->state);
  ensures  valid:     valid_handle(task);
  ensures  forgotten: \result != POBF_OK ==> gone(task);
*/
POBF_MUST_CHECK
enum pobf_status pobf_task_move(struct pobf_task *task, const struct pobf_chain *chain,
                                enum pobf_event event);

#endif
