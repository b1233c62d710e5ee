#ifndef POBF_WASM_ROUNDS_H
#define POBF_WASM_ROUNDS_H

#include "wasm-rt.h"

/*
 * Pay all rounds of a loop at once, where that is what they cost and as much is left: 1; else (0) each
 * has to pay for itself. `local` takes `step` each round, until it is `end`; a step from 2^31 on goes
 * down. Which loops these are: enclave/translate/rounds.h. Such a loop ends the call by nothing but an
 * access outside of the memory. In guard mode all fuel is billed then, however much was paid; where
 * accesses are compared the bill says how far it was, so there each round pays.
 */
static inline bool wasm_pay_rounds(uint32_t local, uint32_t end, uint32_t step, uint32_t steps)
{
    const bool is_down = step >> 31;
    const uint32_t way = is_down ? local - end : end - local;
    const uint32_t stride = is_down ? -step : step;
    const int64_t cost = stride == 0 ? 0 : (int64_t)(way / stride * (uint64_t)steps);

    if (cost == 0 || way % stride != 0 || cost > wasm_fuel) {
        return false;
    }
    wasm_fuel -= cost;
    return true;
}

#endif
