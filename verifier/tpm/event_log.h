#ifndef POBF_VERIFIER_TPM_EVENT_LOG_H
#define POBF_VERIFIER_TPM_EVENT_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"
#include "framework/wire/event_log.h"
#include "framework/wire/tpm.h"

/*
 * The log of events that firmware kept, and what it comes to: for one bank the registers are computed
 * again, each from zeros, event by event (framework/wire/event_log.h).
 */

struct event_log_registers {
    uint8_t value[POBF_TPM_PCRS][POBF_EVENT_LOG_DIGEST_MAX];
    uint32_t extended; /* bit n: an event of the log went into register n */
    size_t event_count;
};

/*
 * Replay one bank.
 *   POBF_E_INPUT    it is not such a log, whole and with nothing left over, or an event of it has no
 *                   digest of this bank
 *   POBF_E_MISSING  the log was kept without this bank
 *   POBF_E_SYSTEM   the hash cannot be computed
 * On any of them *registers is all zeros.
 */
POBF_MUST_CHECK enum pobf_status event_log_replay(struct event_log_registers *registers,
                                                  const uint8_t *log, size_t size, uint32_t bank);

#endif
