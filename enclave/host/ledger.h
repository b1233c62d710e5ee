#ifndef POBF_ENCLAVE_HOST_LEDGER_H
#define POBF_ENCLAVE_HOST_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "framework/wire/receipt.h"

/*
 * Record a receipt in a folder, on the disk, under BOOTID-SEQUENCE.receipt: so a gap in the
 * sequence is a gap in the listing. `folder` NULL: it is only parsed.
 *   receipt  out: what it says
 * POBF_E_INPUT where the monitor's bytes are no receipt.
 */
POBF_MUST_CHECK enum pobf_status ledger_record(struct pobf_receipt *receipt, const char *folder,
                                               const uint8_t *bytes, size_t size);

/*
 * POBF_OK where receipts can be recorded in this folder. Removes what a host that was killed left of
 * a receipt that it was writing; no answer has left with it.
 */
POBF_MUST_CHECK enum pobf_status ledger_prepare(const char *folder);

#endif
