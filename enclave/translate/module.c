#include "enclave/translate/module.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enclave/translate/cursor.h"
#include "enclave/wasm/engine_calls.h"
#include "enclave/wasm/wasi_calls.h"

enum {
    PAGE = 65536,
    TYPES_MAX = 4096,
    FUNCTIONS_MAX = 100000,
    ELEMENTS_MAX = 1 << 20,
    FUNCTION_TYPE = 0x60,
    NAME_OF_MODULE = 0,
    NAMES_OF_LOCALS = 2,
    NAMES_OF_LABELS = 3
};

/* Sections of the binary format, by their number. */
enum section {
    CUSTOM,
    TYPE,
    IMPORT,
    FUNCTION,
    TABLE,
    MEMORY,
    GLOBAL,
    EXPORT,
    START,
    ELEMENT,
    CODE,
    DATA,
    DATA_COUNT,
    SECTION_COUNT
};

/* What is imported or exported. */
enum kind { KIND_FUNCTION, KIND_TABLE, KIND_MEMORY, KIND_GLOBAL, KIND_COUNT };

/* A function's type in letters, i I f F for numbers and r for references: "ii:i". */
struct signature {
    char text[MODULE_SIGNATURE_MAX + 2];
};

struct reading {
    struct module *module;
    struct signature types[TYPES_MAX];
    uint32_t type_of[FUNCTIONS_MAX]; /* of each function, the imported ones first */
    uint32_t function_count;
};

__attribute__((format(printf, 2, 3))) static enum pobf_status refuse(struct reading *reading,
                                                                     const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vsnprintf(reading->module->defect, sizeof reading->module->defect, format, values);
    va_end(values);
    return POBF_E_INPUT;
}

/* Harmless in a comment, a string or a name of C. */
static int is_name(const struct cursor *name, const char *signs)
{
    if (name->is_broken || name->size > MODULE_NAME_MAX) {
        return 0;
    }
    for (size_t i = 0; i < name->size; i++) {
        const char letter = (char)name->bytes[i];

        if (!((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
              (letter >= '0' && letter <= '9') || (letter != '\0' && strchr(signs, letter)))) {
            return 0;
        }
    }
    return 1;
}

static int is_text(const struct cursor *name, const char *text)
{
    return name->size == strlen(text) && memcmp(name->bytes, text, name->size) == 0;
}

static char letter_of(uint8_t type)
{
    switch (type) {
    case 0x7f:
        return 'i';
    case 0x7e:
        return 'I';
    case 0x7d:
        return 'f';
    case 0x7c:
        return 'F';
    case 0x70:
    case 0x6f:
        return 'r';
    default:
        return '\0';
    }
}

/* Add a vector of types to a signature. */
static enum pobf_status take_values(struct reading *reading, struct cursor *in,
                                    struct signature *signature)
{
    const uint32_t count = cursor_number(in);
    size_t length = strlen(signature->text);

    if (count > MODULE_SIGNATURE_MAX - length) {
        return refuse(reading, "types: a function of more than %d parameters and results",
                      MODULE_SIGNATURE_MAX - 1);
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t type = cursor_byte(in);

        if (letter_of(type) == '\0') {
            return refuse(reading, "types: %s",
                          type == 0x7b ? "SIMD (v128) is not supported" : "no type of a value");
        }
        signature->text[length++] = letter_of(type);
    }
    return POBF_OK;
}

static enum pobf_status take_types(struct reading *reading, struct cursor *in)
{
    const uint32_t count = cursor_number(in);

    if (count > TYPES_MAX) {
        return refuse(reading, "types: more than %d", TYPES_MAX);
    }
    reading->module->types = count;
    for (uint32_t i = 0; i < count; i++) {
        struct signature *signature = &reading->types[i];
        enum pobf_status status;

        if (cursor_byte(in) != FUNCTION_TYPE) {
            return refuse(reading, "types: one that is not of a function");
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
        return refuse(reading, "functions: one of a type that is not there");
    }
    if (reading->function_count == FUNCTIONS_MAX) {
        return refuse(reading, "functions: more than %d", FUNCTIONS_MAX);
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
                                          WASI_PRESENT(X) WASI_ABSENT(X)
#undef X
};

static const struct offer engine_calls[] = {
#define X(call, signature) {#call, signature},
    ENGINE_CALLS(X)
#undef X
};

/* The signature of a call that is offered; NULL: there is no such call. */
static const char *find_offer(const struct offer *offers, size_t count, const struct cursor *name)
{
    for (size_t i = 0; i < count; i++) {
        if (is_text(name, offers[i].name)) {
            return offers[i].signature;
        }
    }
    return NULL;
}

static const char *offered(struct module *module, const struct cursor *from,
                           const struct cursor *name)
{
    if (is_text(from, "wasi_snapshot_preview1")) {
        module->imports_wasi = 1;
        return find_offer(wasi_calls, sizeof wasi_calls / sizeof wasi_calls[0], name);
    }
    module->imports_env = 1;
    return find_offer(engine_calls, sizeof engine_calls / sizeof engine_calls[0], name);
}

/* In an error: the names of an import, or that they cannot be shown. */
static enum pobf_status refuse_import(struct reading *reading, const struct cursor *module,
                                      const struct cursor *name, const char *why)
{
    static const char signs[] = "_.-:/$";

    if (!is_name(module, signs) || !is_name(name, signs)) {
        return refuse(reading, "imports: a name that is not of letters, digits and %s", signs);
    }
    return refuse(reading, "imports: %.*s.%.*s: %s", (int)module->size, module->bytes,
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
        return refuse(reading, "imports: the section ends within one");
    }
    if (!is_text(&module, "wasi_snapshot_preview1") &&
        (reading->module->kind != MODULE_ENGINE || !is_text(&module, "env"))) {
        return refuse_import(reading, &module, &name, "only wasi_snapshot_preview1 is offered");
    }
    wanted = offered(reading->module, &module, &name);
    if (kind != KIND_FUNCTION || wanted == NULL) {
        return refuse_import(reading, &module, &name, "there is no such call of WASI preview 1");
    }
    type = cursor_number(in);
    if (type >= reading->module->types || strcmp(reading->types[type].text, wanted) != 0) {
        return refuse_import(reading, &module, &name, "its type is not the one of that call");
    }
    return take_function(reading, type);
}

static enum pobf_status take_imports(struct reading *reading, struct cursor *in)
{
    const uint32_t count = cursor_number(in);
    enum pobf_status status = POBF_OK;

    for (uint32_t i = 0; status == POBF_OK && i < count; i++) {
        status = take_import(reading, in);
    }
    return status;
}

static enum pobf_status take_functions(struct reading *reading, struct cursor *in)
{
    const uint32_t count = cursor_number(in);
    enum pobf_status status = POBF_OK;

    for (uint32_t i = 0; status == POBF_OK && i < count; i++) {
        status = take_function(reading, cursor_number(in));
    }
    reading->module->functions = count;
    return status;
}

static enum pobf_status take_tables(struct reading *reading, struct cursor *in)
{
    const uint32_t count = cursor_number(in);

    for (uint32_t i = 0; i < count; i++) {
        const uint8_t type = cursor_byte(in);
        const uint8_t has_most = cursor_byte(in);
        const uint32_t least = cursor_number(in);

        if (in->is_broken || letter_of(type) != 'r' || has_most > 1) {
            return refuse(reading, "tables: not references, from a least number to a most");
        }
        if (has_most) {
            (void)cursor_number(in);
        }
        if (least > ELEMENTS_MAX - reading->module->elements) {
            return refuse(reading, "tables: more than %d elements", ELEMENTS_MAX);
        }
        reading->module->elements += least;
    }
    return POBF_OK;
}

static enum pobf_status take_memory(struct reading *reading, struct cursor *in)
{
    struct module *module = reading->module;
    const uint32_t count = cursor_number(in);
    const uint8_t has_most = count > 0 ? cursor_byte(in) : 0;

    if (count > 1) {
        return refuse(reading, "memories: more than one is not supported");
    }
    if (has_most > 1) {
        return refuse(reading, "memory: shared and 64-bit memories are not supported");
    }
    if (count == 1) {
        module->has_memory = 1;
        module->pages = cursor_number(in);
        module->pages_max = has_most ? cursor_number(in) : UINT32_MAX;
    }
    return POBF_OK;
}

/* An export that somebody calls must be a function of the very type that it is called with. */
static enum pobf_status take_called(struct reading *reading, const struct cursor *name,
                                    uint8_t kind, uint32_t index)
{
    static const struct {
        const char *name;
        const char *signature;
    } called[MODULE_CALLED_COUNT] = {
#define X(number, text, signature) [MODULE_##number] = {text, signature},
        MODULE_CALLED(X)
#undef X
    };

    for (int i = 0; i < MODULE_CALLED_COUNT; i++) {
        if (!is_text(name, called[i].name)) {
            continue;
        }
        if (kind != KIND_FUNCTION || index >= reading->function_count ||
            strcmp(reading->types[reading->type_of[index]].text, called[i].signature) != 0) {
            return refuse(reading, "exports: %s: not a function of type (%s)", called[i].name,
                          called[i].signature);
        }
        reading->module->calls[i] = 1;
    }
    return POBF_OK;
}

static enum pobf_status take_export(struct reading *reading, struct cursor *in)
{
    static const char signs[] = "_.-:$";
    const struct cursor name = cursor_text(in);
    const uint8_t kind = cursor_byte(in);
    const uint32_t index = cursor_number(in);

    if (in->is_broken || kind >= KIND_COUNT) {
        return refuse(reading, "exports: neither a function, table, memory nor global");
    }
    if (!is_name(&name, signs)) {
        return refuse(reading, "exports: a name that is not 1 to %d of letters, digits and %s",
                      MODULE_NAME_MAX, signs);
    }
    return take_called(reading, &name, kind, index);
}

static enum pobf_status take_exports(struct reading *reading, struct cursor *in)
{
    const uint32_t count = cursor_number(in);
    enum pobf_status status = POBF_OK;

    for (uint32_t i = 0; status == POBF_OK && i < count; i++) {
        status = take_export(reading, in);
    }
    return status;
}

static const char harmless[] = "_.-:$<>(),&{}[]!@#%^+=|~; ";

/* Numbers, each with a name. */
static int is_map_harmless(struct cursor *in)
{
    const uint32_t count = cursor_number(in);

    for (uint32_t i = 0; i < count; i++) {
        struct cursor name;

        (void)cursor_number(in);
        name = cursor_text(in);
        if (!is_name(&name, harmless)) {
            return 0;
        }
    }
    return 1;
}

/* The same once for each function: the names of its locals, or of its labels. */
static int are_maps_harmless(struct cursor *in)
{
    const uint32_t count = cursor_number(in);

    for (uint32_t i = 0; i < count; i++) {
        (void)cursor_number(in);
        if (in->is_broken || !is_map_harmless(in)) {
            return 0;
        }
    }
    return 1;
}

static int is_part_harmless(uint8_t kind, struct cursor *in)
{
    struct cursor name;

    switch (kind) {
    case NAME_OF_MODULE:
        name = cursor_text(in);
        return is_name(&name, harmless);
    case NAMES_OF_LOCALS:
    case NAMES_OF_LABELS:
        return are_maps_harmless(in);
    default:
        return is_map_harmless(in);
    }
}

/* 1 where all names are harmless, of whatever kind, and it says nothing that does not parse. */
static int has_harmless_names(struct cursor in)
{
    while (!in.is_broken && in.at < in.size) {
        const uint8_t kind = cursor_byte(&in);
        struct cursor part = cursor_text(&in);

        if (!is_part_harmless(kind, &part) || !cursor_is_done(&part)) {
            return 0;
        }
    }
    return cursor_is_done(&in);
}

/* What is not here is for wasm2c alone to read: no name in it, and nothing to make room for. */
static enum pobf_status (*const takers[SECTION_COUNT])(struct reading *reading,
                                                       struct cursor *in) = {
    [TYPE] = take_types,   [IMPORT] = take_imports, [FUNCTION] = take_functions,
    [TABLE] = take_tables, [MEMORY] = take_memory,  [EXPORT] = take_exports,
};

static enum pobf_status take_section(struct reading *reading, uint8_t id, struct cursor *in)
{
    static const char *const names[SECTION_COUNT] = {
        [TYPE] = "types",   [IMPORT] = "imports", [FUNCTION] = "functions",
        [TABLE] = "tables", [MEMORY] = "memory",  [EXPORT] = "exports",
    };
    enum pobf_status status;

    if (takers[id] == NULL) {
        return POBF_OK;
    }
    status = takers[id](reading, in);
    if (status == POBF_OK && !cursor_is_done(in)) {
        status = refuse(reading, "%s: the section does not end where it says", names[id]);
    }
    return status;
}

/* A custom section is kept where it is the names, harmless ones, once. */
static int is_kept(struct module *module, uint8_t id, struct cursor section)
{
    struct cursor name;

    if (id != CUSTOM) {
        return 1;
    }
    name = cursor_text(&section);
    if (!is_text(&name, "name") || module->has_names) {
        return 0;
    }
    section.bytes += section.at;
    section.size -= section.at;
    section.at = 0;
    module->has_names = has_harmless_names(section);
    return module->has_names;
}

/* Sections stand in the order of their numbers, each once; but the count of data is before code. */
static int rank_of(uint8_t id)
{
    return id == DATA_COUNT ? 2 * ELEMENT + 1 : 2 * id;
}

static enum pobf_status take_sections(struct reading *reading, size_t *kept, uint8_t *bytes,
                                      struct cursor *in)
{
    int rank = 0;

    while (in->at < in->size) {
        const size_t begin = in->at;
        const uint8_t id = cursor_byte(in);
        struct cursor section = cursor_text(in);
        enum pobf_status status;

        if (section.is_broken || id >= SECTION_COUNT) {
            return refuse(reading, "sections: number %u is not known, or ends past the file", id);
        }
        if (id != CUSTOM && rank_of(id) <= rank) {
            return refuse(reading, "sections: number %u is there twice, or too late", id);
        }
        rank = id == CUSTOM ? rank : rank_of(id);
        status = take_section(reading, id, &section);
        if (status != POBF_OK) {
            return status;
        }
        section.at = 0;
        if (is_kept(reading->module, id, section)) {
            memmove(bytes + *kept, bytes + begin, in->at - begin);
            *kept += in->at - begin;
        }
    }
    return POBF_OK;
}

static enum pobf_status judge_whole(struct reading *reading, uint64_t budget)
{
    struct module *module = reading->module;
    const int *calls = module->calls;

    if (module->kind == MODULE_COMMAND && (calls[MODULE_ALLOC] || calls[MODULE_HANDLE])) {
        module->kind = MODULE_REACTOR;
    }
    if (module->kind == MODULE_COMMAND && !calls[MODULE_START]) {
        return refuse(reading, "exports: there is no _start: this is not a command of WASI");
    }
    if (module->kind == MODULE_REACTOR &&
        (calls[MODULE_START] || !calls[MODULE_ALLOC] || !calls[MODULE_HANDLE])) {
        return refuse(reading,
                      "exports: a reactor has both pobf_alloc and pobf_handle, and no _start");
    }
    if ((uint64_t)module->pages * PAGE > budget) {
        return refuse(reading,
                      "memory: it begins with %llu bytes, and \"memory\" in the manifest is %llu",
                      (unsigned long long)module->pages * PAGE, (unsigned long long)budget);
    }
    return POBF_OK;
}

static enum pobf_status check(struct reading *reading, size_t *kept, uint8_t *bytes, size_t size,
                              uint64_t budget)
{
    static const uint8_t head[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    struct cursor in = {.bytes = bytes, .size = size, .at = sizeof head};
    enum pobf_status status;

    if (size > MODULE_BYTES_MAX) {
        return refuse(reading, "size: more than %d bytes", MODULE_BYTES_MAX);
    }
    if (size < sizeof head || memcmp(bytes, head, sizeof head) != 0) {
        return refuse(reading, "head: not a WebAssembly module, version 1");
    }
    *kept = sizeof head;
    status = take_sections(reading, kept, bytes, &in);
    return status == POBF_OK ? judge_whole(reading, budget) : status;
}

enum pobf_status module_check(struct module *module, size_t *kept, uint8_t *bytes, size_t size,
                              uint64_t budget, int is_engine)
{
    struct reading *reading = calloc(1, sizeof *reading);
    enum pobf_status status = POBF_E_SYSTEM;

    *module = (struct module){.kind = is_engine ? MODULE_ENGINE : MODULE_COMMAND};
    *kept = 0;
    if (reading != NULL) {
        reading->module = module;
        status = check(reading, kept, bytes, size, budget);
    }
    if (status != POBF_OK) {
        *kept = 0;
    }
    free(reading);
    return status;
}
