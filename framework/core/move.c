#include "framework/core/move.h"

/* noipa: link-time optimisation must not look inside, or the wipe could vanish from its callers. */
#if defined(__GNUC__) && !defined(__clang__) && !defined(__FRAMAC__)
__attribute__((noipa))
#else
__attribute__((noinline))
#endif
void pobf_move(uint8_t *to, uint8_t *from, size_t size)
{
    /*@
      loop invariant bound: 0 <= i <= size;
      loop invariant moved: \forall integer k; 0 <= k < i ==> to[k] == \at(from[k], Pre);
      loop invariant zero:  zeroed(from, i);
      loop invariant rest:  \forall integer k; i <= k < size ==> from[k] == \at(from[k], Pre);
      loop assigns i, to[0 .. size - 1], from[0 .. size - 1];
      loop variant size - i;
    */
    for (size_t i = 0; i < size; i++) {
        to[i] = from[i];
        from[i] = 0;
    }
    /* Somebody may read these bytes, says this line to the optimiser: the stores stay. */
    //@ assigns \nothing;
    __asm__ volatile("" : : "r"(from) : "memory");
}
