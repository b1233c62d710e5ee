/* Does not build: a function has one thread, and nobody sets up its thread-local memory. */
#include "pobf_function.h"

static _Thread_local int counter = 3;

int pobf_function(struct pobf_call *call)
{
    call->output_size = (size_t)counter++;
    return 0;
}
