#ifndef POBF_ENCLAVE_PROCESS_GATE_H
#define POBF_ENCLAVE_PROCESS_GATE_H

/*
 * The gate: one page of code that the function's address space holds beside the function itself.
 * The nursery lives in it, and makes one process a call. All of these processes share one address
 * space, which holds, after the gate has run once:
 *
 *   0x0fff0000  the gate             R-X
 *   0x10000000  the function's text  R-X
 *   ..          its constants        R--
 *   0x20000000  the zone's parts     RW-, shared with the monitor, guards not mapped
 *
 * and nothing else: no stack but the function's, no library, no vdso. The gate itself therefore
 * never writes memory; it works in registers, and its two channels carry bare packets.
 */
#define GATE_AT 0x0fff0000
#define GATE_BYTES 4096

/* File descriptors of the nursery; a function's process keeps the first alone. */
#define GATE_GO 0     /* one packet of one byte: the function may run                */
#define GATE_ORDERS 1 /* in: one byte, make the next process; out: its id, bytewise  */

#define GATE_BROKEN 3 /* exit code of a nursery or a process that could not be confined */

#ifndef __ASSEMBLER__
#include <stdint.h>

/* The page, as it stands in the monitor's program; the nursery copies it to GATE_AT. */
extern const uint8_t gate_page[GATE_BYTES];

struct gate_plan {
    uint64_t rest_at; /* everything from here up is unmapped ..   */
    uint64_t rest_size;
    uint64_t entry;   /* of the function                        */
    uint64_t stack;   /* its first free byte, above the stack   */
    uint64_t monitor; /* its process id                         */
};

/* Leave C for good: clear the registers and go through the gate. */
_Noreturn void gate_enter(const struct gate_plan *plan);
#endif

#endif
