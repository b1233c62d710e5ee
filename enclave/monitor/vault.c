#include "enclave/monitor/vault.h"

#include "framework/chain/steps.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

size_t vault_size(size_t outbox_room)
{
    return sizeof(struct vault_memory) + outbox_room;
}

void vault_place(struct vault *vault, struct vault_memory *memory, uint8_t *outbox,
                 size_t outbox_room)
{
    vault->stack = memory->stack;
    vault->chain = &memory->chain;
    vault->tasks = memory->tasks;
    vault->outbox = outbox;
    vault->outbox_room = outbox_room;
}

/* Nothing of the task is left but where it was in memory. */
/*@
  requires task:      valid_task(task);
  terminates          \true;
  exits               \false;
  assigns             *task;
  ensures  forgotten: forgotten(task);
*/
static void clear(struct pobf_task *task)
{
    pobf_wipe(task->id, sizeof task->id);
    pobf_task_forget(task);
}

/*@
  requires tasks:     \valid(tasks + (0 .. VAULT_TASKS - 1));
  requires living:    \forall integer i; 0 <= i < VAULT_TASKS ==>
                      0 <= tasks[i].state < POBF_STATE_COUNT;
  terminates          \true;
  exits               \false;
  assigns             tasks[0 .. VAULT_TASKS - 1];
  ensures  forgotten: all_forgotten(tasks, VAULT_TASKS);
*/
static void forget_tasks(struct pobf_task *tasks)
{
    /*@
      loop invariant bound:     0 <= i <= VAULT_TASKS;
      loop invariant forgotten: all_forgotten(tasks, i);
      loop invariant living:    \forall integer k; i <= k < VAULT_TASKS ==>
                                0 <= tasks[k].state < POBF_STATE_COUNT;
      loop assigns i, tasks[0 .. VAULT_TASKS - 1];
      loop variant VAULT_TASKS - i;
    */
    for (int i = 0; i < VAULT_TASKS; i++) {
        clear(&tasks[i]);
        /* For the solver: what was forgotten before is so still. */
        /*@ assert kept: \forall integer k; 0 <= k < i ==>
                         \at(forgotten(tasks + k), LoopCurrent) && forgotten(tasks + k); */
    }
}

void vault_close(struct vault *vault)
{
    if (vault->stack != NULL) {
        pobf_wipe(vault->stack, VAULT_STACK_BYTES);
        pobf_wipe(vault->outbox, vault->outbox_room);
        pobf_chain_close(vault->chain);
        forget_tasks(vault->tasks);
    }
    *vault = (struct vault){0};
}

struct pobf_task *vault_free_task(const struct vault *vault)
{
    /*@
      loop invariant bound: 0 <= i <= VAULT_TASKS;
      loop assigns i;
      loop variant VAULT_TASKS - i;
    */
    for (int i = 0; i < VAULT_TASKS; i++) {
        if (vault->tasks[i].state == POBF_FORGOTTEN) {
            return &vault->tasks[i];
        }
    }
    return NULL;
}

struct pobf_task *vault_fresh_task(const struct vault *vault, const uint8_t id[POBF_TASK_ID_BYTES])
{
    /*@
      loop invariant bound: 0 <= i <= VAULT_TASKS;
      loop assigns i;
      loop variant VAULT_TASKS - i;
    */
    for (int i = 0; i < VAULT_TASKS; i++) {
        if (vault->tasks[i].state == POBF_FRESH &&
            pobf_bytes_equal(vault->tasks[i].id, id, POBF_TASK_ID_BYTES)) {
            return &vault->tasks[i];
        }
    }
    return NULL;
}
