#include "enclave/kvm/program.h"

#include <elf.h>
#include <string.h>

#include "enclave/trustlet/abi.h"

enum { SEGMENTS = 4, PAGE = 4096, GATE_PAGES = 3 };

static const uint32_t expected_flags[SEGMENTS] = {PF_R | PF_X, PF_R | PF_X, PF_R, PF_R | PF_W};

static int is_fit(const Elf64_Phdr *segment, size_t size, uint32_t flags)
{
    return segment->p_type == PT_LOAD && segment->p_flags == flags &&
           segment->p_vaddr % PAGE == 0 && segment->p_offset <= size &&
           segment->p_filesz <= size - segment->p_offset && segment->p_filesz <= segment->p_memsz &&
           segment->p_memsz < TRUSTLET_STACK_END;
}

static struct program_segment segment_of(const uint8_t *bytes, const Elf64_Phdr *segment)
{
    return (struct program_segment){
        .address = segment->p_vaddr,
        .bytes = bytes + segment->p_offset,
        .file_size = segment->p_filesz,
        .memory_size = segment->p_memsz,
    };
}

/* The gate is three pages; the others stand in their order below the stack. */
static int is_in_order(const struct program *program)
{
    const uint64_t limit = TRUSTLET_STACK_END - TRUSTLET_STACK_BYTES - PAGE;

    return program->gate.file_size == (uint64_t)GATE_PAGES * PAGE &&
           program->gate.memory_size == program->gate.file_size &&
           program->text.address == TRUSTLET_MONITOR &&
           program->text.address + program->text.memory_size <= program->constants.address &&
           program->constants.address + program->constants.memory_size <=
               program->variables.address &&
           program->variables.address + program->variables.memory_size <= limit &&
           program->entry >= program->text.address &&
           program->entry < program->text.address + program->text.memory_size;
}

enum pobf_status program_parse(struct program *program, const uint8_t *bytes, size_t size)
{
    Elf64_Ehdr header;
    Elf64_Phdr segments[SEGMENTS];

    *program = (struct program){.bytes = bytes, .size = size};
    if (size < sizeof header + sizeof segments) {
        return POBF_E_INPUT;
    }
    memcpy(&header, bytes, sizeof header);
    memcpy(segments, bytes + sizeof header, sizeof segments);
    if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_machine != EM_X86_64 ||
        header.e_phoff != sizeof header || header.e_phnum != SEGMENTS) {
        return POBF_E_INPUT;
    }
    for (int i = 0; i < SEGMENTS; i++) {
        if (!is_fit(&segments[i], size, expected_flags[i])) {
            return POBF_E_INPUT;
        }
    }
    program->entry = header.e_entry;
    program->gate = segment_of(bytes, &segments[0]);
    program->text = segment_of(bytes, &segments[1]);
    program->constants = segment_of(bytes, &segments[2]);
    program->variables = segment_of(bytes, &segments[3]);
    return is_in_order(program) ? POBF_OK : POBF_E_INPUT;
}
