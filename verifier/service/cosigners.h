#ifndef POBF_VERIFIER_SERVICE_COSIGNERS_H
#define POBF_VERIFIER_SERVICE_COSIGNERS_H

#include <event2/event.h>

#include "edge/http/exposition.h"
#include "verifier/log/quorum.h"
#include "verifier/log/sequencer.h"

/*
 * The witnesses of a policy, all asked at the same time, each by a thread beside the event loop. A
 * round ends when all that were asked have answered; a moment after the quorum holds; or after some
 * seconds. Who has not answered by then is late: no further round waits for it until it has signed
 * again. One that is late or fails is asked every few seconds, for the newest checkpoint; what it
 * signs then is published as well, as long as the checkpoint is the newest.
 */
struct cosigners;

struct cosigners_options {
    struct event_base *base;
    const char *folder; /* of the log; these two are to outlive it */
    const struct quorum *quorum;
    struct sequencer *(*log)(void *context); /* now; NULL: none */
    void (*settled)(void *context);          /* in the loop, once for each cosigners_ask */
    void *context;
};

/* POBF_E_USAGE where a URL is none, after people were told; POBF_E_SYSTEM. */
POBF_MUST_CHECK enum pobf_status cosigners_open(struct cosigners **cosigners,
                                                const struct cosigners_options *options);
/* A round that is not over is not told of any more; a thread that does not answer is left at it. NULL is fine. */
void cosigners_close(struct cosigners *cosigners);

/* Begin a round over the newest checkpoint; only once the one before is over. */
void cosigners_ask(struct cosigners *cosigners);

/* How often each has signed and failed, and whether the newest checkpoint has its signature. */
void cosigners_expose(const struct cosigners *cosigners, struct exposition *page);

#endif
