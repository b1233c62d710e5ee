#ifndef POBF_ENCLAVE_TRANSLATE_TOOL_H
#define POBF_ENCLAVE_TRANSLATE_TOOL_H

#include "edge/cli/run.h"

/*
 * A compiler, or another tool that makes something of what a stranger wrote. It runs in a cage
 * (edge/cli/cage.h): it writes to `scratch` alone, where its log is as well.
 */
struct tool {
    const char *const *arguments; /* as in struct run                                */
    const char *scratch;          /* an absolute path                                */
    const char *folder;           /* to run in; NULL: in `scratch`                   */
    const char *readable[CAGE_READABLE];
    const char *output; /* file for its stdout; NULL: into the log      */
    const char *from;   /* who installs it, for people                     */
};

/*
 * Run it, and show on stderr what it says. POBF_E_REFUSED: it failed; POBF_E_MISSING: it is not
 * there, which people are told; POBF_E_SYSTEM: it was interrupted.
 */
POBF_MUST_CHECK enum pobf_status tool_run(const struct tool *tool);

/*
 * Show the beginning of a log, and no control characters: what a tool says of what a stranger wrote can
 * have any length, and say anything.
 */
void tool_show(const char *path);

#endif
