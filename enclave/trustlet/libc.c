/*
 * What libsodium does use of a C library, beside function/memory.c; absent.S has the rest.
 */
#include <errno.h>
#include <stdlib.h>

#include "enclave/trustlet/abi.h"
#include "framework/core/wipe.h"

int *__errno_location(void)
{
    static int number;

    return &number;
}

/* What explicit_bzero is in libraries that were built with fortification. */
void __explicit_bzero_chk(void *bytes, size_t size, size_t room);

void __explicit_bzero_chk(void *bytes, size_t size, size_t room)
{
    if (size > room) {
        abort();
    }
    pobf_wipe(bytes, size);
}

/* To the host: this is over. It destroys the machine, and overwrites all of its memory. */
_Noreturn void abort(void)
{
    for (;;) {
        __asm__ volatile("outb %b0, %w1" : : "a"(0), "Nd"(TRUSTLET_PORT_FAULT) : "memory");
    }
}
