/* Not hostile: gives back what it is given. The control of every other test. */
#include "pobf_function.h"

int pobf_function(struct pobf_call *call)
{
    for (size_t i = 0; i < call->input_size && i < call->output_room; i++) {
        call->output[i] = call->input[i];
    }
    call->output_size = call->input_size;
    return 0;
}
