#ifndef POBF_ENCLAVE_HOST_COURIER_H
#define POBF_ENCLAVE_HOST_COURIER_H

#include "enclave/host/backlog.h"

/*
 * Brings receipts to a log (POST /add of `pobf-verifier log serve`), beside the event loop: no call
 * waits for it. The log's answer is kept beside the receipt once it is a proof, under the log's
 * key, that this receipt is in it. Until then the receipt stays, and is brought again: soon, then
 * ever less often, each minute at last. A receipt that comes to the log twice has one place in it.
 *
 * No proof is kept before the log has shown that its tree begins with the largest one that it had
 * shown before (tip.h), to this host or to those before it. One that forks, shrinks or does not show it
 * is an alarm: told, counted, and kept in the folder.
 */
struct courier;

struct courier_options {
    const char *folder;     /* of the receipts; to outlive the courier */
    const char *url;        /* the log's */
    const char *key_path;   /* its vkey */
    const char *ca_path;    /* PEM: whose TLS certificates count; NULL: the system's authorities */
    const char *token_path; /* of the token that the log wants; NULL: it wants none */
};

struct courier_counts {
    uint64_t backlog;  /* receipts without a proof, now */
    uint64_t proofs;   /* that were kept */
    uint64_t failures; /* of the log, the way to it, or the disk */
    uint64_t refusals; /* answers that were no proof of the receipt, or refused it */
    uint64_t alarms;   /* of the log, in the folder */
};

/* Reads what it needs; tells people what is wrong. Nothing is sent yet. */
POBF_MUST_CHECK enum pobf_status courier_open(struct courier **courier,
                                              const struct courier_options *options);
/* Begin, once the host is confined. */
POBF_MUST_CHECK enum pobf_status courier_start(struct courier *courier);
/* A receipt has been recorded in the folder. */
void courier_bring(struct courier *courier, const struct backlog_item *item);
void courier_count(struct courier *courier, struct courier_counts *counts);
/* What is on its way is not waited for; the next host brings it again. NULL is fine. */
void courier_close(struct courier *courier);

#endif
