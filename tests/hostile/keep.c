/*
 * Keeps what it is given wherever it can. 's' fills every byte that it can write with the eight
 * bytes that follow; 'o' does so too, and lets them stand for the output's size; 'l' looks for
 * them in all of its memory, and says how many it found, and how many bytes are not as the build
 * made them; 'b' stores and looks in one call, which shows that looking finds.
 */
#include "pobf_function.h"

enum { ARENA_BYTES = 65536, VARIABLE_BYTES = 16384, STACK_BYTES = 32768 };

static uint8_t zeros[VARIABLE_BYTES];
static uint8_t ones[VARIABLE_BYTES] = {[0 ... VARIABLE_BYTES - 1] = 0x11};

struct found {
    uint64_t kept;    /* bytes that are the secret's                    */
    uint64_t changed; /* bytes that are not what the build made of them */
};

static void fill(volatile uint8_t *bytes, size_t size, const uint8_t *secret)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = secret[i % 8];
    }
}

static void look(struct found *found, const volatile uint8_t *bytes, size_t size,
                 const uint8_t *secret, uint8_t built)
{
    for (size_t i = 0; i < size; i++) {
        found->kept += bytes[i] == secret[i % 8];
        found->changed += bytes[i] != built;
    }
}

/* The part of the stack below the frames that are in use. */
static volatile uint8_t *low_stack(void)
{
    volatile uint8_t here;

    return (volatile uint8_t *)(((uintptr_t)&here - STACK_BYTES - 8192) & ~(uintptr_t)4095);
}

static void fill_all(struct pobf_call *call, const uint8_t *secret)
{
    fill(zeros, sizeof zeros, secret);
    fill(ones, sizeof ones, secret);
    fill(call->arena.next, ARENA_BYTES, secret);
    fill(low_stack(), STACK_BYTES, secret);
    fill(call->output, call->output_room, secret);
    fill(call->output + call->output_room, 16, secret);
    fill((volatile uint8_t *)call + sizeof *call, 4096 - sizeof *call, secret);
}

static void look_at_all(struct found *found, struct pobf_call *call, const uint8_t *secret)
{
    look(found, zeros, sizeof zeros, secret, 0);
    look(found, ones, sizeof ones, secret, 0x11);
    look(found, call->arena.next, ARENA_BYTES, secret, 0);
    look(found, low_stack(), STACK_BYTES, secret, 0);
    look(found, call->output, call->output_room, secret, 0);
    look(found, call->output + call->output_room, 16, secret, 0);
    look(found, (volatile uint8_t *)call + sizeof *call, 4096 - sizeof *call, secret, 0);
    /* Of the input, all but the request and its secret. */
    look(found, call->input + 16, 1024, secret, 0);
}

int pobf_function(struct pobf_call *call)
{
    struct found found = {0, 0};
    uint8_t secret[8];

    __builtin_memcpy(secret, call->input + 1, sizeof secret);
    if (call->input[0] != 'l') {
        fill_all(call, secret);
    }
    if (call->input[0] == 'o') {
        fill((volatile uint8_t *)call, sizeof *call, secret);
        return 0;
    }
    if (call->input[0] != 's') {
        look_at_all(&found, call, secret);
    }
    __builtin_memcpy(call->output, &found, sizeof found);
    call->output_size = call->input[0] == 's' ? call->output_room : sizeof found;
    return 0;
}
