/* Says that its output is as long as the input says, whatever the room. */
#include "pobf_function.h"

int pobf_function(struct pobf_call *call)
{
    uint64_t size = 0;

    if (call->input_size == sizeof size) {
        __builtin_memcpy(&size, call->input, sizeof size);
    }
    call->output_size = size;
    return 0;
}
