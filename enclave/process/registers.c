#include "enclave/process/registers.h"

/* Read by registers.S: 0 baseline, 1 AVX, 2 AVX-512. The builtin asks XCR0 too, not just cpuid. */
extern uint32_t registers_level;
uint32_t registers_level;

void registers_init(void)
{
    __builtin_cpu_init();
    registers_level = __builtin_cpu_supports("avx512f") ? 2 : __builtin_cpu_supports("avx") ? 1 : 0;
}
