/*
 * Not hostile: gives back what it is given, as fast as a copy goes. The control of every other test,
 * and what a benchmark calls to see what is around a function.
 */
#include "pobf_function.h"

int pobf_function(struct pobf_call *call)
{
    const size_t size = call->input_size < call->output_room ? call->input_size : call->output_room;

    __builtin_memcpy(call->output, call->input, size);
    call->output_size = call->input_size;
    return 0;
}
