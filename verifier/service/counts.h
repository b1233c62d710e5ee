#ifndef POBF_VERIFIER_SERVICE_COUNTS_H
#define POBF_VERIFIER_SERVICE_COUNTS_H

#include <stddef.h>
#include <stdint.h>

/*
 * What the service has done, for /metrics. Nothing of any evidence is in it, and no client is named.
 */
enum counts_subject { COUNTS_ENCLAVE, COUNTS_HARDWARE, COUNTS_SUBJECTS };
enum counts_verdict { COUNTS_AFFIRMED, COUNTS_REFUSED, COUNTS_CANNOT_TELL, COUNTS_VERDICTS };
enum { COUNTS_TEXT_ROOM = 4096 };

struct counts {
    uint64_t sessions;         /* that were opened */
    uint64_t sessions_refused; /* for their nonce, or for want of room */
    uint64_t bodies_refused;   /* that were no evidence that is taken here */
    uint64_t appraisals[COUNTS_SUBJECTS][COUNTS_VERDICTS];
};

/* Print all; returns the size. */
size_t counts_print(const struct counts *counts, size_t open, char text[COUNTS_TEXT_ROOM]);

#endif
