#include "enclave/image/image.h"

#include <elf.h>
#include <string.h>

#include "contracts/sodium.h"
#include "framework/crypto/aead.h"

enum { SEGMENTS = 4 };

/* What function.ld makes, in its order, and nothing else: no segment is writable and executable. */
static const struct {
    uint32_t type;
    uint32_t flags;
} expected[SEGMENTS] = {
    {PT_LOAD, PF_R | PF_X},
    {PT_LOAD, PF_R},
    {PT_LOAD, PF_R | PF_W},
    {PT_NOTE, PF_R},
};

static uint64_t round_up(uint64_t bytes)
{
    return (bytes + IMAGE_PAGE - 1) & ~(uint64_t)(IMAGE_PAGE - 1);
}

static const char *check_header(const Elf64_Ehdr *header)
{
    static const uint8_t ident[EI_NIDENT] = {ELFMAG0,     ELFMAG1,    ELFMAG2, ELFMAG3, ELFCLASS64,
                                             ELFDATA2LSB, EV_CURRENT, 0,       0};

    if (memcmp(header->e_ident, ident, sizeof ident) != 0) {
        return "ident: not a 64-bit little-endian ELF file";
    }
    if (header->e_type != ET_EXEC || header->e_machine != EM_X86_64 ||
        header->e_version != EV_CURRENT) {
        return "type: not a static x86-64 program";
    }
    if (header->e_phoff != sizeof *header || header->e_phentsize != sizeof(Elf64_Phdr) ||
        header->e_phnum != SEGMENTS) {
        return "program headers: not the four of function.ld";
    }
    return NULL;
}

static const char *check_program_headers(const Elf64_Phdr headers[SEGMENTS], size_t file_size)
{
    for (int i = 0; i < SEGMENTS; i++) {
        if (headers[i].p_type != expected[i].type || headers[i].p_flags != expected[i].flags) {
            return "segments: not text R-X, constants R--, variables RW- and a note, in this order";
        }
        if (headers[i].p_offset > file_size ||
            headers[i].p_filesz > file_size - headers[i].p_offset) {
            return "segments: one reaches past the end of the file";
        }
        if (headers[i].p_filesz > headers[i].p_memsz || headers[i].p_memsz > IMAGE_ZONE_MAX) {
            return "segments: one is larger than the image may be";
        }
    }
    return NULL;
}

static struct image_segment segment_of(const Elf64_Phdr *header)
{
    return (struct image_segment){
        .address = header->p_vaddr,
        .file_at = header->p_offset,
        .file_size = header->p_filesz,
        .memory_size = header->p_memsz,
    };
}

static const char *check_text(const struct image *image)
{
    const struct image_segment *text = &image->text;
    const struct image_segment *constants = &image->constants;

    if (text->address != IMAGE_TEXT_AT || text->file_size != text->memory_size ||
        text->memory_size == 0) {
        return "text: it does not stand at 0x10000000, whole";
    }
    if (image->entry < text->address || image->entry - text->address >= text->memory_size) {
        return "entry: it is not in the text";
    }
    /* Text is at most 1 GiB and the sum below 2 GiB: nothing here can wrap. */
    if (constants->address % IMAGE_PAGE != 0 ||
        constants->address < text->address + round_up(text->memory_size) ||
        constants->address > IMAGE_ZONE_AT ||
        constants->memory_size > IMAGE_ZONE_AT - constants->address ||
        constants->file_size != constants->memory_size) {
        return "constants: they do not stand between the text and the zone, whole";
    }
    return NULL;
}

/* The note holds one manifest, and nothing before or after it. */
static const char *take_manifest(struct image *image, const Elf64_Phdr *header)
{
    static const struct image_note wanted = {
        .owner_size = sizeof IMAGE_NOTE_OWNER,
        .manifest_size = sizeof(struct image_manifest),
        .type = IMAGE_NOTE_TYPE,
        .owner = IMAGE_NOTE_OWNER,
    };
    struct image_note note;

    if (header->p_filesz != sizeof note) {
        return "note: it is not one manifest";
    }
    memcpy(&note, image->bytes + header->p_offset, sizeof note);
    if (memcmp(&note, &wanted, offsetof(struct image_note, manifest)) != 0) {
        return "note: it is not of owner \"pobf\" and type 1";
    }
    image->manifest = note.manifest;
    return header->p_offset == image->constants.file_at ? NULL
                                                        : "note: it does not begin the constants";
}

/* Whoever shows the directory reads more of it; to a monitor it is the function's own affair. */
static const char *check_files(const struct image *image)
{
    const uint64_t count = image->manifest.files;

    return count > IMAGE_FILES_MAX ||
                   (count > 0 && image->constants.memory_size <
                                     IMAGE_FILES_AT + count * sizeof(struct image_file))
               ? "manifest, files: more than there is a directory of"
               : NULL;
}

static const char *take_segments(struct image *image)
{
    Elf64_Ehdr header;
    Elf64_Phdr headers[SEGMENTS];
    const char *defect;

    if (image->size > IMAGE_FILE_MAX) {
        return "size: the file is larger than an image may be";
    }
    if (image->size < sizeof header + sizeof headers) {
        return "size: the file ends before its headers do";
    }
    memcpy(&header, image->bytes, sizeof header);
    memcpy(headers, image->bytes + sizeof header, sizeof headers);
    defect = check_header(&header);
    if (defect == NULL) {
        defect = check_program_headers(headers, image->size);
    }
    if (defect != NULL) {
        return defect;
    }
    image->entry = header.e_entry;
    image->text = segment_of(&headers[0]);
    image->constants = segment_of(&headers[1]);
    image->data = segment_of(&headers[2]);
    if (image->data.memory_size == 0) {
        image->data.address = IMAGE_ZONE_AT + 2 * IMAGE_PAGE; /* the linker leaves it open */
    }
    if (image->data.address != IMAGE_ZONE_AT + 2 * IMAGE_PAGE) {
        return "variables: they do not stand on the third page of the zone";
    }
    defect = check_text(image);
    return defect != NULL ? defect : take_manifest(image, &headers[3]);
}

/* A name is shown to people: letters, digits and signs, then zeros to the end of its room. */
static const char *check_name(const char name[IMAGE_NAME_ROOM])
{
    size_t length = 0;

    while (length < IMAGE_NAME_ROOM && name[length] > ' ' && name[length] <= '~') {
        length++;
    }
    if (length == 0 || length == IMAGE_NAME_ROOM) {
        return "manifest, name: not 1 to 63 printable letters";
    }
    for (size_t i = length; i < IMAGE_NAME_ROOM; i++) {
        if (name[i] != 0) {
            return "manifest, name: something follows its end";
        }
    }
    return NULL;
}

/* Texts, each with its zero: the last zero is the room's, and after an empty text there is none. */
static const char *check_texts(const char texts[IMAGE_TEXTS_ROOM])
{
    for (size_t i = 1; i < IMAGE_TEXTS_ROOM; i++) {
        if (texts[i] != '\0' && texts[i - 1] == '\0' && (i == 1 || texts[i - 2] == '\0')) {
            return "manifest, arguments and environment: something follows their end";
        }
    }
    return texts[IMAGE_TEXTS_ROOM - 1] == '\0'
               ? NULL
               : "manifest, arguments and environment: a text does not end";
}

static const char *check_interface(const struct image_manifest *manifest)
{
    static const char none[IMAGE_TEXTS_ROOM];
    const char *defect;

    if (manifest->interface >= IMAGE_INTERFACE_COUNT || manifest->stderr_sealed > 1) {
        return "manifest, interface and stderr_sealed: not known";
    }
    if (manifest->interface == IMAGE_NATIVE) {
        return manifest->fuel != 0 || manifest->stderr_sealed != 0 ||
                       memcmp(manifest->arguments, none, sizeof none) != 0 ||
                       memcmp(manifest->environment, none, sizeof none) != 0
                   ? "manifest: a native function has neither fuel nor arguments"
                   : NULL;
    }
    if (manifest->fuel == 0 || manifest->fuel > IMAGE_FUEL_MAX ||
        manifest->arena % IMAGE_WASM_PAGE != 0) {
        return "manifest: fuel or memory is not what a WASI command can have";
    }
    defect = check_texts(manifest->arguments);
    return defect != NULL ? defect : check_texts(manifest->environment);
}

static const char *check_manifest(const struct image_manifest *manifest)
{
    const char *defect;

    if (manifest->version != IMAGE_MANIFEST_VERSION) {
        return "manifest, version: not 3";
    }
    if (manifest->deadline_ms == 0 || manifest->deadline_ms > IMAGE_DEADLINE_MAX_MS) {
        return "manifest, deadline_ms: not between 1 ms and an hour";
    }
    if (manifest->stack < IMAGE_STACK_MIN) {
        return "manifest, stack: less than 16 KiB";
    }
    if (manifest->input_max > IMAGE_ZONE_MAX || manifest->output_max > IMAGE_ZONE_MAX ||
        manifest->arena > IMAGE_ZONE_MAX || manifest->stack > IMAGE_ZONE_MAX) {
        return "manifest: a size is more than 1 GiB";
    }
    defect = check_name(manifest->name);
    return defect != NULL ? defect : check_interface(manifest);
}

/* The next part begins where the last one's guard ends. */
static struct image_part take_part(uint64_t *at, uint64_t size)
{
    const struct image_part part = {.at = *at, .size = round_up(size)};

    *at += part.size + IMAGE_PAGE;
    return part;
}

/* Each size is at most 1 GiB and there are six, so the sums cannot wrap. */
static const char *lay_out_zone(struct image *image)
{
    const struct image_manifest *manifest = &image->manifest;
    uint64_t at = 0;

    image->call = take_part(&at, IMAGE_PAGE);
    image->variables = take_part(&at, image->data.memory_size);
    image->stack = take_part(&at, manifest->stack);
    image->input = take_part(&at, manifest->input_max + POBF_AEAD_TAG_BYTES);
    image->output = take_part(&at, manifest->output_max + POBF_AEAD_TAG_BYTES);
    image->arena = take_part(&at, manifest->arena);
    image->zone_size = at;
    return at > IMAGE_ZONE_MAX ? "manifest: the zone would be more than 1 GiB" : NULL;
}

static const char *take_digests(struct image *image)
{
    const uint8_t *manifest = (const uint8_t *)&image->manifest;

    if (crypto_hash_sha256(image->measurement, image->bytes, image->size) != 0 ||
        crypto_hash_sha256(image->policy, manifest, sizeof image->manifest) != 0) {
        return "measurement: SHA-256 failed";
    }
    return NULL;
}

enum pobf_status image_parse(struct image *image, const uint8_t *bytes, size_t size)
{
    const char *defect;

    *image = (struct image){.bytes = bytes, .size = size};
    defect = take_segments(image);
    defect = defect != NULL ? defect : check_manifest(&image->manifest);
    defect = defect != NULL ? defect : check_files(image);
    defect = defect != NULL ? defect : lay_out_zone(image);
    defect = defect != NULL ? defect : take_digests(image);
    if (defect != NULL) {
        *image = (struct image){.defect = defect};
        return POBF_E_INPUT;
    }
    return POBF_OK;
}
