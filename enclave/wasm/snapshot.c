/*
 * A reactor is initialised when it is built: in an image that has no snapshot yet, whose output is
 * the snapshot; the image proper has it among its constants, so it is measured. Each call begins
 * with a copy of it. Functions and variables of both images are at the same addresses, so what
 * points to one is right in both. Its memory is not, where the first image has more output: nothing
 * in a snapshot points there.
 */
#include "runtime.h"

extern const uint8_t pobf_snapshot[] __attribute__((weak));

/* By the linker script. */
extern uint8_t pobf_variables[];
extern uint8_t pobf_variables_end[];

/*
 * The variables, then the memory, of which only stretches of whole pages stand there: what is zeros,
 * as most of a stack is, is left out, for a call finds it so.
 */
struct head {
    uint64_t variables; /* bytes */
    uint64_t memory;    /* bytes, in all stretches */
};
struct stretch {
    uint64_t at;   /* in the memory */
    uint64_t size; /* bytes that follow */
};
enum { STRETCH_PAGE = 4096 };

static struct head head_of_snapshot(void)
{
    struct head head = {0};

    if (pobf_snapshot != NULL) {
        __builtin_memcpy(&head, pobf_snapshot, sizeof head);
    }
    return head;
}

uint64_t snapshot_size(void)
{
    const struct head head = head_of_snapshot();

    return head.variables + head.memory;
}

void snapshot_lay_out(void)
{
    const struct head head = head_of_snapshot();
    const uint8_t *from = pobf_snapshot + sizeof head;
    struct stretch stretch;

    __builtin_memcpy(pobf_variables, from, head.variables);
    from += head.variables;
    for (uint64_t left = head.memory; left > 0; left -= stretch.size) {
        __builtin_memcpy(&stretch, from, sizeof stretch);
        __builtin_memcpy(pobf_memory + stretch.at, from + sizeof stretch, stretch.size);
        from += sizeof stretch + stretch.size;
    }
}

static void put(struct pobf_call *call, const void *bytes, uint64_t size)
{
    if (size > call->output_room - call->output_size) {
        wasm_end(WASM_OUTPUT, "pobf_init");
    }
    __builtin_memcpy(call->output + call->output_size, bytes, size);
    call->output_size += size;
}

static int is_zero(uint64_t page)
{
    uint64_t any = 0;

    for (uint64_t i = 0; i < STRETCH_PAGE; i++) {
        any |= pobf_memory[page + i];
    }
    return any == 0;
}

/* The next stretch that is not zeros, from `at` on; the memory is whole pages. */
static struct stretch next_stretch(uint64_t at)
{
    struct stretch stretch;

    while (at < wasm_size && is_zero(at)) {
        at += STRETCH_PAGE;
    }
    stretch.at = at;
    while (at < wasm_size && !is_zero(at)) {
        at += STRETCH_PAGE;
    }
    stretch.size = at - stretch.at;
    return stretch;
}

void snapshot_give(void)
{
    struct pobf_call *call = wasm_call();
    struct head head = {.variables = (uint64_t)(pobf_variables_end - pobf_variables)};
    struct stretch stretch;

    wasi_forget();
    call->output_size = 0; /* what it wrote is no part of any answer */
    put(call, &head, sizeof head);
    put(call, pobf_variables, head.variables);
    for (uint64_t at = 0; (stretch = next_stretch(at)).size > 0; at = stretch.at + stretch.size) {
        put(call, &stretch, sizeof stretch);
        put(call, pobf_memory + stretch.at, stretch.size);
        head.memory += stretch.size;
    }
    __builtin_memcpy(call->output, &head, sizeof head);
}
