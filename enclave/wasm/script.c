/*
 * A script: the reactor whose module is an engine of JavaScript. At the build the engine begins, and
 * evaluates prelude.js and the script; a call finds a function that is ready to be called. Values are
 * the engine's: a number names one, and none is given back before the rewind takes all of them.
 */
#include "runtime.h"
#include "wasi.h"

#include "module.h"

enum { AS_MODULE = 1, STACK_MAX = 256 * 1024, FULFILLED = 1 };

/* By texts.s: the two texts, as they are in the files, and the name of the script's. */
extern const uint8_t pobf_prelude[], pobf_prelude_end[];
extern const uint8_t pobf_script[], pobf_script_end[];
extern const char pobf_script_name[];

extern Z_module_instance_t wasm_instance;

#define ENGINE &wasm_instance

static uint32_t handler;  /* prelude.js: the script's function, and what is around it */
static uint32_t is_bytes; /* that it takes bytes; else a text                         */
static uint32_t word_at;  /* room for what the engine tells beside its result         */

static uint32_t take_room(uint32_t size)
{
    const uint32_t at = Z_moduleZ_malloc(ENGINE, size);

    if (at == 0 || (uint64_t)at + size > wasm_size) {
        wasm_end(WASM_TRAP_OOB, "malloc");
    }
    return at;
}

/* Text that ends with a zero, in the module's memory. */
static uint32_t copy_in(const void *text, uint32_t size)
{
    const uint32_t at = take_room(size + 1);

    __builtin_memcpy(pobf_memory + at, text, size);
    pobf_memory[at + size] = '\0';
    return at;
}

static uint32_t length_of(const char *name)
{
    uint32_t length = 0;

    while (name[length] != '\0') {
        length++;
    }
    return length;
}

static uint32_t copy_name(const char *name)
{
    return copy_in(name, length_of(name));
}

static uint32_t load(uint32_t at)
{
    uint32_t word;

    if ((uint64_t)at + sizeof word > wasm_size) {
        wasm_end(WASM_TRAP_OOB, "script");
    }
    __builtin_memcpy(&word, pobf_memory + at, sizeof word);
    return word;
}

static uint32_t property(uint32_t value, const char *name)
{
    return Z_moduleZ_qjs_get_prop_string(ENGINE, value, copy_name(name));
}

/* As a text: where it stands, and its size at word_at. */
static uint32_t text_of(uint32_t value)
{
    return Z_moduleZ_qjs_get_string_len(ENGINE, value, word_at);
}

static void log_text(uint32_t value)
{
    const uint32_t at = text_of(value);

    if (at != 0) {
        wasi_log(at, load(word_at));
        wasi_log(copy_name("\n"), 1);
    }
}

/* What was thrown is told where stderr is; the exit says no more than that something was. */
static _Noreturn void fail(uint32_t thrown)
{
    log_text(thrown);
    if (Z_moduleZ_qjs_is_error(ENGINE, thrown)) {
        log_text(property(thrown, "stack"));
    }
    wasm_end(WASM_EXCEPTION, "script");
}

static uint32_t checked(uint32_t value)
{
    if (Z_moduleZ_qjs_is_exception(ENGINE, value)) {
        fail(Z_moduleZ_qjs_get_exception(ENGINE));
    }
    return value;
}

/* What the engine says that stands somewhere: 0 where it does not, and then it has thrown. */
static uint32_t placed(uint32_t at)
{
    if (at == 0) {
        fail(Z_moduleZ_qjs_get_exception(ENGINE));
    }
    return at;
}

/* What a promise comes to, when all jobs are done; anything else is what it is. */
static uint32_t settled(uint32_t value)
{
    if (!Z_moduleZ_qjs_is_promise(ENGINE, value)) {
        return value;
    }
    while (Z_moduleZ_qjs_is_job_pending(ENGINE)) {
        if ((int32_t)Z_moduleZ_qjs_execute_pending_job(ENGINE) < 0) {
            fail(Z_moduleZ_qjs_get_exception(ENGINE));
        }
    }
    switch (Z_moduleZ_qjs_promise_state(ENGINE, value)) {
    case 0:
        wasm_end(WASM_UNSETTLED, "script");
    case FULFILLED:
        return Z_moduleZ_qjs_promise_result(ENGINE, value);
    default:
        fail(Z_moduleZ_qjs_promise_result(ENGINE, value));
    }
}

static uint32_t call(uint32_t function, const uint32_t *arguments, uint32_t count)
{
    const uint32_t at = copy_in(arguments, count * (uint32_t)sizeof *arguments);

    return checked(
        Z_moduleZ_qjs_call(ENGINE, function, Z_moduleZ_qjs_get_undefined(ENGINE), count, at));
}

static uint32_t evaluate(const uint8_t *text, const uint8_t *end, const char *name, uint32_t how)
{
    const uint32_t size = (uint32_t)(end - text);

    return settled(
        checked(Z_moduleZ_qjs_eval(ENGINE, copy_in(text, size), size, copy_name(name), how)));
}

static uint32_t host_function(const char *name)
{
    return Z_moduleZ_qjs_new_host_function(ENGINE, copy_name(name), length_of(name), 0);
}

void wasm_script_begin(void)
{
    uint32_t parts[2];
    uint32_t script;
    uint32_t prepare;

    if (Z_moduleZ_qjs_init(ENGINE) != 0) {
        wasm_end(WASM_TRAP_OOB, "qjs_init");
    }
    Z_moduleZ_qjs_set_max_stack_size(ENGINE, STACK_MAX);
    word_at = take_room(3 * sizeof word_at);
    prepare = evaluate(pobf_prelude, pobf_prelude_end, "prelude.js", 0);
    parts[0] = host_function("log");
    parts[1] = host_function("random");
    prepare = call(prepare, parts, 2);
    script = evaluate(pobf_script, pobf_script_end, pobf_script_name, AS_MODULE);
    script = call(prepare, &script, 1);
    handler = property(script, "call");
    is_bytes = Z_moduleZ_qjs_get_bool(ENGINE, property(script, "bytes"));
    Z_moduleZ_qjs_run_gc(ENGINE);
}

uint32_t wasm_module_alloc(uint32_t size)
{
    return take_room(size + 1);
}

static uint64_t range(uint32_t at, uint32_t size)
{
    return (uint64_t)at << 32 | size;
}

/* prelude.js: a result is text or bytes. */
static uint64_t range_of(uint32_t value)
{
    uint32_t buffer;
    uint32_t from;
    uint32_t size;

    if (Z_moduleZ_qjs_is_string(ENGINE, value)) {
        const uint32_t at = placed(text_of(value));

        return range(at, load(word_at));
    }
    buffer = checked(
        Z_moduleZ_qjs_get_typed_array_buffer(ENGINE, value, word_at, word_at + 4, word_at + 8));
    from = load(word_at);
    size = load(word_at + 4);
    if (size == 0) {
        return 0; /* an empty buffer may stand nowhere */
    }
    return range(placed(Z_moduleZ_qjs_get_array_buffer(ENGINE, buffer, word_at)) + from, size);
}

uint64_t wasm_module_handle(uint32_t at, uint32_t size)
{
    const uint32_t input = checked(is_bytes ? Z_moduleZ_qjs_new_uint8_array(ENGINE, at, size)
                                            : Z_moduleZ_qjs_new_string(ENGINE, at, size));

    return range_of(settled(call(handler, &input, 1)));
}

/* What the engine imports beside WASI. */
#define ENV_SELF struct Z_env_instance_t *self __attribute__((unused))

static uint32_t draw(void)
{
    uint64_t bits;

    (void)Z_wasi_snapshot_preview1Z_random_get(NULL, word_at, sizeof bits);
    __builtin_memcpy(&bits, pobf_memory + word_at, sizeof bits);
    return Z_moduleZ_qjs_new_number(ENGINE, (double)(bits >> 11) * 0x1p-53);
}

/* A function of prelude.js that is ours: log(text) or random(). */
uint32_t Z_envZ_host_call(ENV_SELF, uint32_t name_at, uint32_t name_size, uint32_t this_value,
                          uint32_t count, uint32_t list)
{
    (void)name_at;
    (void)this_value;
    if (name_size == sizeof "random" - 1) {
        return draw();
    }
    if (count > 0) {
        log_text(load(list));
    }
    return Z_moduleZ_qjs_get_undefined(ENGINE);
}

/* There is one time zone, nobody interrupts, and nothing but the script can be imported. */
uint32_t Z_envZ_host_get_timezone_offset(ENV_SELF, uint32_t high, uint32_t low)
{
    (void)high;
    (void)low;
    return 0;
}

uint32_t Z_envZ_host_interrupt(ENV_SELF)
{
    return 0;
}

uint32_t Z_envZ_host_module_load(ENV_SELF, uint32_t name, uint32_t size_at)
{
    (void)name;
    (void)size_at;
    return 0;
}

uint32_t Z_envZ_host_module_normalize(ENV_SELF, uint32_t base, uint32_t name)
{
    (void)base;
    (void)name;
    return 0;
}

void Z_envZ_host_promise_rejection(ENV_SELF, uint32_t promise, uint32_t reason, uint32_t is_handled)
{
    (void)promise;
    (void)reason;
    (void)is_handled;
}
