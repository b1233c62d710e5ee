#ifndef POBF_VERIFIER_SERVICE_INTAKE_H
#define POBF_VERIFIER_SERVICE_INTAKE_H

#include "edge/http/exposition.h"
#include "edge/http/http.h"
#include "verifier/log/quorum.h"
#include "verifier/log/sequencer.h"

/*
 * Receipts that come to a log over HTTP:
 *
 *   POST /add   a receipt   200 text/plain: its proof, c2sp.org/tlog-proof@v1
 *
 * Those that come within some milliseconds are published together, and answered then: an answer is
 * durable. Who hands in a receipt again gets a proof of the place that it has. Where the disk fails
 * the log is taken over anew, as after a crash, with the next receipt; until then nobody gets a
 * proof.
 *
 * Witnesses are asked beside the loop (cosigners.h); who comes meanwhile waits for the round to end,
 * and is published then. Too few witnesses keep no proof back.
 */
struct intake;

struct intake_options {
    const char *folder; /* of the log; all of these must stay valid */
    const struct key *key;
    const struct quorum *quorum; /* whose witnesses are asked before an answer; NULL: nobody */
};

/* `log` is open on the folder, and the intake's from now on, also where this fails. */
POBF_MUST_CHECK enum pobf_status intake_open(struct intake **intake, struct sequencer *log,
                                             const struct intake_options *options);
void intake_close(struct intake *intake);

/* Where the requests come from; before the first of them. */
POBF_MUST_CHECK enum pobf_status intake_attach(struct intake *intake, struct http *http);
/* Before they end; who waits gets no answer then. NULL is fine. */
void intake_detach(struct intake *intake);
void intake_add(struct http_request *request, struct intake *intake);
/* How the log is, for /metrics. */
void intake_expose(const struct intake *intake, struct exposition *page);

#endif
