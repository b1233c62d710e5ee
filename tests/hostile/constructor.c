/* Does not build: nothing runs before the function. */
#include "pobf_function.h"

static volatile int prepared;

__attribute__((constructor)) static void prepare(void)
{
    prepared = 1;
}

int pobf_function(struct pobf_call *call)
{
    (void)call;
    return prepared;
}
