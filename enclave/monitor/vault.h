#ifndef POBF_ENCLAVE_MONITOR_VAULT_H
#define POBF_ENCLAVE_MONITOR_VAULT_H

#include "framework/chain/task.h"

/*
 * Where the monitor's secrets are, all of them: one stretch of memory that its
 * ground provides.
 *
 *   guard | stack of the steps | chain | tasks | outbox
 *
 * Every step that touches a key runs on that stack, by vault_run, so that no key reaches the
 * monitor's ordinary stack, and no register holds one when the step is over. All of the stack is
 * zeroed after each; the steps were seen to do with half of it.
 */
enum { VAULT_TASKS = 64, VAULT_STACK_BYTES = 16 * 1024 };
enum { VAULT_GUARD_BYTES = 4096 };

struct vault {
    uint8_t *stack;
    struct pobf_chain *chain;
    struct pobf_task *tasks; /* VAULT_TASKS; a free one is FORGOTTEN                        */
    uint8_t *outbox;         /* the sealed answer, until forgetting is done                 */
    size_t outbox_room;
};

/*@
  predicate valid_vault{L}(struct vault *vault) =
    \valid_read(vault) && \valid(vault->chain) &&
    \valid(vault->tasks + (0 .. VAULT_TASKS - 1)) &&
    \valid(vault->outbox + (0 .. vault->outbox_room - 1));
*/

/* Bytes that it takes. */
size_t vault_size(size_t outbox_room);
/* Lay it out in zeros, beginning on a page. The first VAULT_GUARD_BYTES must not be accessible. */
void vault_place(struct vault *vault, uint8_t *bytes, size_t outbox_room);
/* Wipe all of it. */
void vault_close(struct vault *vault);

/* Run step(argument) on the vault's stack. Returns 1 once that stack and all registers are 0. */
POBF_MUST_CHECK uint32_t vault_run(const struct vault *vault, void (*step)(void *), void *argument);

/* A task that is FORGOTTEN, or NULL. */
struct pobf_task *vault_free_task(const struct vault *vault);
/* The FRESH task of this id, or NULL. */
struct pobf_task *vault_fresh_task(const struct vault *vault, const uint8_t id[POBF_TASK_ID_BYTES]);

#endif
