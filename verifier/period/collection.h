#ifndef POBF_VERIFIER_PERIOD_COLLECTION_H
#define POBF_VERIFIER_PERIOD_COLLECTION_H

#include <jansson.h>
#include <sqlite3.h>

#include "verifier/appraisal/appraisal.h"
#include "verifier/log/gaps.h"
#include "verifier/period/span.h"

/*
 * What a folder holds, sorted out: a database of SQLite in a temporary file, so that memory does
 * not grow with the number of receipts. Writers are void; whether all of them worked is one
 * question. Where a text is told, it is from our own words.
 *
 *   receipt(path, boot, sequence, issued, digest, previous, measurement, exit, zone, mismatches,
 *           steps, bytes, result, reason)  result: check_result of it as a whole
 *   crash(boot, sequence, digest, at)      what hosts state of calls without a receipt
 *   open(boot, sequence, at)               what they have begun, and nothing says how it ended
 *   log_alarm(at, log, kind, before, after, path)  what hosts state of logs (edge/statement/alarm.h)
 *   boot(boot, path, platform, backend, measurement, policy, monitor, certificate, key, bytes)
 *   certificate(digest, path, verified, proved, goals, issued)
 *   hardware(at, tee, verdict, tcb, path)  results of pobf appraise, as they stand
 *   journal(path)                          receipts of that path have no file of their own yet
 *   bad(path, kind, reason, readable)
 *   file(kind)                             one row a file
 */
struct collection;

POBF_MUST_CHECK enum pobf_status collection_open(struct collection **collection);
void collection_close(struct collection *collection); /* NULL is fine */
int collection_failed(const struct collection *collection);

/* POBF_E_INPUT where it is no receipt, or its numbers are beyond what can be counted. */
POBF_MUST_CHECK enum pobf_status collection_add_receipt(struct collection *collection,
                                                        const char *path, const uint8_t *bytes,
                                                        size_t size);
/* POBF_E_INPUT where it is no statement of a host that a task was forgotten by crash. */
POBF_MUST_CHECK enum pobf_status collection_add_crash(struct collection *collection,
                                                      const uint8_t *bytes, size_t size);
/* POBF_E_INPUT where its numbers are beyond what can be counted. */
POBF_MUST_CHECK enum pobf_status collection_add_open(struct collection *collection,
                                                     const struct intent *intent);
/* POBF_E_INPUT where it is no statement of a host that a log did not keep its word. */
POBF_MUST_CHECK enum pobf_status collection_add_alarm(struct collection *collection,
                                                      const char *path, const uint8_t *bytes,
                                                      size_t size);
/* Of evidence that was appraised. The first of its boot stays. POBF_E_REFUSED where another one names another receipt key. */
POBF_MUST_CHECK enum pobf_status collection_add_boot(struct collection *collection,
                                                     const char *path,
                                                     const struct appraisal *appraisal,
                                                     const uint8_t *bytes, size_t size);
void collection_add_certificate(struct collection *collection, const char *path,
                                const struct certificate *certificate, int is_verified);
/* POBF_E_INPUT where it is no result of pobf appraise. */
POBF_MUST_CHECK enum pobf_status collection_add_hardware(struct collection *collection,
                                                         const char *path, const uint8_t *bytes,
                                                         size_t size);
void collection_add_journal(struct collection *collection, const char *path);
void collection_add_bad(struct collection *collection, const char *path, const char *kind,
                        const char *reason, int is_readable);
void collection_count(struct collection *collection, const char *kind);

/*
 * The rows of a query, each an object by the names of its columns, bytes in hex. ?1 and ?2 are the
 * ends of the period. NULL, and the collection failed, where the query did.
 */
json_t *collection_rows(struct collection *collection, const char *query, const struct span *span);
/* The first column of the only row. */
int64_t collection_number(struct collection *collection, const char *query,
                          const struct span *span);

/* A receipt with its boot's evidence, to be judged; evidence_bytes NULL: there is none. */
struct collection_pair {
    const char *path;
    const uint8_t *receipt_bytes, *evidence_bytes;
    size_t receipt_size, evidence_size;
};

/* What became of it. `reason` lives until the next one. */
struct collection_result {
    int result; /* enum check_result */
    const char *reason;
};

/* Judge every receipt of the period. */
void collection_judge(struct collection *collection, const struct span *span,
                      struct collection_result (*judge)(void *context,
                                                        const struct collection_pair *pair),
                      void *context);

/*
 * Tell every gap that a call of the period may be in, or that is beside a receipt of it. When a crash
 * was, and when a call began that is open, is the host's word: what it says, and any time between that
 * and the receipt before it, since its clock may have jumped.
 */
void collection_gaps(struct collection *collection, const struct span *span,
                     void (*tell)(void *context, const struct gap *gap), void *context);

#endif
