/* Traps, in the way that the input says. */
#include "pobf_function.h"

int pobf_function(struct pobf_call *call)
{
    volatile int zero = 0;

    switch (call->input_size == 0 ? 0 : call->input[0]) {
    case 'u':
        __asm__ volatile("ud2");
        break;
    case 'd':
        zero = 7 / zero;
        break;
    case 'b':
        __asm__ volatile("int3");
        break;
    default:
        break;
    }
    return 0;
}
