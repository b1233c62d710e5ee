#include "enclave/translate/translate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "enclave/translate/meter.h"
#include "enclave/translate/tool.h"

enum { PATH_ROOM = PLACE_ROOM + 32, TEXT_MAX = 1 << 28 };

static const char head[] = "#include \"module.h\"\n#include \"instructions.h\"\n";

/* The module as it may be translated, into `kept_path`. */
static enum pobf_status judge(struct module *module, const char *kept_path, const char *path,
                              const char *shown, uint64_t budget, int is_engine)
{
    uint8_t *bytes;
    size_t size;
    size_t kept;
    enum pobf_status status = file_read_plain(&bytes, &size, path, MODULE_BYTES_MAX);

    if (status != POBF_OK) {
        return file_unread(status, shown);
    }
    status = module_check(module, &kept, bytes, size, budget, is_engine);
    if (status != POBF_OK) {
        talk_error(status, shown, module->defect);
    } else {
        status = file_write(kept_path, bytes, kept, 0);
    }
    file_free(bytes, size);
    return status;
}

/* Run one of wabt's tools. */
static enum pobf_status run_tool(const char *const *arguments, const char *scratch,
                                 const char *shown)
{
    const struct tool tool = {
        .arguments = arguments,
        .scratch = scratch,
        .from = "it cannot be run; it is in Debian's package wabt",
    };
    const enum pobf_status status = tool_run(&tool);

    if (status == POBF_E_REFUSED) {
        talk_error(status, shown, "it is not valid, or of a feature that is not supported");
    }
    return status;
}

/*
 * Exceptions, threads, tail calls and 64-bit memories are off where nobody switches them on. SIMD
 * is not, and wasm2c aborts where it meets it; so it is found before.
 */
static enum pobf_status run_wabt(const struct module *module, const char *scratch,
                                 const char *shown)
{
    const char *const validate[] = {"wasm-validate", "--disable-simd", "module.wasm", NULL};
    const char *const translate[] = {"wasm2c",
                                     "-n",
                                     "module",
                                     "-o",
                                     "module.c",
                                     "module.wasm",
                                     module->has_names ? NULL : "--no-debug-names",
                                     NULL};
    enum pobf_status status = run_tool(validate, scratch, shown);

    return status == POBF_OK ? run_tool(translate, scratch, shown) : status;
}

/* The function of a plug-in that is called, by its number; plug_count, and people are told: there is none. */
static uint32_t choose_plug(const struct module *module, const struct image_manifest *manifest,
                            const char *shown)
{
    uint32_t chosen = 0;

    while (chosen < module->plug_count && strcmp(module->plugs[chosen], manifest->arguments) != 0) {
        chosen++;
    }
    if (chosen == module->plug_count && module->plug_count == 1) {
        return 0;
    }
    if (chosen == module->plug_count) {
        char defect[MODULE_DEFECT_ROOM];

        snprintf(defect, sizeof defect,
                 "exports: it has %u functions, as %s, and \"arguments\" of the manifest name none",
                 module->plug_count, module->plugs[0]);
        talk_error(POBF_E_INPUT, shown, defect);
    }
    return chosen;
}

/* As wasm2c spells the name of an export. */
static void write_name(FILE *out, const char *name)
{
    for (; *name != '\0'; name++) {
        const char letter = *name;

        if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter < 'Z') ||
            (letter >= '0' && letter <= '9') || letter == '_') {
            fputc(letter, out);
        } else {
            fprintf(out, "Z%02X", (unsigned char)letter);
        }
    }
}

/* How each kind of module is called; what stands around that is enclave/wasm's. */
static const char *const calls[] = {
    [MODULE_COMMAND] = "    Z_moduleZ__start(&wasm_instance);\n}\n",
    [MODULE_REACTOR] = "}\n\n"
                       "uint32_t wasm_module_alloc(uint32_t size)\n{\n"
                       "    return Z_moduleZ_pobf_alloc(&wasm_instance, size);\n}\n\n"
                       "uint64_t wasm_module_handle(uint32_t at, uint32_t size)\n{\n"
                       "    return Z_moduleZ_pobf_handle(&wasm_instance, at, size);\n}\n",
    [MODULE_ENGINE] = "    wasm_script_begin();\n}\n",
    [MODULE_PLUGIN] = "}\n\nuint32_t wasm_module_plug(void)\n{\n    return Z_moduleZ_",
};

/* What wasm2c's functions are called by, whatever the module imports. */
static void write_tail(FILE *out, const struct module *module, uint32_t plug)
{
    fprintf(out, "\nZ_module_instance_t wasm_instance;\n\n");
    fprintf(out, "void wasm_module_%s(void)\n{\n    Z_module_init_module();\n",
            module->kind == MODULE_COMMAND ? "run" : "begin");
    fprintf(out, "    Z_module_instantiate(&wasm_instance%s%s%s);\n",
            module->imports_env ? ", NULL" : "", module->imports_extism ? ", NULL" : "",
            module->imports_wasi ? ", NULL" : "");
    if (module->kind != MODULE_COMMAND && module->calls[MODULE_INITIALIZE]) {
        fprintf(out, "    Z_moduleZ__initialize(&wasm_instance);\n");
    }
    if (module->kind == MODULE_REACTOR && module->calls[MODULE_INIT]) {
        fprintf(out, "    Z_moduleZ_pobf_init(&wasm_instance);\n");
    }
    fputs(calls[module->kind], out);
    if (module->kind == MODULE_PLUGIN) {
        write_name(out, module->plugs[plug]);
        fputs("(&wasm_instance);\n}\n", out);
    }
}

static enum pobf_status write_source(const struct module *module, uint32_t plug, const char *path,
                                     const uint8_t *text, size_t size)
{
    FILE *out = fopen(path, "w");
    enum pobf_status status;

    if (out == NULL) {
        return POBF_E_SYSTEM;
    }
    fputs(head, out);
    status = meter_module(out, (const char *)text, size);
    write_tail(out, module, plug);
    return fclose(out) == 0 ? status : POBF_E_SYSTEM;
}

static enum pobf_status meter(const struct module *module, uint32_t plug, const char *scratch,
                              const char *shown)
{
    char from[PATH_ROOM];
    char to[PATH_ROOM];
    uint8_t *text;
    size_t size;
    enum pobf_status status;

    snprintf(from, sizeof from, "%s/module.c", scratch);
    snprintf(to, sizeof to, "%s/" TRANSLATE_SOURCE, scratch);
    status = file_read(&text, &size, from, TEXT_MAX);
    if (status != POBF_OK) {
        file_error(status, from);
        return status;
    }
    status = write_source(module, plug, to, text, size);
    if (status != POBF_OK) {
        talk_error(status, shown,
                   status == POBF_E_INPUT ? "wasm2c: not version 1.0.32, of Debian's package wabt"
                                          : strerror(errno));
    }
    file_free(text, size);
    return status;
}

enum pobf_status translate_module(struct module *module, const char *scratch, const char *path,
                                  const char *shown, const struct image_manifest *manifest,
                                  int is_engine)
{
    char kept[PATH_ROOM];
    uint32_t plug = 0;
    enum pobf_status status;

    snprintf(kept, sizeof kept, "%s/module.wasm", scratch);
    status = judge(module, kept, path, shown, manifest->arena, is_engine);
    if (status == POBF_OK && module->kind == MODULE_PLUGIN) {
        plug = choose_plug(module, manifest, shown);
        status = plug < module->plug_count ? POBF_OK : POBF_E_INPUT;
    }
    if (status == POBF_OK) {
        status = run_wabt(module, scratch, shown);
    }
    return status == POBF_OK ? meter(module, plug, scratch, shown) : status;
}
