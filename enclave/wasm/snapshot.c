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

/* The memory behind the variables; zeros at its end are left out. */
struct head {
    uint64_t variables; /* bytes */
    uint64_t memory;    /* bytes */
};

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

    __builtin_memcpy(pobf_variables, from, head.variables);
    __builtin_memcpy(pobf_memory, from + head.variables, head.memory);
}

static void put(struct pobf_call *call, const void *bytes, uint64_t size)
{
    if (size > call->output_room - call->output_size) {
        wasm_end(WASM_OUTPUT, "pobf_init");
    }
    __builtin_memcpy(call->output + call->output_size, bytes, size);
    call->output_size += size;
}

void snapshot_give(void)
{
    struct pobf_call *call = wasm_call();
    struct head head = {.variables = (uint64_t)(pobf_variables_end - pobf_variables),
                        .memory = wasm_size};

    wasi_forget();
    while (head.memory > 0 && pobf_memory[head.memory - 1] == 0) {
        head.memory--;
    }
    call->output_size = 0; /* what it wrote is no part of any answer */
    put(call, &head, sizeof head);
    put(call, pobf_variables, head.variables);
    put(call, pobf_memory, head.memory);
}
