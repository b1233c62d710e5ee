/* Calls of WASI that a module may import, and that are not there. */
#include "wasi.h"
#include "wasi_calls.h"

#define X(name, signature, ...)                                                                    \
    WASI(name)(WASI_SELF, __VA_ARGS__)                                                             \
    {                                                                                              \
        return WASI_NO_CALL;                                                                       \
    }
WASI_ABSENT(X)
#undef X
