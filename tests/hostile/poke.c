/* Touches the address that the input says: 'r' reads eight bytes of it, 'w' writes, 'x' jumps. */
#include "pobf_function.h"

int pobf_function(struct pobf_call *call)
{
    volatile uint64_t *target;
    uint64_t address;
    uint64_t seen;

    if (call->input_size != 9) {
        return 1;
    }
    __builtin_memcpy(&address, call->input + 1, sizeof address);
    target = (volatile uint64_t *)address;
    switch (call->input[0]) {
    case 'r':
        seen = *target;
        __builtin_memcpy(call->output, &seen, sizeof seen);
        call->output_size = sizeof seen;
        break;
    case 'w':
        *target = 0x5a5a5a5a5a5a5a5a;
        break;
    default:
        ((void (*)(void))address)();
        break;
    }
    return 0;
}
