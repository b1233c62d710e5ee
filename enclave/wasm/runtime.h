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

/* Go on with the memory's size as the module left it. */
void wasm_resume(void);

/* End the module by its own wish; while it must not (0), that is a failure, whatever the code. */
_Noreturn void wasm_exit(uint32_t code);
void wasm_let_exit(int may);

/*
 * What a reactor was when its initialisation was over (snapshot.c): laid out first of all, where
 * there is one; its size in bytes, else 0; and given as the output, where this is the build.
 */
void snapshot_lay_out(void);
uint64_t snapshot_size(void);
void snapshot_give(void);

/* Read and write as if nothing had been, and draw random numbers from the start. */
void wasi_forget(void);
void random_forget(void);

/* Write to stderr; what stands in the module's memory. */
void wasi_say(const uint8_t *bytes, uint64_t size);
void wasi_log(uint32_t at, uint32_t size);

/* What the module wrote to stderr, where the manifest says that it is sealed; else nothing. */
const char *wasi_errors(void);

#endif
