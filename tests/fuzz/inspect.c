#include "verifier/inspect/inspect.h"
#include "tests/enclave/image/small.h"
#include "tests/fuzz/fuzz.h"

size_t seed(uint8_t *out, size_t room)
{
    struct file file = good();

    promise(sizeof file <= room);
    memset(file.text, 0x90, sizeof file.text);
    file.text[TEXT_BYTES - 1] = 0xc3; /* ret */
    memcpy(out, &file, sizeof file);
    return sizeof file;
}

/* Of a function that is affirmed, the first instruction was read, and is no call of the system. */
static void promise_function(const uint8_t *bytes, size_t size)
{
    Elf64_Ehdr header;
    Elf64_Phdr text;

    promise(size >= sizeof header + sizeof text);
    memcpy(&header, bytes, sizeof header);
    promise(header.e_phoff <= size - sizeof text);
    memcpy(&text, bytes + header.e_phoff, sizeof text);
    promise(text.p_flags == (PF_R | PF_X) && text.p_offset <= size && text.p_filesz > 0);
    promise(header.e_entry >= text.p_vaddr && header.e_entry - text.p_vaddr < text.p_filesz);
    promise(text.p_filesz < 2 || memcmp(bytes + text.p_offset, "\x0f\x05", 2) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct inspection inspection;

    inspect_image(&inspection, bytes, size, bytes, size);
    promise(inspection.checks.count > 0 && !inspection.checks.overflow);
    promise(inspection.verdict != VERDICT_AFFIRMED || inspection.kind != INSPECT_UNKNOWN);
    if (inspection.verdict == VERDICT_AFFIRMED && inspection.kind == INSPECT_FUNCTION) {
        promise_function(bytes, size);
    }
    inspect_close(&inspection);
    return 0;
}
