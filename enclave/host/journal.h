#ifndef POBF_ENCLAVE_HOST_JOURNAL_H
#define POBF_ENCLAVE_HOST_JOURNAL_H

#include <sys/types.h>

#include "edge/cli/place.h"
#include "edge/statement/journal.h"

/*
 * What a host has to remember across a crash, in one file of the receipts' folder, so that many
 * records cost one fdatasync. It is laid out in zeros and written from its start on. The host that
 * writes it holds a lock on it; without one it is a host's that has ended.
 */
struct journal {
    int file; /* -1: closed */
    off_t at;
    char path[PLACE_ROOM];
};

/*
 * Make .RANDOM.journal in the folder, locked, `bytes` in it, all of it durable. Where the journal is
 * open already, its file is replaced in one step by the new one.
 */
POBF_MUST_CHECK enum pobf_status journal_begin(struct journal *journal, const char *folder,
                                               const uint8_t *bytes, size_t size);
/* POBF_E_SPACE where there is no more room in it; else durable once it returns POBF_OK. */
POBF_MUST_CHECK enum pobf_status journal_write(struct journal *journal, const uint8_t *bytes,
                                               size_t size);
/* Nothing in it is needed any more: remove it. */
void journal_end(struct journal *journal);
/* Leave it to the next host. */
void journal_close(struct journal *journal);

#endif
