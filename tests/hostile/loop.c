/* Never ends. */
#include "pobf_function.h"

int pobf_function(struct pobf_call *call)
{
    for (;;) {
        __asm__ volatile("" : : "r"(call) : "memory");
    }
}
