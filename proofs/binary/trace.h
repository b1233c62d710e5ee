#ifndef POBF_PROOFS_BINARY_TRACE_H
#define POBF_PROOFS_BINARY_TRACE_H

#include "framework/core/status.h"
#include "proofs/binary/state.h"

/*
 * Run a program, as it was shipped, so that two runs differ in nothing but what it is sent; then
 * look at all of it. A tracer answers for the kernel where the kernel's answer would be another
 * every time:
 *
 *   getrandom       the same stream of bytes in every run
 *   clock_gettime   one moment, for ever (the vdso is hidden, so that the kernel is asked at all)
 *   memfd_secret    there is none: the program then takes memory that can be looked at
 *   wait4           waits for the child: without, how often it is asked would be chance
 *
 * and it starts alone in a new process namespace, on one processor, without address randomization.
 */
enum trace_turn { TRACE_GO_ON, TRACE_LOOK, TRACE_BROKEN };

enum { TRACE_HOST = 3, TRACE_SECONDS_MAX = 120 };

struct trace_plan {
    char *const *arguments; /* the first is the program's path; NULL ends them      */
    int host;               /* its descriptor TRACE_HOST */
    uint64_t stream;        /* which random stream; a turn may change it */
    /* It is about to read from TRACE_HOST, for the count-th time (from 0). */
    enum trace_turn (*turn)(struct trace_plan *plan, struct state *state, unsigned count);
    void *below;
};

/*
 * POBF_OK: at the moment of TRACE_LOOK, `state` has all of its writable memory and registers.
 * POBF_E_MISSING where the kernel lets nobody be traced so, POBF_E_SYSTEM where the program ended.
 * One that takes more than TRACE_SECONDS_MAX ends this one too, by SIGALRM: it will not stop where it is
 * looked for.
 */
POBF_MUST_CHECK enum pobf_status trace_run(struct state *state, struct trace_plan *plan);

#endif
