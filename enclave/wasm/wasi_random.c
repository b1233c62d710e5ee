/*
 * Random numbers of a task: a generator that begins with what the input is. So the same input is the
 * same run, with the same count of fuel, on every machine, and who has the input can repeat it.
 * Nobody else can guess more of them than he can guess of the input. They are for shuffling and
 * for hash tables; they are not for keys.
 */
#include "runtime.h"
#include "wasi.h"

enum { WORD_BYTES = 8 };

static uint64_t state;
static int is_seeded;

/* Bijective; each bit of `x` comes to bear on every bit of the result. (Stafford's variant 13.) */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static void seed(const struct pobf_call *call)
{
    state = mix(call->input_size + 1);
    for (size_t at = 0; at < call->input_size; at += WORD_BYTES) {
        const size_t left = call->input_size - at;
        uint64_t word = 0;

        __builtin_memcpy(&word, call->input + at, left < WORD_BYTES ? left : WORD_BYTES);
        state = mix(state ^ word) + UINT64_C(0x9e3779b97f4a7c15);
    }
    is_seeded = 1;
}

void random_forget(void)
{
    is_seeded = 0;
    state = 0;
}

WASI(random_get)(WASI_SELF, uint32_t at, uint32_t size)
{
    const struct pobf_call *call = wasm_call();

    if ((uint64_t)at + size > wasm_size) {
        return WASI_FAULT;
    }
    wasm_charge(size + (is_seeded ? 0 : call->input_size));
    if (!is_seeded) {
        seed(call);
    }
    for (uint32_t done = 0; done < size; done += WORD_BYTES) {
        const uint32_t left = size - done;
        const uint64_t word = mix(state += UINT64_C(0x9e3779b97f4a7c15));

        __builtin_memcpy(pobf_memory + at + done, &word, left < WORD_BYTES ? left : WORD_BYTES);
    }
    return WASI_OK;
}
