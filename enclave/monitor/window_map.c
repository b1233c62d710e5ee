#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "enclave/monitor/window.h"

int window_fits(const struct window *window, int descriptor)
{
    const int seals = fcntl(descriptor, F_GET_SEALS);
    struct stat facts;

    return seals >= 0 && (seals & F_SEAL_SHRINK) != 0 && fstat(descriptor, &facts) == 0 &&
           facts.st_size >= 0 && (size_t)facts.st_size >= window->size;
}

enum pobf_status window_open(struct window *window, int descriptor, void *at)
{
    const int flags = at == NULL ? MAP_SHARED : MAP_SHARED | MAP_FIXED;
    void *bytes;

    if (!window_fits(window, descriptor)) {
        return POBF_E_SYSTEM;
    }
    bytes = mmap(at, window->size, PROT_READ | PROT_WRITE, flags, descriptor, 0);
    if (bytes == MAP_FAILED) {
        return POBF_E_SYSTEM;
    }
    window->bytes = bytes;
    return POBF_OK;
}

void window_close(struct window *window)
{
    if (window->bytes != NULL) {
        munmap(window->bytes, window->size);
        window->bytes = NULL;
    }
}
