/*
 * A reactor: a module (or a script: script.c) that is initialised once, when it is built, and asked once in each call.
 *
 *   pobf_init    () -> ()                  prepare; there is no input yet. It may be left out
 *   pobf_alloc   (i32 size) -> i32         where the input goes, which is copied there
 *   pobf_handle  (i32 at, i32 size) -> i64 the result: its address in the upper half, its size in
 *                                          the lower; it is copied out, behind what went to stdout
 *
 * It fails by a trap or by proc_exit, as a command does. _initialize, which linkers make for
 * constructors, runs before pobf_init.
 */
#include "runtime.h"

static void check_range(uint32_t at, uint64_t size, const char *where)
{
    if (at + size > wasm_size) {
        wasm_end(WASM_TRAP_OOB, where);
    }
}

static void give_output(struct pobf_call *call, uint32_t at, uint32_t size)
{
    check_range(at, size, "pobf_handle");
    wasm_charge(size);
    if (size > call->output_room - call->output_size) {
        wasm_end(WASM_OUTPUT, "pobf_handle");
    }
    __builtin_memcpy(call->output + call->output_size, pobf_memory + at, size);
    call->output_size += size;
}

static void handle(struct pobf_call *call)
{
    const uint32_t size = (uint32_t)call->input_size;
    uint32_t at;
    uint64_t result;

    wasm_resume();
    wasm_charge(snapshot_size());
    at = wasm_module_alloc(size);
    check_range(at, size, "pobf_alloc");
    wasm_charge(size);
    __builtin_memcpy(pobf_memory + at, call->input, size);
    result = wasm_module_handle(at, size);
    give_output(call, (uint32_t)(result >> 32), (uint32_t)result);
}

void wasm_module_run(void)
{
    if (snapshot_size() > 0) {
        handle(wasm_call());
    } else {
        wasm_let_exit(0);
        wasm_module_begin();
        wasm_let_exit(1);
        snapshot_give();
    }
}
