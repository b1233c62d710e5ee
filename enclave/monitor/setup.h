#ifndef POBF_ENCLAVE_MONITOR_SETUP_H
#define POBF_ENCLAVE_MONITOR_SETUP_H

#include <stddef.h>
#include <stdint.h>

#include "enclave/monitor/message.h"
#include "framework/core/status.h"

/* The first steps of every program that pobf-host starts with the descriptors of message.h. */

/* Say on stderr why the program does not come up; `detail` may be NULL. Returns `status`. */
enum pobf_status setup_complain(enum pobf_status status, const char *what, const char *detail);

/* A private copy of a file, of at most `limit` bytes: the host may change the file, not the copy. */
uint8_t *setup_read(int descriptor, size_t *size, size_t limit);

/* 1 where these bytes are a setup. */
int setup_is(const void *bytes, size_t size);

/* Go to the processor that it names. */
void setup_settle(const struct message_setup *setup);

/*
 * Receive the host's setup from MESSAGE_HOST with its descriptors, and settle. POBF_E_INPUT where it is
 * not one; that is said.
 */
POBF_MUST_CHECK enum pobf_status setup_take(struct message_setup *setup, int given[MESSAGE_GIVEN]);

#endif
