#include "framework/core/bytes.h"

void pobf_bytes_copy(uint8_t *to, const uint8_t *from, size_t size)
{
    /*@
      loop invariant bound:  0 <= i <= size;
      loop invariant copied: same_bytes(to, from, i);
      loop assigns i, to[0 .. size - 1];
      loop variant size - i;
    */
    for (size_t i = 0; i < size; i++) {
        to[i] = from[i];
    }
}

void pobf_bytes_copy_in(uint8_t *to, const volatile uint8_t *from, size_t size)
{
    /*@
      loop invariant bound: 0 <= i <= size;
      loop assigns i, to[0 .. size - 1];
      loop variant size - i;
    */
    for (size_t i = 0; i < size; i++) {
        to[i] = from[i];
    }
}

int pobf_bytes_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
    uint8_t differ = 0;

    /*@
      loop invariant bound: 0 <= i <= size;
      loop invariant bit:   differ == 0 || differ == 1;
      loop invariant same:  differ == 0 <==> same_bytes(a, b, i);
      loop assigns i, differ;
      loop variant size - i;
    */
    for (size_t i = 0; i < size; i++) {
        if (a[i] != b[i]) {
            differ = 1;
        }
    }
    return differ == 0;
}

int pobf_bytes_are_zero(const uint8_t *bytes, size_t size)
{
    uint8_t any = 0;

    /*@
      loop invariant bound: 0 <= i <= size;
      loop invariant none:  any == 0 <==> zeroed(bytes, i);
      loop assigns i, any;
      loop variant size - i;
    */
    for (size_t i = 0; i < size; i++) {
        any = (uint8_t)(any | bytes[i]);
    }
    return any == 0;
}
