#ifndef POBF_ENCLAVE_HOST_OPENER_H
#define POBF_ENCLAVE_HOST_OPENER_H

#include <stddef.h>
#include <sys/types.h>

#include "framework/core/status.h"

/*
 * Opens files for a host that may not any more: a process that was forked before the host was confined,
 * and knows which files these are. It is asked for one by its number, and hands it over, as it is by then;
 * a host that strangers have taken over can get at no other. It can read files, talk to the host, and nothing else.
 */
struct opener {
    pid_t process; /* 0: there is none */
    int socket;
};

/* While there is one thread. The paths must stay valid; one may be NULL: it cannot be opened. */
POBF_MUST_CHECK enum pobf_status opener_begin(struct opener *opener, const char *const paths[],
                                              size_t count);
/* Zeros are fine. */
void opener_end(struct opener *opener);

/* Ask for one, when none is asked for; the answer is there once the socket is readable. */
POBF_MUST_CHECK enum pobf_status opener_ask(struct opener *opener, size_t number);
/*
 * Take it: a descriptor of a regular file. POBF_E_MISSING where there is no such file, POBF_E_SYSTEM where
 * it cannot be opened or is another kind of file, POBF_E_STATE where nobody answers: then *file is -1.
 */
POBF_MUST_CHECK enum pobf_status opener_take(struct opener *opener, int *file);

#endif
