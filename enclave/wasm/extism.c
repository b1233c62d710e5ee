/*
 * A plug-in of Extism: a module that asks for its input and gives its output by calls of `extism:host/env`,
 * through a memory beside its own, in blocks. That is in the zone, as all else is, and a call begins without any.
 * What is read outside of it is 0, and what is written there is lost: as Extism has it.
 *
 * There is no HTTP, and nothing stays from one call to the next: a variable that is read is not there, and who
 * sets one or asks for HTTP ends as by a trap. Configuration is the environment of the manifest.
 */
#include "extism_calls.h"
#include "runtime.h"

#ifndef POBF_EXTISM_BYTES
#define POBF_EXTISM_BYTES 65536
#endif

enum { ALIGNMENT = 16, BLOCKS_MAX = 1024, LEVEL_ERROR = 4 };

struct block {
    uint64_t at;   /* offset in the memory, never 0 */
    uint64_t size; /* bytes that it has */
    uint64_t used; /* bytes that were asked for; 0: it is free */
};

static uint8_t memory[POBF_EXTISM_BYTES] __attribute__((aligned(ALIGNMENT)));
static uint64_t top = ALIGNMENT; /* behind the last block */
static struct block blocks[BLOCKS_MAX];
static size_t block_count;
static struct block output; /* as output_set said */
static uint64_t error_at;   /* as error_set said; 0: nothing */

struct Z_extismZ3AhostZ2Fenv_instance_t;
#define SELF struct Z_extismZ3AhostZ2Fenv_instance_t *self __attribute__((unused))
#define EXTISM(name) Z_extismZ3AhostZ2FenvZ_##name

/* NULL: no block begins there. */
static struct block *find(uint64_t at)
{
    wasm_charge(block_count);
    for (size_t i = 0; i < block_count; i++) {
        if (blocks[i].at == at && blocks[i].used > 0) {
            return &blocks[i];
        }
    }
    return NULL;
}

/* The first free one that is large enough. */
static struct block *find_free(uint64_t size)
{
    wasm_charge(block_count);
    for (size_t i = 0; i < block_count; i++) {
        if (blocks[i].used == 0 && blocks[i].size >= size) {
            return &blocks[i];
        }
    }
    return NULL;
}

static struct block *add_block(uint64_t size)
{
    const uint64_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

    if (block_count == BLOCKS_MAX || rounded > sizeof memory - top) {
        return NULL;
    }
    blocks[block_count] = (struct block){.at = top, .size = rounded};
    top += rounded;
    return &blocks[block_count++];
}

static uint64_t give_block(uint64_t size)
{
    struct block *block = size == 0 || size > sizeof memory ? NULL : find_free(size);

    if (block == NULL && size > 0 && size <= sizeof memory) {
        block = add_block(size);
    }
    if (block == NULL) {
        return 0;
    }
    block->used = size;
    return block->at;
}

uint64_t EXTISM(alloc)(SELF, uint64_t size)
{
    return give_block(size);
}

void EXTISM(free)(SELF, uint64_t at)
{
    struct block *block = find(at);

    if (block != NULL) {
        block->used = 0;
    }
}

uint64_t EXTISM(length)(SELF, uint64_t at)
{
    const struct block *block = find(at);

    return block == NULL ? 0 : block->used;
}

uint64_t EXTISM(length_unsafe)(SELF, uint64_t at)
{
    return EXTISM(length)(self, at);
}

static int is_within(uint64_t at, uint64_t size, uint64_t room)
{
    wasm_charge(0);
    return at <= room && size <= room - at;
}

uint32_t EXTISM(load_u8)(SELF, uint64_t at)
{
    return is_within(at, 1, top) ? memory[at] : 0;
}

uint64_t EXTISM(load_u64)(SELF, uint64_t at)
{
    uint64_t value = 0;

    if (is_within(at, sizeof value, top)) {
        __builtin_memcpy(&value, memory + at, sizeof value);
    }
    return value;
}

void EXTISM(store_u8)(SELF, uint64_t at, uint32_t value)
{
    if (is_within(at, 1, top)) {
        memory[at] = (uint8_t)value;
    }
}

void EXTISM(store_u64)(SELF, uint64_t at, uint64_t value)
{
    if (is_within(at, sizeof value, top)) {
        __builtin_memcpy(memory + at, &value, sizeof value);
    }
}

uint64_t EXTISM(input_length)(SELF)
{
    wasm_charge(0);
    return wasm_call()->input_size;
}

uint32_t EXTISM(input_load_u8)(SELF, uint64_t at)
{
    return is_within(at, 1, wasm_call()->input_size) ? wasm_call()->input[at] : 0;
}

uint64_t EXTISM(input_load_u64)(SELF, uint64_t at)
{
    uint64_t value = 0;

    if (is_within(at, sizeof value, wasm_call()->input_size)) {
        __builtin_memcpy(&value, wasm_call()->input + at, sizeof value);
    }
    return value;
}

void EXTISM(output_set)(SELF, uint64_t at, uint64_t size)
{
    if (!is_within(at, size, top)) {
        wasm_end(WASM_TRAP_OOB, "output_set");
    }
    output = (struct block){.at = at, .size = size};
}

void EXTISM(error_set)(SELF, uint64_t at)
{
    wasm_charge(0);
    error_at = at;
}

/* To stderr, and so to who gave the input, where the manifest says that it is sealed. */
static void say(uint64_t at)
{
    const struct block *block = find(at);

    if (block != NULL) {
        wasi_say(memory + block->at, block->used);
        wasi_say((const uint8_t *)"\n", 1);
    }
}

void EXTISM(log_trace)(SELF, uint64_t at)
{
    say(at);
}

void EXTISM(log_debug)(SELF, uint64_t at)
{
    say(at);
}

void EXTISM(log_info)(SELF, uint64_t at)
{
    say(at);
}

void EXTISM(log_warn)(SELF, uint64_t at)
{
    say(at);
}

void EXTISM(log_error)(SELF, uint64_t at)
{
    say(at);
}

uint32_t EXTISM(get_log_level)(SELF)
{
    wasm_charge(0);
    return LEVEL_ERROR;
}

/* What stands behind NAME= in a list of such texts; NULL: nothing. */
static const char *find_text(const char *texts, const char *end, const struct block *name)
{
    while (texts < end && *texts != '\0') {
        size_t length = 0;

        while (length < name->used && texts[length] == (char)memory[name->at + length]) {
            length++;
        }
        if (length == name->used && texts[length] == '=') {
            return texts + length + 1;
        }
        while (*texts++ != '\0') {
        }
    }
    return NULL;
}

uint64_t EXTISM(config_get)(SELF, uint64_t at)
{
    const struct image_manifest *limits = wasm_limits();
    const struct block *name = find(at);
    const char *text;
    uint64_t size = 0;
    uint64_t given;

    wasm_charge(IMAGE_TEXTS_ROOM);
    text = name == NULL
               ? NULL
               : find_text(limits->environment, limits->environment + IMAGE_TEXTS_ROOM, name);
    if (text == NULL) {
        return 0;
    }
    while (text[size] != '\0') {
        size++;
    }
    given = give_block(size);
    if (given != 0) {
        __builtin_memcpy(memory + given, text, size);
    }
    return given;
}

uint64_t EXTISM(var_get)(SELF, uint64_t at)
{
    (void)at;
    wasm_charge(0);
    return 0;
}

void EXTISM(var_set)(SELF, uint64_t name, uint64_t value)
{
    (void)name;
    (void)value;
    wasm_end(WASM_TRAP_DENIED, "var_set");
}

uint64_t EXTISM(http_request)(SELF, uint64_t request, uint64_t body)
{
    (void)request;
    (void)body;
    wasm_end(WASM_TRAP_DENIED, "http_request");
}

uint32_t EXTISM(http_status_code)(SELF)
{
    wasm_charge(0);
    return 0;
}

uint64_t EXTISM(http_headers)(SELF)
{
    wasm_charge(0);
    return 0;
}

static void give_output(struct pobf_call *call)
{
    wasm_charge(output.size);
    if (output.size > call->output_room - call->output_size) {
        wasm_end(WASM_OUTPUT, "output_set");
    }
    __builtin_memcpy(call->output + call->output_size, memory + output.at, output.size);
    call->output_size += output.size;
}

void wasm_module_run(void)
{
    uint32_t code;

    wasm_module_begin();
    code = wasm_module_plug();
    if (code != 0 || error_at != 0) {
        say(error_at);
        wasm_exit(code != 0 ? code : 1);
    }
    give_output(wasm_call());
}
