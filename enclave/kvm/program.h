#ifndef POBF_ENCLAVE_KVM_PROGRAM_H
#define POBF_ENCLAVE_KVM_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

/* The monitor's program for a virtual machine, as trustlet.ld lays it out. */
struct program_segment {
    uint64_t address;
    const uint8_t *bytes;
    uint64_t file_size;
    uint64_t memory_size;
};

struct program {
    const uint8_t *bytes;
    size_t size;
    uint64_t entry;
    struct program_segment gate, text, constants, variables;
};

/* The program inside of this one. */
extern const uint8_t program_bytes[];
extern const uint8_t program_end[];

/* Parse one. POBF_E_INPUT where it has any other shape. */
POBF_MUST_CHECK enum pobf_status program_parse(struct program *program, const uint8_t *bytes,
                                               size_t size);

#endif
