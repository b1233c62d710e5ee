#ifndef POBF_TESTS_ENCLAVE_IMAGE_SMALL_H
#define POBF_TESTS_ENCLAVE_IMAGE_SMALL_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "enclave/image/image.h"

enum { PAGE = 4096, TEXT_BYTES = 32, CONSTANTS_BYTES = 704, DATA_BYTES = 24, DATA_MEMORY = 5000 };

/* A small but whole image; a test spoils one thing in a copy of it. */
struct file {
    Elf64_Ehdr header;
    Elf64_Phdr segment[4]; /* text, constants, variables, note */
    uint8_t text[TEXT_BYTES];
    struct image_note note; /* begins the constants */
    uint8_t more[CONSTANTS_BYTES - sizeof(struct image_note)];
    uint8_t data[DATA_BYTES];
};

static inline struct file good(void)
{
    struct file file = {
        .header = {.e_type = ET_EXEC,
                   .e_machine = EM_X86_64,
                   .e_version = EV_CURRENT,
                   .e_entry = IMAGE_TEXT_AT + 8,
                   .e_phoff = sizeof(Elf64_Ehdr),
                   .e_ehsize = sizeof(Elf64_Ehdr),
                   .e_phentsize = sizeof(Elf64_Phdr),
                   .e_phnum = 4},
        .segment = {{.p_type = PT_LOAD,
                     .p_flags = PF_R | PF_X,
                     .p_offset = offsetof(struct file, text),
                     .p_vaddr = IMAGE_TEXT_AT,
                     .p_filesz = TEXT_BYTES,
                     .p_memsz = TEXT_BYTES},
                    {.p_type = PT_LOAD,
                     .p_flags = PF_R,
                     .p_offset = offsetof(struct file, note),
                     .p_vaddr = IMAGE_TEXT_AT + PAGE,
                     .p_filesz = CONSTANTS_BYTES,
                     .p_memsz = CONSTANTS_BYTES},
                    {.p_type = PT_LOAD,
                     .p_flags = PF_R | PF_W,
                     .p_offset = offsetof(struct file, data),
                     .p_vaddr = IMAGE_ZONE_AT + 2 * PAGE,
                     .p_filesz = DATA_BYTES,
                     .p_memsz = DATA_MEMORY},
                    {.p_type = PT_NOTE,
                     .p_flags = PF_R,
                     .p_offset = offsetof(struct file, note),
                     .p_vaddr = IMAGE_TEXT_AT + PAGE,
                     .p_filesz = sizeof(struct image_note),
                     .p_memsz = sizeof(struct image_note)}},
        .note = {.owner_size = sizeof IMAGE_NOTE_OWNER,
                 .manifest_size = sizeof(struct image_manifest),
                 .type = IMAGE_NOTE_TYPE,
                 .owner = IMAGE_NOTE_OWNER,
                 .manifest = {.version = IMAGE_MANIFEST_VERSION,
                              .deadline_ms = 100,
                              .input_max = 5000,
                              .output_max = 100,
                              .arena = 4096,
                              .stack = 16384,
                              .name = "small"}},
    };
    static const uint8_t ident[] = {ELFMAG0,    ELFMAG1,     ELFMAG2,   ELFMAG3,
                                    ELFCLASS64, ELFDATA2LSB, EV_CURRENT};

    memcpy(file.header.e_ident, ident, sizeof ident);
    memset(file.data, 0x5a, sizeof file.data);
    return file;
}

#endif
