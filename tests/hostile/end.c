/*
 * Ends in the way that its input says, or does not end: see the table in endings_test.c. What follows
 * the first byte is there to be left behind.
 */
#include "pobf_function.h"

/* Takes a little stack, and then more. */
__attribute__((noinline)) static int recurse(volatile uint8_t *above)
{
    volatile uint8_t here[256];

    here[0] = *above;
    return here[0] == 0 ? 0 : recurse(here) + here[0]; /* it never is */
}

/* Takes the arena to its last byte, is told that there is no more, and goes on all the same. */
static void overrun(struct pobf_call *call)
{
    volatile uint8_t *byte = call->arena.end;

    while (pobf_arena_take(&call->arena, 64, 1) != NULL) {
    }
    *byte = 1;
}

static void spin(void)
{
    for (;;) {
        __asm__ volatile("pause");
    }
}

int pobf_function(struct pobf_call *call)
{
    volatile uint8_t first = call->input_size == 0 ? 0 : call->input[0];

    switch (first) {
    case 'f':
        first = *(volatile uint8_t *)(uintptr_t)first;
        break;
    case 'w':
        *(volatile uint8_t *)(uintptr_t)&pobf_function = first;
        break;
    case 'r':
        return recurse(&first);
    case 'a':
        overrun(call);
        break;
    case 'l':
        spin();
        break;
    case 'p':
        __asm__ volatile("outb %%al, $0x12" : : "a"(0));
        break;
    case 'm':
        __asm__ volatile("outb %%al, $0x10" : : "a"(0)); /* the monitor's own port */
        break;
    case 'h':
        __asm__ volatile("vmcall; ud2" : : "a"(1) : "memory");
        break;
    case 's':
        __asm__ volatile("syscall" : : "a"(39) : "rcx", "r11", "memory");
        break;
    case 'u':
        __asm__ volatile("ud2");
        break;
    case 'o':
        call->output_size = call->output_room + 1;
        return 0;
    default:
        break;
    }
    call->output_size = 0;
    return 0;
}
