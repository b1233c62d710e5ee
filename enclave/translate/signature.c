#include <string.h>

#include "enclave/translate/reading.h"
#include "enclave/wasm/engine_calls.h"
#include "enclave/wasm/extism_calls.h"
#include "enclave/wasm/wasi_calls.h"

enum { FUNCTION_TYPE = 0x60, KIND_FUNCTION = 0 };

/* Add a vector of types to a signature. */
static enum pobf_status take_values(struct reading *reading, struct cursor *in,
                                    struct signature *signature)
{
    const uint32_t count = cursor_number(in);
    size_t length = strlen(signature->text);

    if (count > MODULE_SIGNATURE_MAX - length) {
        return reading_refuse(reading, "types: a function of more than %d parameters and results",
                              MODULE_SIGNATURE_MAX - 1);
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t type = cursor_byte(in);

        if (reading_letter(type) == '\0') {
            return reading_refuse(reading, "types: %s",
                                  type == 0x7b ? "SIMD (v128) is not supported"
                                               : "no type of a value");
        }
        signature->text[length++] = reading_letter(type);
    }
    return POBF_OK;
}

enum pobf_status reading_types(struct reading *reading, struct cursor *in)
{
    const uint32_t count = cursor_number(in);

    if (count > READING_TYPES_MAX) {
        return reading_refuse(reading, "types: more than %d", READING_TYPES_MAX);
    }
    reading->module->types = count;
    for (uint32_t i = 0; i < count; i++) {
        struct signature *signature = &reading->types[i];
        enum pobf_status status;

        if (cursor_byte(in) != FUNCTION_TYPE) {
            return reading_refuse(reading, "types: one that is not of a function");
        }
        status = take_values(reading, in, signature);
        if (status == POBF_OK) {
            strcat(signature->text, ":");
            status = take_values(reading, in, signature);
        }
        if (status != POBF_OK) {
            return status;
        }
    }
    return POBF_OK;
}

static enum pobf_status take_function(struct reading *reading, uint32_t type)
{
    if (type >= reading->module->types) {
        return reading_refuse(reading, "functions: one of a type that is not there");
    }
    if (reading->function_count == READING_FUNCTIONS_MAX) {
        return reading_refuse(reading, "functions: more than %d", READING_FUNCTIONS_MAX);
    }
    reading->type_of[reading->function_count++] = type;
    return POBF_OK;
}

struct offer {
    const char *name;
    const char *signature;
};

static const struct offer wasi_calls[] = {{"proc_exit", "i:"}, /* the one that does not return */
#define X(call, parameters, ...) {#call, parameters ":i"},
                                          WASI_PRESENT(X) WASI_READ_ONLY(X) WASI_ABSENT(X)
#undef X
};

static const struct offer engine_calls[] = {
#define X(call, signature) {#call, signature},
    ENGINE_CALLS(X)
#undef X
};

static const struct offer extism_calls[] = {
#define X(call, signature) {#call, signature},
    EXTISM_CALLS(X)
#undef X
};

/* The signature of a call that is offered; NULL: there is no such call. */
static const char *find_offer(const struct offer *offers, size_t count, const struct cursor *name)
{
    for (size_t i = 0; i < count; i++) {
        if (reading_is_text(name, offers[i].name)) {
            return offers[i].signature;
        }
    }
    return NULL;
}

static const char *offered(struct module *module, const struct cursor *from,
                           const struct cursor *name)
{
    if (reading_is_text(from, "wasi_snapshot_preview1")) {
        module->imports_wasi = 1;
        return find_offer(wasi_calls, sizeof wasi_calls / sizeof wasi_calls[0], name);
    }
    if (reading_is_text(from, "extism:host/env")) {
        module->imports_extism = 1;
        return find_offer(extism_calls, sizeof extism_calls / sizeof extism_calls[0], name);
    }
    module->imports_env = 1;
    return find_offer(engine_calls, sizeof engine_calls / sizeof engine_calls[0], name);
}

/* In an error: the names of an import, or that they cannot be shown. */
static enum pobf_status refuse_import(struct reading *reading, const struct cursor *module,
                                      const struct cursor *name, const char *why)
{
    static const char signs[] = "_.-:/$";

    if (!reading_is_name(module, signs) || !reading_is_name(name, signs)) {
        return reading_refuse(reading, "imports: a name that is not of letters, digits and %s",
                              signs);
    }
    return reading_refuse(reading, "imports: %.*s.%.*s: %s", (int)module->size, module->bytes,
                          (int)name->size, name->bytes, why);
}

static enum pobf_status take_import(struct reading *reading, struct cursor *in)
{
    const struct cursor module = cursor_text(in);
    const struct cursor name = cursor_text(in);
    const uint8_t kind = cursor_byte(in);
    const char *wanted;
    uint32_t type;

    if (in->is_broken) {
        return reading_refuse(reading, "imports: the section ends within one");
    }
    if (!reading_is_text(&module, "wasi_snapshot_preview1") &&
        (reading->module->kind == MODULE_ENGINE || !reading_is_text(&module, "extism:host/env")) &&
        (reading->module->kind != MODULE_ENGINE || !reading_is_text(&module, "env"))) {
        return refuse_import(reading, &module, &name,
                             "only wasi_snapshot_preview1 and extism:host/env are offered");
    }
    wanted = offered(reading->module, &module, &name);
    if (kind != KIND_FUNCTION || wanted == NULL) {
        return refuse_import(reading, &module, &name,
                             reading_is_text(&module, "extism:host/env")
                                 ? "there is no such call of Extism"
                                 : "there is no such call of WASI preview 1");
    }
    type = cursor_number(in);
    if (type >= reading->module->types || strcmp(reading->types[type].text, wanted) != 0) {
        return refuse_import(reading, &module, &name, "its type is not the one of that call");
    }
    return take_function(reading, type);
}

enum pobf_status reading_imports(struct reading *reading, struct cursor *in)
{
    const uint32_t count = cursor_number(in);
    enum pobf_status status = POBF_OK;

    for (uint32_t i = 0; status == POBF_OK && i < count; i++) {
        status = take_import(reading, in);
    }
    return status;
}

enum pobf_status reading_functions(struct reading *reading, struct cursor *in)
{
    const uint32_t count = cursor_number(in);
    enum pobf_status status = POBF_OK;

    for (uint32_t i = 0; status == POBF_OK && i < count; i++) {
        status = take_function(reading, cursor_number(in));
    }
    reading->module->functions = count;
    return status;
}
