#include "enclave/process/registers.h"

#include <cpuid.h>

/* Read by registers.S: 0 baseline, 1 AVX, 2 AVX-512. */
extern uint32_t registers_level;
uint32_t registers_level;

/* Which states the system has switched on (XCR0): those, and no others, can hold anything. */
static uint32_t enabled_states(void)
{
    uint32_t low, high, a, b, c, d;

    __cpuid(1, a, b, c, d); /* once: a hypervisor may make it slow */
    if ((c & bit_OSXSAVE) == 0) {
        return 0;
    }
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

void registers_init(void)
{
    enum { AVX = 0x06, AVX512 = 0xe6 };
    const uint32_t states = enabled_states();

    registers_level = (states & AVX512) == AVX512 ? 2 : (states & AVX) == AVX ? 1 : 0;
}
