#include "framework/core/wipe.h"

/* noipa: link-time optimisation must not look inside, or the wipe could vanish from its callers. */
#if defined(__GNUC__) && !defined(__clang__) && !defined(__FRAMAC__)
__attribute__((noipa))
#else
__attribute__((noinline))
#endif
void pobf_wipe(uint8_t *secret, size_t size)
{
    /*@
      loop invariant bound: 0 <= i <= size;
      loop invariant zero:  zeroed(secret, i);
      loop assigns i, secret[0 .. size - 1];
      loop variant size - i;
    */
    for (size_t i = 0; i < size; i++) {
        secret[i] = 0;
    }
    /* Somebody may read these bytes, says this line to the optimiser: the stores stay. */
    //@ assigns \nothing;
    __asm__ volatile("" : : "r"(secret) : "memory");
}
