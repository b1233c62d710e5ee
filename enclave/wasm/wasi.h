#ifndef POBF_WASM_WASI_H
#define POBF_WASM_WASI_H

#include "wasm-rt.h"

/* Error numbers of WASI, preview 1. */
enum { WASI_OK = 0, WASI_BAD_FILE = 8, WASI_FAULT = 21, WASI_NO_CALL = 52, WASI_NO_SEEK = 70 };

/* A call by the name that wasm2c gives an import; all have one parameter that says nothing. */
struct Z_wasi_snapshot_preview1_instance_t;
#define WASI_SELF struct Z_wasi_snapshot_preview1_instance_t *self __attribute__((unused))
#define WASI(name) uint32_t Z_wasi_snapshot_preview1Z_##name

#endif
