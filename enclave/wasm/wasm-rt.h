#ifndef POBF_WASM_RT_H
#define POBF_WASM_RT_H

/*
 * What the C that wasm2c makes of a module stands on, in place of wabt's header of this name: no
 * allocation, no signals, no thread. There is one instance, in the zone, so that the rewind takes
 * all of it; it lives for one call.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Traps by the words of the WebAssembly specification, and what else ends a module. */
#define WASM_TRAPS(X)                                                                              \
    X(OOB, "out of bounds memory or table access")                                                 \
    X(INT_OVERFLOW, "integer overflow")                                                            \
    X(DIV_BY_ZERO, "integer divide by zero")                                                       \
    X(INVALID_CONVERSION, "invalid conversion to integer")                                         \
    X(UNREACHABLE, "unreachable")                                                                  \
    X(CALL_INDIRECT, "undefined element or indirect call type mismatch")                           \
    X(EXHAUSTION, "call stack exhausted")                                                          \
    X(FUEL, "out of fuel")                                                                         \
    X(DENIED, "a call that is not offered here")

enum wasm_end {
    WASM_RUNNING,
#define X(name, sentence) WASM_TRAP_##name,
    WASM_TRAPS(X)
#undef X
        WASM_EXIT,  /* the module called proc_exit                 */
    WASM_EARLY,     /* the same, before it was initialised         */
    WASM_OUTPUT,    /* it wrote more than the manifest allows      */
    WASM_EXCEPTION, /* a script threw, or ...                      */
    WASM_UNSETTLED  /* ... waits for what nobody will do           */
};

/* End the module; `where` is a name out of its own text, as wasm2c spells it. */
_Noreturn void wasm_end(enum wasm_end end, const char *where);

typedef void (*wasm_rt_function_ptr_t)(void);

/* A function in a table; the type is a number that enclave/translate/meter.c gave. */
typedef struct {
    uint32_t func_type;
    wasm_rt_function_ptr_t func;
    void *module_instance;
} wasm_rt_funcref_t;

typedef void *wasm_rt_externref_t;

static const wasm_rt_funcref_t wasm_rt_funcref_null_value = {0, NULL, NULL};
static const wasm_rt_externref_t wasm_rt_externref_null_value = NULL;

/* The memory stands at pobf_memory; its size in bytes is the variable wasm_size. */
typedef struct {
    uint32_t pages, max_pages;
    uint32_t size;
} wasm_rt_memory_t;

typedef struct {
    wasm_rt_funcref_t *data;
    uint32_t max_size;
    uint32_t size;
} wasm_rt_funcref_table_t;

typedef struct {
    wasm_rt_externref_t *data;
    uint32_t max_size;
    uint32_t size;
} wasm_rt_externref_table_t;

/* What the module calls at its start, in this order. */
void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint32_t pages, uint32_t max_pages);
void wasm_rt_allocate_funcref_table(wasm_rt_funcref_table_t *table, uint32_t size, uint32_t most);
void wasm_rt_allocate_externref_table(wasm_rt_externref_table_t *table, uint32_t size,
                                      uint32_t most);

/* The size before, in pages or elements; all ones where there is no room. */
uint32_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint32_t pages);
uint32_t wasm_rt_grow_funcref_table(wasm_rt_funcref_table_t *table, uint32_t more,
                                    wasm_rt_funcref_t value);
uint32_t wasm_rt_grow_externref_table(wasm_rt_externref_table_t *table, uint32_t more,
                                      wasm_rt_externref_t value);

/* Nothing is given back before the rewind takes everything. */
static inline bool wasm_rt_is_initialized(void)
{
    return true;
}
static inline void wasm_rt_free_memory(wasm_rt_memory_t *memory)
{
    (void)memory;
}
static inline void wasm_rt_free_funcref_table(wasm_rt_funcref_table_t *table)
{
    (void)table;
}
static inline void wasm_rt_free_externref_table(wasm_rt_externref_table_t *table)
{
    (void)table;
}

/*
 * The module itself: its start section, then its export _start. Of a reactor (reactor.c): its start
 * section and what initialises it; and the two exports of a call. Written by enclave/translate, but
 * that script.c has the exports of a script, and begins it.
 */
void wasm_module_run(void);
void wasm_module_begin(void);
uint32_t wasm_module_alloc(uint32_t size);
uint64_t wasm_module_handle(uint32_t at, uint32_t size);
void wasm_script_begin(void);
/* The function of a plug-in (extism.c) that the manifest names, once the module has begun. */
uint32_t wasm_module_plug(void);

/*
 * Two registers that belong to us in all code of an image (-ffixed-r13 -ffixed-r14): what is left of
 * the fuel, and the memory's size in bytes. No instruction of a module can name either.
 */
#ifdef POBF_WASM_REGISTERS
register int64_t wasm_fuel __asm__("r13");
register uint64_t wasm_size __asm__("r14");
#else
extern int64_t wasm_fuel;
extern uint64_t wasm_size;
#endif

/* By the linker script: where the linear memory and the stack begin. */
extern uint8_t pobf_memory[];
extern uint8_t pobf_stack[];

#endif
