#ifndef POBF_VERIFIER_LOG_ONGOING_H
#define POBF_VERIFIER_LOG_ONGOING_H

#include "edge/statement/journal.h"

/*
 * What the journal of a host that runs, or was killed, says of its calls: receipts, which may have no
 * file of their own yet, and calls that have begun and of whose end nothing is known. It is the host's
 * word, but for the receipts.
 */
struct ongoing {
    enum pobf_status (*receipt)(void *context, const uint8_t *bytes, size_t size);
    enum pobf_status (*open)(void *context, const struct intent *intent);
    void *context;
};

/* What a journal amounts to that is torn, to people. */
extern const char ongoing_torn[];

/*
 * Tell every receipt in it, then what is open. POBF_E_INPUT where it is torn or another version's: what
 * was whole has been told, and more may be open. Where one who is told does not return POBF_OK, that.
 */
POBF_MUST_CHECK enum pobf_status ongoing_read(const uint8_t *bytes, size_t size,
                                              const struct ongoing *ongoing);

#endif
