#include "enclave/translate/module.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enclave/translate/reading.h"

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

enum pobf_status reading_refuse(struct reading *reading, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vsnprintf(reading->module->defect, sizeof reading->module->defect, format, values);
    va_end(values);
    return POBF_E_INPUT;
}

/* Harmless in a comment, a string or a name of C. */
int reading_is_name(const struct cursor *name, const char *signs)
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

int reading_is_text(const struct cursor *name, const char *text)
{
    return name->size == strlen(text) && memcmp(name->bytes, text, name->size) == 0;
}

char reading_letter(uint8_t type)
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

static enum pobf_status take_tables(struct reading *reading, struct cursor *in)
{
    const uint32_t count = cursor_number(in);

    for (uint32_t i = 0; i < count; i++) {
        const uint8_t type = cursor_byte(in);
        const uint8_t has_most = cursor_byte(in);
        const uint32_t least = cursor_number(in);

        if (in->is_broken || reading_letter(type) != 'r' || has_most > 1) {
            return reading_refuse(reading, "tables: not references, from a least number to a most");
        }
        if (has_most) {
            (void)cursor_number(in);
        }
        if (least > READING_ELEMENTS_MAX - reading->module->elements) {
            return reading_refuse(reading, "tables: more than %d elements", READING_ELEMENTS_MAX);
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
        return reading_refuse(reading, "memories: more than one is not supported");
    }
    if (has_most > 1) {
        return reading_refuse(reading, "memory: shared and 64-bit memories are not supported");
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
        if (!reading_is_text(name, called[i].name)) {
            continue;
        }
        if (kind != KIND_FUNCTION || index >= reading->function_count ||
            strcmp(reading->types[reading->type_of[index]].text, called[i].signature) != 0) {
            return reading_refuse(reading, "exports: %s: not a function of type (%s)",
                                  called[i].name, called[i].signature);
        }
        reading->module->calls[i] = 1;
    }
    return POBF_OK;
}

/* Of a plug-in any function of that type may be called: the manifest says which. */
static void note_plug(struct reading *reading, const struct cursor *name, uint8_t kind,
                      uint32_t index)
{
    struct module *module = reading->module;

    if (kind == KIND_FUNCTION && index < reading->function_count &&
        strcmp(reading->types[reading->type_of[index]].text, ":i") == 0 &&
        module->plug_count < MODULE_PLUGS_MAX) {
        memcpy(module->plugs[module->plug_count++], name->bytes, name->size);
    }
}

static enum pobf_status take_export(struct reading *reading, struct cursor *in)
{
    static const char signs[] = "_.-:$";
    const struct cursor name = cursor_text(in);
    const uint8_t kind = cursor_byte(in);
    const uint32_t index = cursor_number(in);

    if (in->is_broken || kind >= KIND_COUNT) {
        return reading_refuse(reading, "exports: neither a function, table, memory nor global");
    }
    if (!reading_is_name(&name, signs)) {
        return reading_refuse(reading,
                              "exports: a name that is not 1 to %d of letters, digits and %s",
                              MODULE_NAME_MAX, signs);
    }
    note_plug(reading, &name, kind, index);
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

/* What is not here is for wasm2c alone to read: no name in it, and nothing to make room for. */
static reading_taker *const takers[SECTION_COUNT] = {
    [TYPE] = reading_types, [IMPORT] = reading_imports, [FUNCTION] = reading_functions,
    [TABLE] = take_tables,  [MEMORY] = take_memory,     [EXPORT] = take_exports,
    [CODE] = reading_code,
};

static enum pobf_status take_section(struct reading *reading, uint8_t id, struct cursor *in)
{
    static const char *const names[SECTION_COUNT] = {
        [TYPE] = "types",    [IMPORT] = "imports", [FUNCTION] = "functions", [TABLE] = "tables",
        [MEMORY] = "memory", [EXPORT] = "exports", [CODE] = "code",
    };
    enum pobf_status status;

    if (takers[id] == NULL) {
        return POBF_OK;
    }
    status = takers[id](reading, in);
    if (status == POBF_OK && !cursor_is_done(in)) {
        status = reading_refuse(reading, "%s: the section does not end where it says", names[id]);
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
    if (!reading_is_text(&name, "name") || module->has_names) {
        return 0;
    }
    section.bytes += section.at;
    section.size -= section.at;
    section.at = 0;
    module->has_names = reading_are_names_harmless(section);
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
            return reading_refuse(reading,
                                  "sections: number %u is not known, or ends past the file", id);
        }
        if (id != CUSTOM && rank_of(id) <= rank) {
            return reading_refuse(reading, "sections: number %u is there twice, or too late", id);
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

    if (module->kind == MODULE_COMMAND && module->imports_extism) {
        module->kind = MODULE_PLUGIN;
    }
    if (module->kind == MODULE_COMMAND && (calls[MODULE_ALLOC] || calls[MODULE_HANDLE])) {
        module->kind = MODULE_REACTOR;
    }
    if (module->kind == MODULE_COMMAND && !calls[MODULE_START]) {
        return reading_refuse(reading,
                              "exports: there is no _start: this is not a command of WASI");
    }
    if (module->kind == MODULE_REACTOR &&
        (calls[MODULE_START] || !calls[MODULE_ALLOC] || !calls[MODULE_HANDLE])) {
        return reading_refuse(
            reading, "exports: a reactor has both pobf_alloc and pobf_handle, and no _start");
    }
    if (module->kind == MODULE_PLUGIN && module->plug_count == 0) {
        return reading_refuse(reading, "exports: a plug-in of Extism has a function of type (:i)");
    }
    if ((uint64_t)module->pages * READING_PAGE > budget) {
        return reading_refuse(
            reading, "memory: it begins with %llu bytes, and \"memory\" in the manifest is %llu",
            (unsigned long long)module->pages * READING_PAGE, (unsigned long long)budget);
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
        return reading_refuse(reading, "size: more than %d bytes", MODULE_BYTES_MAX);
    }
    if (size < sizeof head || memcmp(bytes, head, sizeof head) != 0) {
        return reading_refuse(reading, "head: not a WebAssembly module, version 1");
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
