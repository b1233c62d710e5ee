#include "enclave/monitor/window.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "framework/chain/provider.h"
#include "framework/core/bytes.h"

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t page_end(size_t size)
{
    return (size + IMAGE_PAGE - 1) & ~(size_t)(IMAGE_PAGE - 1);
}

struct window window_of(const struct image *image)
{
    const size_t answer_max = image->manifest.output_max + POBF_SEALED_OVERHEAD;
    struct window window = {0};

    window.body_at = page_end(POBF_RECEIPT_ROOM);
    window.body_room = larger(answer_max, larger(POBF_EVIDENCE_ROOM, POBF_OFFER_ROOM));
    window.input_at = window.body_at + page_end(window.body_room);
    window.input_room = image->manifest.input_max + POBF_SEALED_OVERHEAD;
    window.size = window.input_at + page_end(window.input_room);
    return window;
}

/* A window that the host could cut short would end the monitor in the middle of a call. */
static int is_fit(int descriptor, size_t size)
{
    const int seals = fcntl(descriptor, F_GET_SEALS);
    struct stat facts;

    return seals >= 0 && (seals & F_SEAL_SHRINK) != 0 && fstat(descriptor, &facts) == 0 &&
           facts.st_size >= 0 && (size_t)facts.st_size >= size;
}

enum pobf_status window_open(struct window *window, int descriptor)
{
    void *bytes;

    if (!is_fit(descriptor, window->size)) {
        return POBF_E_SYSTEM;
    }
    bytes = mmap(NULL, window->size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (bytes == MAP_FAILED) {
        return POBF_E_SYSTEM;
    }
    window->bytes = bytes;
    return POBF_OK;
}

void window_close(struct window *window)
{
    if (window->bytes != NULL) {
        munmap((void *)(uintptr_t)window->bytes, window->size);
        window->bytes = NULL;
    }
}

void window_put(const struct window *window, size_t at, const uint8_t *bytes, size_t size)
{
    /* Only the host reads it from here on, so nothing rests on how often a byte is written. */
    pobf_bytes_copy((uint8_t *)(uintptr_t)(window->bytes + at), bytes, size);
}
