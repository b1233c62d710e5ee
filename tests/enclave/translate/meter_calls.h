/*
 * What meter_test.c puts behind a module that was translated: each of its functions is called, with
 * plenty of fuel, with just enough, and with a step less; what came of it stands on stdout.
 */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MEMORY = 65536 };

uint8_t pobf_memory[MEMORY], pobf_stack[1];

static Z_module_instance_t instance;
static jmp_buf before;
static volatile int64_t left; /* longjmp brings back the register that it was in */
static volatile enum wasm_end ended;

_Noreturn void wasm_end(enum wasm_end end, const char *where)
{
    (void)where;
    ended = end;
    left = wasm_fuel;
    longjmp(before, 1);
}

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint32_t pages, uint32_t max_pages)
{
    *memory = (wasm_rt_memory_t){pages, max_pages, MEMORY};
}

static uint64_t digest(void)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < MEMORY; i++) {
        sum = sum * 31 + pobf_memory[i];
    }
    return sum;
}

/* The fuel that it took, or 0 where it did not come to its end, which is told as well. */
static int64_t call(u32 (*function)(Z_module_instance_t *, u32, u32), const u32 *given,
                    int64_t fuel)
{
    volatile u32 result = 0;

    memset(pobf_memory, 0, MEMORY);
    ended = WASM_RUNNING;
    wasm_size = MEMORY;
    if (setjmp(before) == 0) {
        wasm_fuel = fuel;
        result = function(&instance, given[0], given[1]);
        left = wasm_fuel;
    }
    if (left < 0) {
        ended = WASM_TRAP_FUEL;
        printf(" no fuel;");
        return 0;
    }
    printf(" end %d, %ld steps, %x, %lx;", ended, (long)(fuel - left), result, (long)digest());
    return fuel - left;
}

static void call_all(u32 (*const *functions)(Z_module_instance_t *, u32, u32), size_t count)
{
    static const u32 given[][2] = {{0, 48}, {48, 0}, {0xfffffff0, 16}, {7, 7}, {0x80000000, 3}};

    Z_module_init_module();
    Z_module_instantiate(&instance);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < sizeof given / sizeof given[0]; j++) {
            int64_t steps;

            printf("f%zu(%x, %x):", i, given[j][0], given[j][1]);
            steps = call(functions[i], given[j], 20000);
            if (steps > 0) {
                (void)call(functions[i], given[j], steps);
                (void)call(functions[i], given[j], steps - 1);
            }
            printf("\n");
        }
    }
    fflush(stdout);
    _exit(0); /* who called has lost two registers */
}
