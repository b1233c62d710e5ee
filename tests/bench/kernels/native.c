#include "kernels.h"
#include "pobf_function.h"

int pobf_function(struct pobf_call *call)
{
    const uint64_t result = kernel_run(call->input[0]);

    __builtin_memcpy(call->output, &result, sizeof result);
    call->output_size = sizeof result;
    return 0;
}
