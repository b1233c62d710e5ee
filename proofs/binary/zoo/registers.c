/* What stays in registers; hold.S holds it there until somebody looks. */
#include "proofs/binary/zoo/zoo.h"

#define ANIMALS(X)                                                                                 \
    X(rbx, ZOO_GENERAL)                                                                            \
    X(rbp, ZOO_GENERAL)                                                                            \
    X(r12, ZOO_GENERAL)                                                                            \
    X(r13, ZOO_GENERAL)                                                                            \
    X(r14, ZOO_GENERAL)                                                                            \
    X(r15, ZOO_GENERAL)                                                                            \
    X(xmm0, ZOO_EXTENDED)                                                                          \
    X(xmm15, ZOO_EXTENDED)                                                                         \
    X(ymm7, ZOO_EXTENDED)                                                                          \
    X(zmm5, ZOO_EXTENDED)                                                                          \
    X(zmm20, ZOO_EXTENDED)                                                                         \
    X(zmm31, ZOO_EXTENDED)                                                                         \
    X(k1, ZOO_EXTENDED)                                                                            \
    X(k7, ZOO_EXTENDED)                                                                            \
    X(mm3, ZOO_EXTENDED)                                                                           \
    X(x87, ZOO_EXTENDED)                                                                           \
    X(mxcsr, ZOO_EXTENDED)                                                                         \
    X(x87_control, ZOO_EXTENDED)                                                                   \
    X(flags, ZOO_GENERAL)                                                                          \
    X(gs_base, ZOO_GENERAL)                                                                        \
    X(fs_base, ZOO_GENERAL)                                                                        \
    X(selector, ZOO_GENERAL)

#define X(name, place) void zoo_hold_##name(const uint8_t *secret, int mended);
ANIMALS(X)
#undef X

const struct animal zoo_registers[] = {
#define X(name, place) {#name, place, zoo_hold_##name, 0},
    ANIMALS(X)
#undef X
        {NULL, NULL, NULL, 0},
};
