/*
 * What a caller of framework/chain may rely on, relied on. This is no program: `make prove` proves
 * it from the contracts alone, and so shows that each promise is there and says enough. It says
 * again, in other words, what the contracts say: of each secret the first byte and the last.
 */
#include "framework/chain/steps.h"

enum { ZONE_BYTES = 4096, ROOM = 600 };

uint8_t zone_bytes[ZONE_BYTES], golden_bytes[ZONE_BYTES], host_bytes[ZONE_BYTES];
uint8_t outbox[ROOM], measurement[POBF_DIGEST_BYTES], policy[POBF_DIGEST_BYTES];
struct pobf_zone zone;
struct pobf_chain chain;
struct pobf_task task;
struct pobf_receipt receipt;
struct pobf_fresh fresh;
struct pobf_bound bound;
struct pobf_loaded loaded;
struct pobf_computed computed;
struct pobf_sealed sealed;
size_t size;
enum pobf_status status;

/*@
  predicate placed{L} =
    zone.base == &zone_bytes[0] && zone.size == ZONE_BYTES && zone.golden == &golden_bytes[0] &&
    zone.golden_size == 1000 && zone.input_at == 1000 && zone.input_room == 500 &&
    zone.output_at == 1500 && zone.output_room == 500;

  predicate ends_zero{L}(uint8_t *p, integer n) = p[0] == 0 && p[n - 1] == 0;

  // Every secret of the task, one by one.
  predicate has_no_key{L} =
    ends_zero(&task.private_key[0], 32) && ends_zero(&task.hpke.aead.key[0], 32) &&
    ends_zero(&task.hpke.aead.nonce[0], 12) && task.hpke.aead.uses == 0 &&
    ends_zero(&task.hpke.exporter[0], 32) && ends_zero(&task.input_salt[0], 32) &&
    ends_zero(&task.output_salt[0], 32);

  predicate is_closed{L} = chain.alive == 0 && ends_zero(&chain.signing_key[0], 64);
*/

/*@
  requires zone: placed;
  terminates     \true;
  exits          \false;
  assigns        chain, status;
*/
void begin_a_boot(void);

void begin_a_boot(void)
{
    status = pobf_chain_begin(&chain, measurement, policy, &zone);
    if (status == POBF_OK) {
        //@ assert begun: chain.alive == 1 && chain.sequence == 0;
        return;
    }
    //@ assert closed: is_closed;
    //@ assert sequence: chain.sequence == 0;
    //@ assert boot_id: ends_zero(&chain.boot_id[0], POBF_BOOT_ID_BYTES);
    //@ assert receipt_key: ends_zero(&chain.receipt_key[0], 32);
    //@ assert previous: ends_zero(&chain.previous[0], 32);
    //@ assert measurement: ends_zero(&chain.measurement[0], 32);
    //@ assert policy: ends_zero(&chain.policy[0], 32);
    //@ assert golden: ends_zero(&chain.golden[0], 32);
}

/*@
  requires task: 0 <= task.state < POBF_STATE_COUNT;
  terminates     \true;
  exits          \false;
  assigns        fresh, task, outbox[0 .. ROOM - 1], size, status;
*/
void start_a_task(void);

void start_a_task(void)
{
    status = pobf_start(&fresh, &task, &chain, outbox, ROOM, &size);
    //@ assert refused: chain.alive != 1 ==> status == POBF_E_POISONED;
    if (status == POBF_OK) {
        //@ assert fresh: fresh.task == &task && task.state == POBF_FRESH;
        //@ assert offered: 1 <= size <= 600;
        return;
    }
    //@ assert empty: fresh.task == \null;
    //@ assert forgotten: task.state == 0 && has_no_key;
    //@ assert nothing: size == 0 && ends_zero(&outbox[0], 600);
}

/*@
  requires handle: fresh.task == &task;
  requires task:   0 <= task.state < POBF_STATE_COUNT;
  terminates       \true;
  exits            \false;
  assigns          fresh, bound, task, status;
*/
void bind_a_task(void);

void bind_a_task(void)
{
    status = pobf_bind(&bound, &fresh, &chain, host_bytes);
    //@ assert refused: chain.alive != 1 ==> status != POBF_OK;
    //@ assert spent: fresh.task == \null;
    if (status == POBF_OK) {
        //@ assert bound: bound.task == &task && task.state == POBF_BOUND;
        return;
    }
    //@ assert empty: bound.task == \null;
    //@ assert forgotten: task.state == 0 && has_no_key;
}

/*@
  requires zone:   placed;
  requires handle: bound.task == &task;
  requires task:   0 <= task.state < POBF_STATE_COUNT;
  requires host:   sealed_size <= ZONE_BYTES;
  terminates       \true;
  exits            \false;
  assigns          bound, loaded, task, size, status, receipt, zone_bytes[1000 .. 1499];
*/
void load_an_input(size_t sealed_size);

void load_an_input(size_t sealed_size)
{
    status = pobf_load(&loaded, &bound, &receipt, &chain, &zone, host_bytes, sealed_size, &size);
    //@ assert refused: chain.alive != 1 ==> status != POBF_OK;
    //@ assert spent: bound.task == \null;
    //@ assert fits: size <= 500;
    if (status == POBF_OK) {
        //@ assert loaded: loaded.task == &task && task.state == POBF_LOADED;
        //@ assert length: size + 16 == sealed_size;
        return;
    }
    //@ assert empty: loaded.task == \null;
    //@ assert forgotten: task.state == 0 && has_no_key;
    //@ assert nothing: size == 0 && ends_zero(zone.base + zone.input_at, zone.input_room);
    //@ assert unsaid: ends_zero(&receipt.input_commitment[0], 32);
}

/*@
  requires zone:   placed;
  requires handle: loaded.task == &task;
  requires task:   0 <= task.state < POBF_STATE_COUNT;
  terminates       \true;
  exits            \false;
  assigns          loaded, computed, task, status;
*/
void take_an_output(size_t output_size);

void take_an_output(size_t output_size)
{
    status = pobf_compute(&computed, &loaded, &chain, &zone, output_size);
    //@ assert refused: chain.alive != 1 ==> status != POBF_OK;
    //@ assert spent: loaded.task == \null;
    if (status == POBF_OK) {
        //@ assert computed: computed.task == &task && task.state == POBF_COMPUTED;
        //@ assert fits: output_size <= 484;
        return;
    }
    //@ assert empty: computed.task == \null;
    //@ assert forgotten: task.state == 0 && has_no_key;
}

/*@
  requires zone:   placed;
  requires handle: computed.task == &task;
  requires task:   0 <= task.state < POBF_STATE_COUNT;
  terminates       \true;
  exits            \false;
  assigns          computed, sealed, task, size, status, receipt, outbox[0 .. ROOM - 1];
  assigns          zone_bytes[1500 .. 1999];
*/
void seal_an_output(size_t output_size);

void seal_an_output(size_t output_size)
{
    status =
        pobf_seal(&sealed, &computed, &receipt, &chain, &zone, output_size, outbox, ROOM, &size);
    //@ assert refused: chain.alive != 1 ==> status != POBF_OK;
    //@ assert spent: computed.task == \null;
    if (status == POBF_OK) {
        //@ assert sealed: sealed.task == &task && task.state == POBF_SEALED;
        //@ assert keyless: has_no_key;
        //@ assert length: size == output_size + 48 && size <= 600;
        return;
    }
    //@ assert empty: sealed.task == \null;
    //@ assert forgotten: task.state == 0 && has_no_key;
    //@ assert nothing: size == 0 && ends_zero(&outbox[0], 600);
    //@ assert unsaid: ends_zero(&receipt.output_commitment[0], 32);
}

/* The theorem of the project, as a caller sees it. */
/*@
  requires zone: placed;
  requires task: 0 <= task.state < POBF_STATE_COUNT;
  terminates     \true;
  exits          \false;
  assigns        chain, task, receipt, outbox[0 .. ROOM - 1], size, status;
  assigns        zone_bytes[0 .. ZONE_BYTES - 1];
*/
void end_a_task(void);

void end_a_task(void)
{
    status = pobf_end(&chain, &task, &zone, &receipt, outbox, ROOM, &size);
    //@ assert forgotten: task.state == 0 && has_no_key;
    //@ assert registers: \at(receipt.registers_cleared, Pre) != 1 ==> status == POBF_E_POISONED;
    //@ assert refused: \at(chain.alive, Pre) != 1 ==> status == POBF_E_POISONED;
    //@ assert closed: chain.alive != 1 ==> is_closed && status == POBF_E_POISONED;
    if (chain.alive == 1) {
        //@ assert golden: zone.base[0] == zone.golden[0] && zone.base[999] == zone.golden[999];
        //@ assert zeros: ends_zero(zone.base + zone.golden_size, zone.size - zone.golden_size);
    }
    if (status == POBF_OK) {
        //@ assert alive: chain.alive == 1;
        //@ assert said: receipt.mismatches == 0 && receipt.key_destroyed == 1;
        //@ assert cleared: receipt.registers_cleared == 1;
        //@ assert signed: 1 <= size <= 600;
        //@ assert counted: receipt.sequence == chain.sequence && chain.sequence == \at(chain.sequence, Pre) + 1;
        return;
    }
    //@ assert uncounted: chain.sequence == \at(chain.sequence, Pre);
    //@ assert unlinked_1: chain.previous[0] == \at(chain.previous[0], Pre);
    //@ assert unlinked_2: chain.previous[31] == \at(chain.previous[31], Pre);
    //@ assert nothing: size == 0 && ends_zero(&outbox[0], 600);
}
