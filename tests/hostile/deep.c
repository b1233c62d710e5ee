/*
 * Takes more stack than it has, in one step that is larger than a guard: the compiler's probes
 * (-fstack-clash-protection) touch each page on the way, so the guard is met all the same.
 */
#include "pobf_function.h"

__attribute__((noinline)) static void take(size_t size)
{
    volatile uint8_t *taken = __builtin_alloca(size);

    taken[0] = 1;
}

int pobf_function(struct pobf_call *call)
{
    uint64_t size = 0;

    if (call->input_size == sizeof size) {
        __builtin_memcpy(&size, call->input, sizeof size);
    }
    take(size);
    return 0;
}
