#ifndef POBF_ENCLAVE_MONITOR_BOOT_H
#define POBF_ENCLAVE_MONITOR_BOOT_H

#include "enclave/monitor/monitor.h"
#include "framework/chain/steps.h"

/*
 * The steps of a boot, beside those of a call (steps.h): it draws its keys, and under them it makes
 * what else than an answer the host may see, evidence and offers. They use signing keys, so they
 * are called by way of apart.h, too.
 */

/* A step on its way. It stands on the monitor's ordinary stack: nothing in it is secret. */
struct boot {
    uint8_t *stack; /* the steps': apart.S takes it from here */
    const struct monitor *monitor;
    struct pobf_task *task;            /* to be offered                  */
    const uint8_t *nonce;              /* of the evidence                */
    uint8_t bytes[POBF_EVIDENCE_ROOM]; /* out: the evidence or the offer */
    size_t size;
    enum pobf_status status;
};

_Static_assert(offsetof(struct boot, stack) == 0, "where apart.S looks");
_Static_assert((int)POBF_EVIDENCE_ROOM >= (int)POBF_OFFER_ROOM, "there is room for both");

/* Begin the boot: draw its keys. */
/*@
  requires boot:    \valid(boot);
  requires monitor: \valid_read(boot->monitor) && valid_zone(&boot->monitor->zone);
  requires chain:   \valid(boot->monitor->vault.chain);
  requires apart:   \separated(boot, boot->monitor, boot->monitor->vault.chain);
  requires alone:   \separated(boot->monitor->vault.chain, boot->monitor->zone.golden +
                               (0 .. boot->monitor->zone.golden_size - 1));
  terminates        \true;
  exits             \false;
  assigns           *boot->monitor->vault.chain, boot->status;
  ensures  begun:   boot->status == POBF_OK ==> live_chain(boot->monitor->vault.chain);
  ensures  nothing: boot->status != POBF_OK ==> empty_chain(boot->monitor->vault.chain);
*/
POBF_MUST_CHECK uint32_t boot_begin(struct boot *boot);

/* Evidence of this boot, for the nonce. No task can be read here, nor anything of the zone. */
/*@
  requires boot:    \valid(boot);
  requires monitor: \valid_read(boot->monitor);
  requires chain:   \valid_read(boot->monitor->vault.chain);
  requires nonce:   \valid_read(boot->nonce + (0 .. POBF_NONCE_BYTES - 1));
  terminates        \true;
  exits             \false;
  assigns           boot->bytes[0 .. POBF_EVIDENCE_ROOM - 1], boot->size, boot->status;
  ensures  fits:    boot->size <= POBF_EVIDENCE_ROOM;
*/
POBF_MUST_CHECK uint32_t boot_evidence(struct boot *boot);

/* Start the task, which is FORGOTTEN, and offer it. */
/*@
  requires boot:      \valid(boot) && valid_task(boot->task);
  requires chain:     \valid_read(&boot->monitor->vault.chain) &&
                      \valid_read(boot->monitor->vault.chain);
  requires apart:     \separated(boot, boot->task, boot->monitor->vault.chain,
                                 &boot->monitor->vault.chain);
  terminates          \true;
  exits               \false;
  assigns             *boot->task;
  assigns             boot->bytes[0 .. POBF_EVIDENCE_ROOM - 1], boot->size, boot->status;
  ensures  fits:      boot->size <= POBF_EVIDENCE_ROOM;
  ensures  fresh:     boot->status == POBF_OK ==> owns(boot->task, POBF_FRESH);
  ensures  forgotten: boot->status != POBF_OK ==> forgotten(boot->task);
*/
POBF_MUST_CHECK uint32_t boot_offer(struct boot *boot);

#endif
