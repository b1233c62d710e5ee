/*
 * What libsodium, and the compiler on its own, do use of a C library; absent.S has the rest.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "enclave/trustlet/abi.h"
#include "framework/core/wipe.h"

/* Copying by the string instructions, which compilers never turn into a call of this function. */
void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    void *at = to;

    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(size) : : "memory");
    return to;
}

void *memset(void *to, int value, size_t size)
{
    void *at = to;

    __asm__ volatile("rep stosb" : "+D"(at), "+c"(size) : "a"(value) : "memory");
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    uint8_t *at = to;
    const uint8_t *source = from;

    if ((uintptr_t)to <= (uintptr_t)from) {
        return memcpy(to, from, size);
    }
    at += size - 1;
    source += size - 1;
    __asm__ volatile("std; rep movsb; cld" : "+D"(at), "+S"(source), "+c"(size) : : "memory");
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const uint8_t *x = a;
    const uint8_t *y = b;

    for (size_t i = 0; i < size; i++) {
        if (x[i] != y[i]) {
            return x[i] - y[i];
        }
    }
    return 0;
}

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
