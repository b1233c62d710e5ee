#ifndef POBF_WASM_RUNTIME_H
#define POBF_WASM_RUNTIME_H

#include "../function/pobf_function.h"
#include "../function/pobf_manifest.h"
#include "wasm-rt.h"

/* The call that this is, and the manifest of the image. */
struct pobf_call *wasm_call(void);
const struct image_manifest *wasm_limits(void);

/* What a call of WASI costs: a step, and one more for each eight bytes that it moves. */
void wasm_charge(uint64_t bytes);

/* End the module by its own wish. */
_Noreturn void wasm_exit(uint32_t code);

/* What the module wrote to stderr, where the manifest says that it is sealed; else nothing. */
const char *wasi_errors(void);

#endif
