#ifndef POBF_ENCLAVE_MONITOR_VAULT_H
#define POBF_ENCLAVE_MONITOR_VAULT_H

#include "framework/chain/task.h"

/*
 * Where the monitor's secrets are, all of them: one stretch of memory that its
 * ground provides, and begins on a page.
 *
 * Every step that touches a key runs on that stack, by apart.S, so that no key reaches the
 * monitor's ordinary stack, and no register holds one when the step is over. All of the stack is
 * zeroed after each; the steps were seen to do with half of it.
 */
enum { VAULT_TASKS = 64, VAULT_STACK_BYTES = 16 * 1024 };
enum { VAULT_GUARD_BYTES = 4096 };

struct vault_memory {
    uint8_t guard[VAULT_GUARD_BYTES]; /* must not be accessible */
    uint8_t stack[VAULT_STACK_BYTES]; /* of the steps           */
    struct pobf_chain chain;
    struct pobf_task tasks[VAULT_TASKS];
};

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

  predicate valid_stack{L}(struct vault *vault) =
    \valid(vault->stack + (0 .. VAULT_STACK_BYTES - 1));

  // No two things in it overlap.
  predicate apart_vault{L}(struct vault *vault) =
    \separated(vault, vault->stack + (0 .. VAULT_STACK_BYTES - 1), vault->chain,
               vault->tasks + (0 .. VAULT_TASKS - 1),
               vault->outbox + (0 .. vault->outbox_room - 1));

  // Each task is somewhere in its life.
  predicate living{L}(struct vault *vault) =
    \forall integer i; 0 <= i < VAULT_TASKS ==>
      0 <= \at(vault->tasks[i].state, L) < POBF_STATE_COUNT;

  // No task is under way: each waits for its input, or is FORGOTTEN.
  predicate settled{L}(struct vault *vault) =
    \forall integer i; 0 <= i < VAULT_TASKS ==>
      \at(vault->tasks[i].state, L) == POBF_FRESH ||
      \at(vault->tasks[i].state, L) == POBF_FORGOTTEN;

  predicate all_forgotten{L}(struct pobf_task *tasks, integer n) =
    \forall integer i; 0 <= i < n ==> forgotten{L}(tasks + i);

  // NULL, or one of the tasks.
  predicate one_of{L}(struct pobf_task *task, struct vault *vault) =
    task == \null || \exists integer i; 0 <= i < VAULT_TASKS && task == vault->tasks + i;
*/

/* Bytes that it takes. */
/*@
  requires room:  outbox_room <= SIZE_MAX - sizeof(struct vault_memory);
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  whole: \result == sizeof(struct vault_memory) + outbox_room;
*/
size_t vault_size(size_t outbox_room);

/* Lay it out in memory that holds zeros. The outbox is what follows on a struct vault_memory. */
/*@
  requires vault:  \valid(vault);
  requires stack:  \valid(&memory->stack[0 .. VAULT_STACK_BYTES - 1]);
  requires chain:  \valid(&memory->chain);
  requires tasks:  \valid(&memory->tasks[0 .. VAULT_TASKS - 1]);
  requires outbox: \valid(outbox + (0 .. outbox_room - 1));
  requires zeros:  \forall integer i; 0 <= i < VAULT_TASKS ==> memory->tasks[i].state == 0;
  requires apart:  \separated(vault, memory, outbox + (0 .. outbox_room - 1));
  terminates       \true;
  exits            \false;
  assigns          *vault;
  ensures  outbox: vault->outbox == outbox && vault->outbox_room == outbox_room;
  ensures  there:  vault->stack == &memory->stack[0] && vault->chain == &memory->chain &&
                   vault->tasks == &memory->tasks[0];
*/
void vault_place(struct vault *vault, struct vault_memory *memory, uint8_t *outbox,
                 size_t outbox_room);

/* Wipe every secret; nothing of the vault can be reached any more. */
/*@
  requires vault:     \valid(vault);
  requires valid:     vault->stack != \null ==> valid_vault(vault) && valid_stack(vault);
  requires apart:     vault->stack != \null ==> apart_vault(vault) && living(vault);
  terminates          \true;
  exits               \false;
  assigns             *vault;
  assigns             vault->stack[0 .. VAULT_STACK_BYTES - 1];
  assigns             *vault->chain, vault->tasks[0 .. VAULT_TASKS - 1];
  assigns             vault->outbox[0 .. vault->outbox_room - 1];
  ensures  nowhere:   vault->stack == \null;
  ensures  closed:    \old(vault->stack) != \null ==> closed_chain(\old(vault->chain));
  ensures  stack:     \old(vault->stack) != \null ==>
                      zeroed(\old(vault->stack), VAULT_STACK_BYTES);
  ensures  outbox:    \old(vault->stack) != \null ==>
                      zeroed(\old(vault->outbox), \old(vault->outbox_room));
  ensures  forgotten: \old(vault->stack) != \null ==>
                      all_forgotten(\old(vault->tasks), VAULT_TASKS);
*/
void vault_close(struct vault *vault);

/* A task that is FORGOTTEN, or NULL. */
/*@
  requires vault:  valid_vault(vault);
  terminates       \true;
  exits            \false;
  assigns          \nothing;
  ensures  task:   one_of(\result, vault);
  ensures  free:   \result != \null ==> \result->state == POBF_FORGOTTEN;
*/
struct pobf_task *vault_free_task(const struct vault *vault);

/* The FRESH task of this id, or NULL. */
/*@
  requires vault:  valid_vault(vault);
  requires id:     \valid_read(id + (0 .. POBF_TASK_ID_BYTES - 1));
  terminates       \true;
  exits            \false;
  assigns          \nothing;
  ensures  task:   one_of(\result, vault);
  ensures  fresh:  \result != \null ==> \result->state == POBF_FRESH;
  ensures  named:  \result != \null ==>
                   same_bytes(&\result->id[0], id, POBF_TASK_ID_BYTES);
*/
struct pobf_task *vault_fresh_task(const struct vault *vault, const uint8_t id[POBF_TASK_ID_BYTES]);

#endif
