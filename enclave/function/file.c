#include "pobf_function.h"
#include "pobf_manifest.h"

extern const struct image_note pobf_note;

/* By the linker script: behind the note. */
extern const struct image_file pobf_files[];

static int is_same(const char *a, const char *b)
{
    while (*a == *b && *a != '\0') {
        a++;
        b++;
    }
    return *a == *b;
}

const uint8_t *pobf_file(const char *path, size_t *size)
{
    const uint64_t count = pobf_note.manifest.files;

    for (uint64_t i = 0; i < count; i++) {
        if (is_same(pobf_files[i].path, path)) {
            *size = pobf_files[i].size;
            return (const uint8_t *)(uintptr_t)pobf_files[i].address;
        }
    }
    *size = 0;
    return NULL;
}
