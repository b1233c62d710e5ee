#ifndef POBF_ENCLAVE_PROCESS_CONFINE_H
#define POBF_ENCLAVE_PROCESS_CONFINE_H

#include <linux/filter.h>
#include <stddef.h>

#include "framework/core/status.h"

/*
 * What a process gives up for good. Each of these is POBF_E_SYSTEM where the kernel refuses; the
 * caller then ends before it holds a secret.
 */

/* Ends with its parent, gains no rights, cannot be read or traced by its own user, has no core. */
POBF_MUST_CHECK enum pobf_status confine_process(void);

/*
 * Landlock: no file, no network, no signal to or socket of others. The filter below denies the same
 * calls; this is the second wall. Where the kernel has none, that is said on stderr.
 *   may_signal  1: signals to processes that were there before stay allowed
 */
POBF_MUST_CHECK enum pobf_status confine_files(int may_signal);

/* One system call that stays allowed, and what one argument of it must be. */
struct confine_call {
    int number;
    int argument;              /* its index, or -1: any arguments */
    unsigned long long equals; /* what it must equal              */
};

/*
 * A seccomp filter: the calls listed, from 64-bit code; any other ends the process by SIGSYS, unless
 * it handles that. The kernel would log the number of a call that it kills for, this one it does not.
 */
POBF_MUST_CHECK enum pobf_status confine_calls(const struct confine_call *calls, size_t count);

/* The two halves of it, for a process that becomes many: make the filter, and have this process heed it. */
enum { CONFINE_CODE_MAX = 256 };

struct confine_filter {
    struct sock_filter code[CONFINE_CODE_MAX];
    unsigned short count;
};

POBF_MUST_CHECK enum pobf_status
confine_make_filter(struct confine_filter *filter, const struct confine_call *calls, size_t count);
POBF_MUST_CHECK enum pobf_status confine_heed(const struct confine_filter *filter);

#endif
