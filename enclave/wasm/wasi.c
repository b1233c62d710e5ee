/*
 * WASI, preview 1, as far as a filter has need of it: stdin is the input, stdout the output. There
 * is no clock that runs, and no randomness but the task's own. Files are in wasi_files.c. Whatever else
 * a module may import is in wasi_absent.c, and says that it is not there.
 */
#include "wasi.h"

#include "runtime.h"

enum { STDIN, STDOUT, STDERR, ERRORS_ROOM = 4096, VECTOR_BYTES = 8 };

static size_t input_at;
static char errors[ERRORS_ROOM + 1];
static size_t errors_size;

void wasi_forget(void)
{
    input_at = 0;
    errors_size = 0;
    __builtin_memset(errors, 0, sizeof errors);
    random_forget();
}

int wasi_is_memory(uint32_t at, uint64_t size)
{
    return at + size <= wasm_size;
}

static uint32_t load_word(uint32_t at)
{
    uint32_t word;

    __builtin_memcpy(&word, pobf_memory + at, sizeof word);
    return word;
}

void wasi_store_word(uint32_t at, uint32_t word)
{
    __builtin_memcpy(pobf_memory + at, &word, sizeof word);
}

void wasi_store_long(uint32_t at, uint64_t word)
{
    __builtin_memcpy(pobf_memory + at, &word, sizeof word);
}

/* From the input into the module's memory; how many bytes. */
static uint32_t read_input(uint32_t at, uint32_t size)
{
    const struct pobf_call *call = wasm_call();
    const size_t left = call->input_size - input_at;
    const uint32_t count = size < left ? size : (uint32_t)left;

    wasm_charge(count);
    __builtin_memcpy(pobf_memory + at, call->input + input_at, count);
    input_at += count;
    return count;
}

/* To the output; what does not fit ends the call, for a result that lacks its end is none. */
static uint32_t write_output(uint32_t at, uint32_t size)
{
    struct pobf_call *call = wasm_call();

    wasm_charge(size);
    if (size > call->output_room - call->output_size) {
        wasm_end(WASM_OUTPUT, "fd_write");
    }
    __builtin_memcpy(call->output + call->output_size, pobf_memory + at, size);
    call->output_size += size;
    return size;
}

/* To stderr: the first few KiB of it, and only where somebody will be told. */
void wasi_say(const uint8_t *bytes, uint64_t size)
{
    const size_t left = wasm_limits()->stderr_sealed ? ERRORS_ROOM - errors_size : 0;
    const size_t count = size < left ? size : left;

    wasm_charge(size);
    __builtin_memcpy(errors + errors_size, bytes, count);
    errors_size += count;
}

static uint32_t write_errors(uint32_t at, uint32_t size)
{
    wasi_say(pobf_memory + at, size);
    return size;
}

void wasi_log(uint32_t at, uint32_t size)
{
    if (wasi_is_memory(at, size)) {
        (void)write_errors(at, size);
    }
}

const char *wasi_errors(void)
{
    return errors;
}

uint32_t wasi_move(uint32_t list, uint32_t count, uint32_t total_at,
                   uint32_t (*one)(uint32_t at, uint32_t size))
{
    uint32_t total = 0;

    if (!wasi_is_memory(list, (uint64_t)count * VECTOR_BYTES) || !wasi_is_memory(total_at, 4)) {
        return WASI_FAULT;
    }
    wasm_charge((uint64_t)count * VECTOR_BYTES);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t at = load_word(list + i * VECTOR_BYTES);
        const uint32_t size = load_word(list + i * VECTOR_BYTES + 4);
        uint32_t moved;

        if (!wasi_is_memory(at, size) || size > UINT32_MAX - total) {
            return WASI_FAULT;
        }
        moved = one(at, size);
        total += moved;
        if (moved < size) {
            break;
        }
    }
    wasi_store_word(total_at, total);
    return WASI_OK;
}

WASI(fd_read)(WASI_SELF, uint32_t file, uint32_t list, uint32_t count, uint32_t total_at)
{
    return file == STDIN ? wasi_move(list, count, total_at, read_input)
                         : files_read(file, list, count, total_at);
}

WASI(fd_write)(WASI_SELF, uint32_t file, uint32_t list, uint32_t count, uint32_t total_at)
{
    if (file == STDOUT) {
        return wasi_move(list, count, total_at, write_output);
    }
    return file == STDERR ? wasi_move(list, count, total_at, write_errors) : WASI_BAD_FILE;
}

/* Arguments and environment: texts of the manifest, each with its zero, one behind the other. To
 * go through them costs what it is to move them. */
static uint32_t text_count(const char texts[IMAGE_TEXTS_ROOM], uint32_t *size)
{
    uint32_t count = 0;

    *size = 0;
    while (*size < IMAGE_TEXTS_ROOM && texts[*size] != '\0') {
        while (texts[(*size)++] != '\0') {
        }
        count++;
    }
    wasm_charge(*size);
    return count;
}

static uint32_t tell_sizes(const char texts[IMAGE_TEXTS_ROOM], uint32_t count_at, uint32_t size_at)
{
    uint32_t size;
    const uint32_t count = text_count(texts, &size);

    if (!wasi_is_memory(count_at, 4) || !wasi_is_memory(size_at, 4)) {
        return WASI_FAULT;
    }
    wasi_store_word(count_at, count);
    wasi_store_word(size_at, size);
    return WASI_OK;
}

static uint32_t tell_texts(const char texts[IMAGE_TEXTS_ROOM], uint32_t list, uint32_t at)
{
    uint32_t size;
    const uint32_t count = text_count(texts, &size);

    if (!wasi_is_memory(list, (uint64_t)count * 4) || !wasi_is_memory(at, size)) {
        return WASI_FAULT;
    }
    for (uint32_t i = 0, begin = 1; i < size; i++) {
        if (begin) {
            wasi_store_word(list, at + i);
            list += 4;
        }
        pobf_memory[at + i] = (uint8_t)texts[i];
        begin = texts[i] == '\0';
    }
    return WASI_OK;
}

WASI(args_sizes_get)(WASI_SELF, uint32_t count_at, uint32_t size_at)
{
    return tell_sizes(wasm_limits()->arguments, count_at, size_at);
}

WASI(args_get)(WASI_SELF, uint32_t list, uint32_t at)
{
    return tell_texts(wasm_limits()->arguments, list, at);
}

WASI(environ_sizes_get)(WASI_SELF, uint32_t count_at, uint32_t size_at)
{
    return tell_sizes(wasm_limits()->environment, count_at, size_at);
}

WASI(environ_get)(WASI_SELF, uint32_t list, uint32_t at)
{
    return tell_texts(wasm_limits()->environment, list, at);
}

/* Time stands still: it is a channel out of one call into what another computes. */
WASI(clock_time_get)(WASI_SELF, uint32_t clock, uint64_t precision, uint32_t at)
{
    (void)clock;
    (void)precision;
    if (!wasi_is_memory(at, 8)) {
        return WASI_FAULT;
    }
    wasi_store_long(at, 0);
    return WASI_OK;
}

WASI(clock_res_get)(WASI_SELF, uint32_t clock, uint32_t at)
{
    (void)clock;
    if (!wasi_is_memory(at, 8)) {
        return WASI_FAULT;
    }
    wasi_store_long(at, 1);
    return WASI_OK;
}

WASI(sched_yield)(WASI_SELF)
{
    return WASI_OK;
}

void Z_wasi_snapshot_preview1Z_proc_exit(WASI_SELF, uint32_t code);
void Z_wasi_snapshot_preview1Z_proc_exit(WASI_SELF, uint32_t code)
{
    wasm_exit(code);
}
