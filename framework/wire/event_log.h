#ifndef POBF_FRAMEWORK_WIRE_EVENT_LOG_H
#define POBF_FRAMEWORK_WIRE_EVENT_LOG_H

#include "framework/wire/fixed.h"

/*
 * The log of events that firmware kept beside a TPM, event by event. Only the crypto-agile format is
 * read: its first event, in the layout of TPM 1.2, says "Spec ID Event03" and which hashes follow.
 * Numbers are little-endian.
 *                      TCG PC Client Platform Firmware Profile 1.06, sections 10.2 and 10.4
 */
enum { POBF_EVENT_LOG_HASHES_MAX = 8, POBF_EVENT_LOG_DIGEST_MAX = 64 };
enum { POBF_EVENT_NO_ACTION = 3 };

/* The hashes that a log is kept with: those that are not known can be skipped by their sizes. */
struct pobf_event_log_hashes {
    uint32_t id[POBF_EVENT_LOG_HASHES_MAX]; /* POBF_TPM_SHA256.. */
    uint32_t size[POBF_EVENT_LOG_HASHES_MAX];
    uint32_t count;
};

struct pobf_event {
    uint32_t pcr;
    uint32_t type;
    const uint8_t *digest; /* of the bank that was asked for; NULL: there is none */
    size_t digest_size;
    const uint8_t *data;
    size_t data_size;
};

/*@
  predicate valid_hashes{L}(struct pobf_event_log_hashes *h) =
    \at(h->count, L) <= POBF_EVENT_LOG_HASHES_MAX &&
    \forall integer k; 0 <= k < \at(h->count, L) ==>
      0 < \at(h->size[k], L) <= POBF_EVENT_LOG_DIGEST_MAX;

  predicate empty_event{L}(struct pobf_event *e) =
    \at(e->pcr, L) == 0 && \at(e->type, L) == 0 &&
    nowhere(\at(e->digest, L), \at(e->digest_size, L)) &&
    nowhere(\at(e->data, L), \at(e->data_size, L));
*/

/* Read the first event. POBF_E_INPUT where it is another one; then there are no hashes. */
/*@
  requires reader:  valid_fixed(reader);
  requires hashes:  \valid(hashes);
  requires apart:   \separated(hashes, reader, reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed, *hashes;
  ensures  reader:  valid_fixed(reader);
  ensures  hashes:  valid_hashes(hashes);
  ensures  code:    \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  success: \result == POBF_OK ==> reader->failed == 0 && hashes->count > 0;
  ensures  failure: \result != POBF_OK ==> hashes->count == 0;
*/
POBF_MUST_CHECK
enum pobf_status pobf_event_log_begin(struct pobf_event_log_hashes *hashes,
                                      struct pobf_fixed_reader *reader);

/*
 * Read the next event, with its digest of this bank. POBF_E_INPUT where it is not whole, or has two
 * of them, or one of a hash that the log did not announce; then *event is all zeros, and nothing
 * more is to be read.
 */
/*@
  requires reader:  valid_fixed(reader);
  requires event:   \valid(event);
  requires hashes:  \valid_read(hashes) && valid_hashes(hashes);
  requires apart:   \separated(event, hashes, reader, reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed, *event;
  ensures  reader:  \result == POBF_OK ==> valid_fixed(reader);
  ensures  code:    \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  digest:  event->digest == \null ||
                    within(event->digest, event->digest_size, reader->bytes, reader->size);
  ensures  size:    event->digest_size <= POBF_EVENT_LOG_DIGEST_MAX;
  ensures  data:    \result == POBF_OK ==>
                    within(event->data, event->data_size, reader->bytes, reader->size);
  ensures  failure: \result != POBF_OK ==> empty_event(event);
*/
POBF_MUST_CHECK
enum pobf_status pobf_event_log_next(struct pobf_event *event, struct pobf_fixed_reader *reader,
                                     const struct pobf_event_log_hashes *hashes, uint32_t bank);

#endif
