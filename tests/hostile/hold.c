/* Spreads its input over all the memory that it can write, and never ends. */
#include "pobf_function.h"

int pobf_function(struct pobf_call *call)
{
    volatile uint8_t *arena = call->arena.next;
    volatile uint8_t *output = call->output;

    for (;;) {
        for (size_t i = 0; arena + i < call->arena.end; i++) {
            arena[i] = call->input[i % call->input_size];
        }
        for (size_t i = 0; i < call->output_room; i++) {
            output[i] = call->input[i % call->input_size];
        }
    }
}
