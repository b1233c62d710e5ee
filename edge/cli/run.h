#ifndef POBF_EDGE_CLI_RUN_H
#define POBF_EDGE_CLI_RUN_H

#include "edge/cli/cage.h"

/*
 * Run a program of the tool chain, without a shell, in a process group of its own, and wait. It
 * sees of our environment the PATH alone, so that no variable of ours can weaken a proof or alter
 * a build; stdin is empty.
 */
struct run {
    const char *const *arguments; /* arguments[0] is looked up in PATH; NULL ends it      */
    const char *folder;           /* to run in, which is its HOME too                     */
    const char *output;           /* file for its stdout; NULL: into the log              */
    const char *log;              /* file for its stderr, appended to                     */
};

/*
 *   POBF_E_SYSTEM   it could not be started, or a signal came for us: then its whole group is gone
 *   POBF_E_REFUSED  it failed
 */
POBF_MUST_CHECK enum pobf_status run_program(const struct run *run);

/*
 * The same in all of our environment, and with the network: for a tool whose result is judged by its
 * hash. Of a cage it has the time of all together, and the size of a file.
 */
POBF_MUST_CHECK enum pobf_status run_as_user(const struct run *run, const struct cage *cage);

/*
 * The same, in a cage; what it starts does not outlive it, and is out of time when it is. Where a
 * limit ends it, that is in the log.
 */
POBF_MUST_CHECK enum pobf_status run_caged(const struct run *run, const struct cage *cage);

/* From now on SIGINT, SIGTERM and SIGHUP end the program that runs, not us. */
void run_guard(void);
void run_unguard(void);    /* they end us again, as they do by default */
int run_interrupted(void); /* 1: one of them came; nothing is started any more */

#endif
