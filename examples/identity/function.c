/* The input is the output: what is left to measure is everything but the function. */
#include "pobf_function.h"

int pobf_function(struct pobf_call *call)
{
    static const char message[] = "the output has no room for this input";
    const int fits = call->input_size <= call->output_room;
    const void *from = fits ? (const void *)call->input : message;

    call->output_size = fits ? call->input_size : sizeof message - 1;
    __builtin_memcpy(call->output, from, call->output_size);
    return fits ? 0 : 1;
}
