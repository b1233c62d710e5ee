#ifndef POBF_ENCLAVE_HOST_LEDGER_H
#define POBF_ENCLAVE_HOST_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "edge/cli/place.h"
#include "edge/statement/intent.h"
#include "edge/statement/intents.h"
#include "framework/wire/receipt.h"

/*
 * The folder of a host's receipts: BOOTID-SEQUENCE.receipt, so that a gap in the sequence is a gap in
 * the listing; and BOOTID-SEQUENCE.crashed where the host states that there will be none. Beside a
 * receipt that is in a log stands the proof, BOOTID-SEQUENCE.receipt.tlog-proof. BOOTID.evidence is there
 * before the first receipt of its boot.
 */
#define LEDGER_PROOF "receipt.tlog-proof"

/* The name of a file there, of `kind`. 0 where it is too long. */
int ledger_name(char path[PLACE_ROOM], const char *folder,
                const uint8_t boot_id[POBF_BOOT_ID_BYTES], uint64_t sequence, const char *kind);

/*
 * Put a receipt there; it is durable once ledger_sync has been called, or by the journal that it
 * stands in. POBF_E_INPUT where the monitor's bytes are no receipt.
 *   receipt  out: what it says
 */
POBF_MUST_CHECK enum pobf_status ledger_record(struct pobf_receipt *receipt, const char *folder,
                                               const uint8_t *bytes, size_t size);

/*
 * The same for a receipt that a journal holds, whose task is then no longer open. What is no receipt
 * never was one: it closes nothing, and is passed over.
 */
POBF_MUST_CHECK enum pobf_status ledger_place(struct intents *intents, const char *folder,
                                              const uint8_t *bytes, size_t size);

/* State that a task was forgotten by crash; durable. */
POBF_MUST_CHECK enum pobf_status ledger_state(const char *folder, const struct intent *intent);

/* Keep the evidence of a boot, by which its receipts are judged; durable. */
POBF_MUST_CHECK enum pobf_status ledger_keep(const char *folder,
                                             const uint8_t boot_id[POBF_BOOT_ID_BYTES],
                                             const uint8_t *bytes, size_t size);

/* All that was recorded there is durable. */
POBF_MUST_CHECK enum pobf_status ledger_sync(const char *folder);

/*
 * Ready the folder. What hosts that have ended left in their journals is brought to an end: their
 * receipts are recorded, every open intent gets its statement. Removes what they had written half.
 *   crashed  out: statements made
 * POBF_E_MISSING where there is no such folder; POBF_E_INPUT where a journal is not one of ours.
 */
POBF_MUST_CHECK enum pobf_status ledger_prepare(size_t *crashed, const char *folder);

#endif
