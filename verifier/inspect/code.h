#ifndef POBF_VERIFIER_INSPECT_CODE_H
#define POBF_VERIFIER_INSPECT_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

/*
 * Machine code, one instruction after the other. The allow-lists name what may be there: an
 * instruction that nobody thought of is not in them.
 */
enum code_kind {
    CODE_FUNCTION, /* ring 3, no operating system below: computing and nothing else            */
    CODE_MONITOR,  /* the same, and: ports, segments, clock, random source, one way to cross   */
    CODE_GATE,     /* ring 0: a dozen instructions                                             */
};

enum { CODE_TEXT_ROOM = 64, CODE_FIRST_MAX = 4 };

/* What a sweep from the first byte to the last has found. */
struct code_sweep {
    size_t instructions;
    size_t refused;                     /* not in the list            */
    size_t unknown;                     /* bytes that are none        */
    char first[CODE_TEXT_ROOM];         /* of either, with its place  */
    size_t crossings;                   /* ud2                        */
    size_t hidden;                      /* byte strings of a system call, at whatever offset */
    uint64_t hidden_at[CODE_FIRST_MAX]; /* the first of them          */
    size_t astray;      /* direct jumps and calls that lead into the middle of one */
    uint64_t astray_at; /* the first that does        */
};

/* POBF_E_SYSTEM where there is no disassembler, POBF_E_SPACE where there is no memory. */
POBF_MUST_CHECK enum pobf_status code_sweep(struct code_sweep *sweep, enum code_kind kind,
                                            const uint8_t *bytes, size_t size, uint64_t address);

/*
 * The length of a vector instruction, by its prefix alone: VEX (c4, c5) or EVEX (62), none of which
 * is privileged. The disassembler does not know all of them. 0 where it is not one, or cut short.
 */
size_t code_vector_length(const uint8_t *bytes, size_t size);

#endif
