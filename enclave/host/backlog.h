#ifndef POBF_ENCLAVE_HOST_BACKLOG_H
#define POBF_ENCLAVE_HOST_BACKLOG_H

#include "enclave/host/ledger.h"

/*
 * The receipts of a folder whose proof is not there yet. The folder is the only memory: where there
 * are more than fit into the line, or one could not be brought to the log, it is looked through
 * again. Calls from any thread.
 */
struct backlog;

struct backlog_item {
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint64_t sequence;
};

enum { BACKLOG_LINE_MAX = 4096 };

/* `folder` is to outlive it; it is looked through once. */
POBF_MUST_CHECK enum pobf_status backlog_open(struct backlog **backlog, const char *folder);
void backlog_close(struct backlog *backlog);

/* There is one more. */
void backlog_add(struct backlog *backlog, const struct backlog_item *item);

/* The next one in line that has no proof; 0: there is none in line. */
int backlog_take(struct backlog *backlog, struct backlog_item *item);

/* One that was taken has its proof, or is gone; or is to be taken again, later. */
void backlog_settle(struct backlog *backlog);
void backlog_put_back(struct backlog *backlog);

/*
 * Look through the folder where it may hold some that are not in line; when none is in line or
 * taken.
 */
void backlog_refill(struct backlog *backlog);

uint64_t backlog_size(struct backlog *backlog);

/* Where a receipt and its proof are. 0 where the names are too long. */
int backlog_name(const struct backlog *backlog, char receipt[PLACE_ROOM], char proof[PLACE_ROOM],
                 const struct backlog_item *item);

#endif
