#ifndef POBF_VERIFIER_INSPECT_ELF_H
#define POBF_VERIFIER_INSPECT_ELF_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

/*
 * What a program file says of itself, as far as the inspection asks. The file is somebody else's:
 * every offset in it is held against its size, here or by libelf.
 */
enum { ELF_SEGMENTS = 16, ELF_CHOICES = 64 };

struct elf_segment {
    uint32_t type;
    uint32_t flags; /* PF_R | PF_W | PF_X */
    uint64_t address;
    const uint8_t *bytes; /* in the file */
    uint64_t file_size;
    uint64_t memory_size;
};

/* A function's name, where the file names its functions. */
struct elf_symbol {
    const char *name; /* in the file, ended by a zero */
    uint64_t address;
    uint64_t size;
};

/* A place whose content is chosen at the start: by the function at `chooser`, for this processor. */
struct elf_choice {
    uint64_t place;
    uint64_t chooser;
};

struct elf {
    const uint8_t *bytes;
    size_t size;
    uint16_t type; /* ET_EXEC, ET_DYN */
    uint64_t entry;
    struct elf_segment segments[ELF_SEGMENTS];
    size_t segment_count;
    struct elf_symbol *symbols; /* functions, by address; owned */
    size_t symbol_count;
    /* Of a program with a dynamic section; zero where there is none. */
    int has_interpreter;
    int has_dynamic;
    int is_bound_now;   /* every name is bound before the first instruction */
    int relocates_text; /* TEXTREL                                          */
    size_t relocations; /* all of them                                      */
    size_t relative;    /* those of them that only add the load address     */
    struct elf_choice choices[ELF_CHOICES];
    size_t choice_count;
};

/* POBF_E_INPUT where it is no 64-bit x86 program, or damaged. Close it in any case. */
POBF_MUST_CHECK enum pobf_status elf_open(struct elf *elf, const uint8_t *bytes, size_t size);
void elf_close(struct elf *elf);

/* The function of this name; NULL where there is none, or more than one. */
const struct elf_symbol *elf_symbol(const struct elf *elf, const char *name);
/* The function that begins at this address, or NULL. */
const struct elf_symbol *elf_function_at(const struct elf *elf, uint64_t address);
/* The function that chooses what is at this place, or NULL. */
const struct elf_symbol *elf_chooser(const struct elf *elf, uint64_t place);
/* `size` bytes of executable code at an address, or NULL where not all of them are in the file. */
const uint8_t *elf_code(const struct elf *elf, uint64_t address, uint64_t size);
/* Take the names of another build of the same program: 1, or 0 where what is loaded differs. */
int elf_take_symbols(struct elf *elf, struct elf *named);

#endif
