#include "verifier/inspect/elf.h"

#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>

static int take_segment(struct elf *elf, const GElf_Phdr *header)
{
    struct elf_segment *segment = &elf->segments[elf->segment_count];

    if (elf->segment_count == ELF_SEGMENTS || header->p_offset > elf->size ||
        header->p_filesz > elf->size - header->p_offset || header->p_filesz > header->p_memsz ||
        header->p_memsz > UINT64_MAX - header->p_vaddr) {
        return 0;
    }
    *segment = (struct elf_segment){
        .type = header->p_type,
        .flags = header->p_flags,
        .address = header->p_vaddr,
        .bytes = elf->bytes + header->p_offset,
        .file_size = header->p_filesz,
        .memory_size = header->p_memsz,
    };
    elf->segment_count++;
    elf->has_interpreter |= header->p_type == PT_INTERP;
    elf->has_dynamic |= header->p_type == PT_DYNAMIC;
    return 1;
}

static int take_segments(struct elf *elf, Elf *file)
{
    size_t count;

    if (elf_getphdrnum(file, &count) != 0) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr header;

        if (gelf_getphdr(file, (int)i, &header) == NULL || !take_segment(elf, &header)) {
            return 0;
        }
    }
    return elf->segment_count > 0;
}

static int by_address(const void *a, const void *b)
{
    const struct elf_symbol *one = a;
    const struct elf_symbol *other = b;

    return one->address < other->address ? -1 : one->address > other->address;
}

static int is_function(const GElf_Sym *symbol)
{
    const int type = GELF_ST_TYPE(symbol->st_info);

    return (type == STT_FUNC || type == STT_GNU_IFUNC) && symbol->st_shndx != SHN_UNDEF;
}

static int take_symbols(struct elf *elf, Elf *file, Elf_Scn *section, const GElf_Shdr *header)
{
    Elf_Data *data = elf_getdata(section, NULL);
    const size_t count = header->sh_entsize == 0 ? 0 : header->sh_size / header->sh_entsize;

    if (elf->symbols != NULL || data == NULL) {
        return 0;
    }
    elf->symbols = calloc(count + 1, sizeof *elf->symbols);
    for (size_t i = 0; elf->symbols != NULL && i < count; i++) {
        GElf_Sym symbol;
        const char *name;

        if (gelf_getsym(data, (int)i, &symbol) == NULL) {
            return 0;
        }
        name = elf_strptr(file, header->sh_link, symbol.st_name);
        if (name != NULL && is_function(&symbol)) {
            elf->symbols[elf->symbol_count++] =
                (struct elf_symbol){name, symbol.st_value, symbol.st_size};
        }
    }
    if (elf->symbols != NULL) {
        qsort(elf->symbols, elf->symbol_count, sizeof *elf->symbols, by_address);
    }
    return elf->symbols != NULL;
}

static int take_relocations(struct elf *elf, Elf_Scn *section, const GElf_Shdr *header)
{
    Elf_Data *data = elf_getdata(section, NULL);
    const size_t count = header->sh_entsize == 0 ? 0 : header->sh_size / header->sh_entsize;

    for (size_t i = 0; data != NULL && i < count; i++) {
        GElf_Rela relocation;
        uint64_t type;

        if (gelf_getrela(data, (int)i, &relocation) == NULL) {
            return 0;
        }
        type = GELF_R_TYPE(relocation.r_info);
        elf->relocations++;
        elf->relative += type == R_X86_64_RELATIVE || type == R_X86_64_IRELATIVE;
        if (type == R_X86_64_IRELATIVE && elf->choice_count < ELF_CHOICES) {
            elf->choices[elf->choice_count++] =
                (struct elf_choice){relocation.r_offset, (uint64_t)relocation.r_addend};
        }
    }
    return data != NULL;
}

static int take_dynamic(struct elf *elf, Elf_Scn *section, const GElf_Shdr *header)
{
    Elf_Data *data = elf_getdata(section, NULL);
    const size_t count = header->sh_entsize == 0 ? 0 : header->sh_size / header->sh_entsize;

    for (size_t i = 0; data != NULL && i < count; i++) {
        GElf_Dyn entry;

        if (gelf_getdyn(data, (int)i, &entry) == NULL) {
            return 0;
        }
        elf->is_bound_now |= entry.d_tag == DT_BIND_NOW ||
                             (entry.d_tag == DT_FLAGS && (entry.d_un.d_val & DF_BIND_NOW) != 0) ||
                             (entry.d_tag == DT_FLAGS_1 && (entry.d_un.d_val & DF_1_NOW) != 0);
        elf->relocates_text |= entry.d_tag == DT_TEXTREL ||
                               (entry.d_tag == DT_FLAGS && (entry.d_un.d_val & DF_TEXTREL) != 0);
    }
    return data != NULL;
}

static int take_sections(struct elf *elf, Elf *file)
{
    Elf_Scn *section = NULL;

    while ((section = elf_nextscn(file, section)) != NULL) {
        GElf_Shdr header;
        int taken = gelf_getshdr(section, &header) != NULL;

        if (taken && header.sh_type == SHT_SYMTAB) {
            taken = take_symbols(elf, file, section, &header);
        } else if (taken && header.sh_type == SHT_RELA) {
            taken = take_relocations(elf, section, &header);
        } else if (taken && header.sh_type == SHT_DYNAMIC) {
            taken = take_dynamic(elf, section, &header);
        } else if (taken && header.sh_type == SHT_REL) {
            taken = 0; /* x86-64 has none of that kind */
        }
        if (!taken) {
            return 0;
        }
    }
    return 1;
}

static int take_all(struct elf *elf, Elf *file)
{
    GElf_Ehdr header;

    if (elf_kind(file) != ELF_K_ELF || gelf_getehdr(file, &header) == NULL ||
        header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64) {
        return 0;
    }
    elf->type = header.e_type;
    elf->entry = header.e_entry;
    return take_segments(elf, file) && take_sections(elf, file);
}

enum pobf_status elf_open(struct elf *elf, const uint8_t *bytes, size_t size)
{
    Elf *file;
    int taken;

    *elf = (struct elf){.bytes = bytes, .size = size};
    if (elf_version(EV_CURRENT) == EV_NONE) {
        return POBF_E_SYSTEM;
    }
    file = elf_memory((char *)(uintptr_t)bytes, size); /* it is not written to */
    taken = file != NULL && take_all(elf, file);
    if (file != NULL) {
        elf_end(file);
    }
    if (!taken) {
        elf_close(elf);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

void elf_close(struct elf *elf)
{
    free(elf->symbols);
    *elf = (struct elf){.size = 0};
}

const struct elf_symbol *elf_symbol(const struct elf *elf, const char *name)
{
    const struct elf_symbol *found = NULL;

    for (size_t i = 0; i < elf->symbol_count; i++) {
        if (strcmp(elf->symbols[i].name, name) == 0) {
            if (found != NULL && found->address != elf->symbols[i].address) {
                return NULL;
            }
            found = &elf->symbols[i];
        }
    }
    return found;
}

const struct elf_symbol *elf_function_at(const struct elf *elf, uint64_t address)
{
    size_t low = 0;
    size_t high = elf->symbol_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (elf->symbols[middle].address < address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < elf->symbol_count && elf->symbols[low].address == address ? &elf->symbols[low]
                                                                           : NULL;
}

const struct elf_symbol *elf_chooser(const struct elf *elf, uint64_t place)
{
    for (size_t i = 0; i < elf->choice_count; i++) {
        if (elf->choices[i].place == place) {
            return elf_function_at(elf, elf->choices[i].chooser);
        }
    }
    return NULL;
}

const uint8_t *elf_code(const struct elf *elf, uint64_t address, uint64_t size)
{
    enum { EXECUTABLE = 1 };

    for (size_t i = 0; i < elf->segment_count; i++) {
        const struct elf_segment *segment = &elf->segments[i];

        if (segment->type == PT_LOAD && (segment->flags & EXECUTABLE) != 0 &&
            address >= segment->address && address - segment->address <= segment->file_size &&
            size <= segment->file_size - (address - segment->address)) {
            return segment->bytes + (address - segment->address);
        }
    }
    return NULL;
}

static int same_segment(const struct elf_segment *one, const struct elf_segment *other)
{
    return one->type == other->type && one->flags == other->flags &&
           one->address == other->address && one->file_size == other->file_size &&
           one->memory_size == other->memory_size &&
           memcmp(one->bytes, other->bytes, one->file_size) == 0;
}

int elf_take_symbols(struct elf *elf, struct elf *named)
{
    if (elf->type != named->type || elf->entry != named->entry ||
        elf->segment_count != named->segment_count) {
        return 0;
    }
    for (size_t i = 0; i < elf->segment_count; i++) {
        if (!same_segment(&elf->segments[i], &named->segments[i])) {
            return 0;
        }
    }
    free(elf->symbols);
    elf->symbols = named->symbols;
    elf->symbol_count = named->symbol_count;
    named->symbols = NULL;
    named->symbol_count = 0;
    return 1;
}
