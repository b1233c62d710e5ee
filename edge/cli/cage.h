#ifndef POBF_EDGE_CLI_CAGE_H
#define POBF_EDGE_CLI_CAGE_H

#include <stdint.h>

#include "framework/core/status.h"

/*
 * What a tool is kept to that reads what a stranger wrote: some time, some memory, the files of the
 * system and those that it is given; no network, no other process.
 */
enum { CAGE_READABLE = 4 };

struct cage {
    const char *scratch;                 /* the folder to write to, TMPDIR too               */
    const char *readable[CAGE_READABLE]; /* what else it reads; NULL: nothing                */
    unsigned cpu_s;                      /* of each process                                  */
    unsigned wall_s;                     /* of all together: see run_caged                   */
    uint64_t memory_bytes;               /* of addresses, of each process                    */
    uint64_t file_bytes;                 /* of each file that it writes                      */
};

/* What compilers may take that build a function: that of a large module, and some to spare. */
#define CAGE_OF_COMPILERS                                                                          \
    .cpu_s = 300, .wall_s = 1800, .memory_bytes = UINT64_C(4) << 30,                               \
    .file_bytes = UINT64_C(256) << 20

/* In the process that is to be the tool. POBF_E_SYSTEM: it must not be. */
POBF_MUST_CHECK enum pobf_status cage_enter(const struct cage *cage);

/* No more than that each file that it writes has an end. */
POBF_MUST_CHECK enum pobf_status cage_limit_files(const struct cage *cage);

#endif
