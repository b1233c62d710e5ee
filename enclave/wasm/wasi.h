#ifndef POBF_WASM_WASI_H
#define POBF_WASM_WASI_H

#include "wasm-rt.h"

/* Error numbers of WASI, preview 1. */
enum {
    WASI_OK = 0,
    WASI_BAD_FILE = 8,
    WASI_FAULT = 21,
    WASI_INVALID = 28,
    WASI_IS_FOLDER = 31,
    WASI_TOO_MANY = 33,
    WASI_NAME_TOO_LONG = 37,
    WASI_NO_ENTRY = 44,
    WASI_NO_CALL = 52,
    WASI_NO_FOLDER = 54,
    WASI_READ_ONLY_FILES = 69,
    WASI_NO_SEEK = 70,
    WASI_NOT_CAPABLE = 76
};

/* A call by the name that wasm2c gives an import; all have one parameter that says nothing. */
struct Z_wasi_snapshot_preview1_instance_t;
#define WASI_SELF struct Z_wasi_snapshot_preview1_instance_t *self __attribute__((unused))
#define WASI(name) uint32_t Z_wasi_snapshot_preview1Z_##name

/* 1 where a module's `size` bytes at `at` are all in its memory. */
int wasi_is_memory(uint32_t at, uint64_t size);
void wasi_store_word(uint32_t at, uint32_t word);
void wasi_store_long(uint32_t at, uint64_t word);

/* Move what a list of (address, size) pairs names, one after the other; how much, to `total_at`. */
uint32_t wasi_move(uint32_t list, uint32_t count, uint32_t total_at,
                   uint32_t (*one)(uint32_t at, uint32_t size));

/* fd_read of what is no stream. */
uint32_t files_read(uint32_t number, uint32_t list, uint32_t count, uint32_t total_at);

#endif
