/* Not hostile: a function none of whose variables begins with a value. */
#include "pobf_function.h"

static uint8_t zeros[5000];

int pobf_function(struct pobf_call *call)
{
    zeros[call->input_size % sizeof zeros] = 1;
    call->output[call->output_size++] = zeros[0];
    return 0;
}
