/* Overwrites all of its call page with the input's first byte. */
#include "pobf_function.h"

int pobf_function(struct pobf_call *call)
{
    volatile uint8_t *page = (volatile uint8_t *)call;
    const uint8_t value = call->input[0];

    for (int i = 0; i < 4096; i++) {
        page[i] = value;
    }
    return 0;
}
