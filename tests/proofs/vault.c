/* What laying out a vault promises, said again in other words: it can be closed, and then all is gone. */
#include "enclave/monitor/vault.h"

struct vault vault;

/*@
  requires memory: \valid(memory);
  requires outbox: \valid(outbox + (0 .. room - 1));
  requires zeros:  \forall integer i; 0 <= i < VAULT_TASKS ==> memory->tasks[i].state == 0;
  requires apart:  \separated(&vault, memory, outbox + (0 .. room - 1));
  terminates       \true;
  exits            \false;
  assigns          vault, *memory, outbox[0 .. room - 1];
*/
void place_and_close(struct vault_memory *memory, uint8_t *outbox, size_t room);

void place_and_close(struct vault_memory *memory, uint8_t *outbox, size_t room)
{
    vault_place(&vault, memory, outbox, room);
    vault_close(&vault);
    //@ assert nowhere: vault.stack == \null;
    //@ assert chain:   closed_chain(&memory->chain);
    //@ assert stack:   zeroed(&memory->stack[0], VAULT_STACK_BYTES);
    //@ assert tasks:   all_forgotten(&memory->tasks[0], VAULT_TASKS);
    //@ assert outbox:  zeroed(outbox, room);
}
