#include "runtime.h"

/*
 * One call of a module. All that is kept here is in the zone's variables, which begin every call as
 * the build made them; so there is nothing to initialise, and nothing to give back.
 */
extern const struct image_note pobf_note;

enum { PAGE = 65536 };

/* How many the module needs at most: enclave/translate/module.c counts them. */
#ifndef POBF_WASM_ELEMENTS
#define POBF_WASM_ELEMENTS 1
#endif

static wasm_rt_funcref_t elements[POBF_WASM_ELEMENTS];
static uint32_t element_count;
static wasm_rt_memory_t *linear;

static struct pobf_call *the_call;
static struct image_manifest limits; /* as the image's note says, but aligned */
static void *frame[5];               /* of pobf_function: where wasm_end goes back to */
static enum wasm_end ended;
static const char *ended_in = "_start";
static uint32_t exit_code;
static int is_held; /* 1: it must not exit by itself */

_Noreturn void wasm_end(enum wasm_end end, const char *where)
{
    ended = end;
    ended_in = where;
    __builtin_longjmp(frame, 1);
}

void wasm_let_exit(int may)
{
    is_held = !may;
}

_Noreturn void wasm_exit(uint32_t code)
{
    exit_code = code;
    wasm_end(is_held ? WASM_EARLY : WASM_EXIT, "proc_exit");
}

void wasm_charge(uint64_t bytes)
{
    wasm_fuel -= (int64_t)(bytes / 8) + 1;
    if (wasm_fuel < 0) {
        wasm_end(WASM_TRAP_FUEL, "a call of WASI");
    }
}

const struct image_manifest *wasm_limits(void)
{
    return &limits;
}

struct pobf_call *wasm_call(void)
{
    return the_call;
}

void wasm_rt_allocate_memory(wasm_rt_memory_t *memory, uint32_t pages, uint32_t max_pages)
{
    const uint32_t budget = (uint32_t)((size_t)(the_call->arena.end - pobf_memory) / PAGE);

    if (pages > budget) {
        wasm_end(WASM_TRAP_OOB, "memory");
    }
    memory->pages = pages;
    memory->max_pages = max_pages < budget ? max_pages : budget;
    memory->size = pages * PAGE;
    wasm_size = memory->size;
    linear = memory;
}

void wasm_resume(void)
{
    wasm_size = linear == NULL ? 0 : linear->size;
}

uint32_t wasm_rt_grow_memory(wasm_rt_memory_t *memory, uint32_t pages)
{
    const uint32_t before = memory->pages;

    if (pages > memory->max_pages - before) {
        return UINT32_MAX;
    }
    memory->pages += pages;
    memory->size += pages * PAGE;
    wasm_size = memory->size;
    return before;
}

static wasm_rt_funcref_t *take_elements(uint32_t size)
{
    wasm_rt_funcref_t *taken = &elements[element_count];

    if (size > POBF_WASM_ELEMENTS - element_count) {
        wasm_end(WASM_TRAP_OOB, "table");
    }
    element_count += size;
    return taken;
}

void wasm_rt_allocate_funcref_table(wasm_rt_funcref_table_t *table, uint32_t size, uint32_t most)
{
    table->data = take_elements(size);
    table->size = size;
    table->max_size = most;
}

/* An external reference is smaller than a reference to a function: it has the room of one. */
void wasm_rt_allocate_externref_table(wasm_rt_externref_table_t *table, uint32_t size,
                                      uint32_t most)
{
    table->data = (wasm_rt_externref_t *)(void *)take_elements(size);
    table->size = size;
    table->max_size = most;
}

/* A table has the size that it begins with: growth is refused, as the specification allows. */
uint32_t wasm_rt_grow_funcref_table(wasm_rt_funcref_table_t *table, uint32_t more,
                                    wasm_rt_funcref_t value)
{
    (void)value;
    return more == 0 ? table->size : UINT32_MAX;
}

uint32_t wasm_rt_grow_externref_table(wasm_rt_externref_table_t *table, uint32_t more,
                                      wasm_rt_externref_t value)
{
    (void)value;
    return more == 0 ? table->size : UINT32_MAX;
}

/* The message of a failure takes the place of the output. */
static void put(const char *text)
{
    while (*text != '\0' && the_call->output_size < the_call->output_room) {
        the_call->output[the_call->output_size++] = (uint8_t)*text++;
    }
}

static void put_number(uint32_t number)
{
    char digits[12];
    char *at = digits + sizeof digits - 1;

    *at = '\0';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    put(at);
}

static void explain(void)
{
    static const char *const sentences[] = {[WASM_RUNNING] = "",
#define X(name, sentence) [WASM_TRAP_##name] = sentence,
                                            WASM_TRAPS(X)
#undef X
    };

    the_call->output_size = 0;
    if (ended == WASM_EXIT || ended == WASM_EARLY) {
        put(ended == WASM_EXIT ? "" : "it ended by proc_exit before it was initialised, ");
        put("exit status ");
        put_number(exit_code);
    } else if (ended == WASM_EXCEPTION || ended == WASM_UNSETTLED) {
        put(ended == WASM_EXCEPTION ? "exception in the "
                                    : "a promise that nothing settles in the ");
        put(ended_in);
    } else {
        put("trap: ");
        put(sentences[ended]);
        put(" in ");
        put(ended_in);
    }
    put("\n");
    put(wasi_errors());
}

int pobf_function(struct pobf_call *call)
{
    snapshot_lay_out();
    the_call = call;
    if (call->arena.next != pobf_memory) {
        __builtin_trap(); /* the linker script and the monitor disagree */
    }
    __builtin_memcpy(&limits, &pobf_note.manifest, sizeof limits);
    wasm_fuel = (int64_t)limits.fuel;
    if (__builtin_setjmp(frame) == 0) {
        wasm_module_run();
        ended = WASM_EXIT;
    }
    if (wasm_fuel < 0) {
        ended = WASM_TRAP_FUEL; /* it came to its end on credit */
    }
    the_call->steps = ended == WASM_TRAP_FUEL ? limits.fuel + 1 : limits.fuel - (uint64_t)wasm_fuel;
    if (ended == WASM_OUTPUT) {
        the_call->output_size = the_call->output_room + 1;
        return 0;
    }
    if (ended == WASM_EXIT && exit_code == 0) {
        return 0;
    }
    explain();
    return 1;
}
