#include "enclave/host/wasi.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "edge/cli/file.h"
#include "edge/cli/place.h"
#include "edge/cli/run.h"
#include "edge/cli/talk.h"
#include "enclave/host/cache.h"
#include "enclave/host/engine.h"
#include "enclave/host/frontend.h"
#include "enclave/host/reuse.h"
#include "enclave/host/snapshot.h"
#include "enclave/host/sources.h"
#include "enclave/translate/tool.h"
#include "enclave/translate/translate.h"

enum { MODULE_PATH_ROOM = PATH_MAX + NAME_MAX + 2, SCRIPT_BYTES_MAX = 4 << 20 };

/* A translated source of this size takes gcc more than half a second. */
enum { KEPT_BYTES_MIN = 128 << 10 };

/* Of a plug-in's memory beside its own, beyond its output. */
enum { PLUGIN_BYTES = 1 << 18 };

#define OBJECT "translated.o"

/*
 * 1 where no access has to be compared: it cannot grow, and behind its memory there is nothing. Or
 * it is the engine, which we chose: between its size of the moment and its budget there are zeros
 * of its own, and nothing of anybody else. A comparison can tell where it failed, a guard cannot.
 */
static int is_guarded(const struct wasi *wasi)
{
    return wasi->module.kind == MODULE_ENGINE ||
           (wasi->module.pages == wasi->project->manifest.arena / IMAGE_WASM_PAGE &&
            !wasi->project->is_explained);
}

/*
 * What code of a module needs beyond what is the same for every image: two registers of the
 * runtime's own; rounding, counting of bits, and floats by the letter of the specification. The
 * warnings are of code that nobody wrote by hand.
 */
static void add_flags(struct gcc *gcc, const struct wasi *wasi)
{
    static const char *const flags[] = {
        "-ffixed-r13",
        "-ffixed-r14",
        "-march=x86-64-v2",
        "-fno-optimize-sibling-calls",
        "-frounding-math",
        "-fsignaling-nans",
        "-fvect-cost-model=dynamic", /* of what -O3 adds, what pays most: several rounds at once */
        "-fno-strict-aliasing",
        "-fwrapv",
        "-w",
        "-DPOBF_WASM_REGISTERS",
    };

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        gcc_add(gcc, "%s", flags[i]);
    }
    gcc_add(gcc, "-DPOBF_WASM_ELEMENTS=%" PRIu32, wasi->module.elements + 1);
    if (is_guarded(wasi)) {
        gcc_add(gcc, "-DPOBF_WASM_GUARD");
    }
}

/* Where a module's stack and memory stand follows from the manifest: see function.ld. */
static void add_places(struct gcc *gcc, const struct image_manifest *manifest)
{
    gcc_add(gcc, "-Wl,--defsym=stack_bytes=%" PRIu64, manifest->stack);
    gcc_add(gcc, "-Wl,--defsym=input_bytes=%" PRIu64, manifest->input_max);
    gcc_add(gcc, "-Wl,--defsym=output_bytes=%" PRIu64, manifest->output_max);
}

/* What is translated stands first, so that its code is at the same place in every image of it. */
static void add_runtime(struct gcc *gcc, const struct wasi *wasi,
                        const struct image_manifest *manifest)
{
    static const char *const sources[] = {"runtime",    "snapshot",    "wasi",    "wasi_absent",
                                          "wasi_files", "wasi_random", "reactor", "script"};
    static const size_t counts[MODULE_KIND_COUNT] = {
        [MODULE_COMMAND] = 6, [MODULE_REACTOR] = 7, [MODULE_ENGINE] = 8, [MODULE_PLUGIN] = 6};

    gcc_add(gcc, "%s/" OBJECT, wasi->places.scratch);
    for (size_t i = 0; i < counts[wasi->module.kind]; i++) {
        gcc_add(gcc, "%s/enclave/wasm/%s.c", wasi->places.share, sources[i]);
    }
    if (wasi->module.kind == MODULE_PLUGIN) {
        gcc_add(gcc, "%s/enclave/wasm/extism.c", wasi->places.share);
        gcc_add(gcc, "-DPOBF_EXTISM_BYTES=%" PRIu64, PLUGIN_BYTES + manifest->output_max);
    }
    if (wasi->module.kind == MODULE_ENGINE) {
        gcc_add(gcc, "-I%s", wasi->places.scratch);
        gcc_add(gcc, "%s/enclave/wasm/texts.s", wasi->places.share);
    }
}

/* The one file of a folder whose name ends so; POBF_E_MISSING: there is none. */
static enum pobf_status find_one(char path[MODULE_PATH_ROOM], const struct project *project,
                                 const char *ending)
{
    struct dirent **entries;
    const int count = sources_list(&entries, project->path, ending);
    enum pobf_status status = count == 1 ? POBF_OK : count > 1 ? POBF_E_REFUSED : POBF_E_MISSING;

    if (count == 1) {
        snprintf(path, MODULE_PATH_ROOM, "%s/%s", project->path, entries[0]->d_name);
    } else if (count > 1) {
        char defect[64];

        snprintf(defect, sizeof defect, "there is more than one *%s in it", ending);
        talk_error(status, project->path, defect);
    }
    sources_free(entries, count);
    return status;
}

static enum pobf_status put(const struct wasi *wasi, const char *name, const void *bytes,
                            size_t size)
{
    char path[PLACE_ROOM + 32];

    snprintf(path, sizeof path, "%s/%s", wasi->places.scratch, name);
    return file_place(path, bytes, size);
}

/* The script into `scratch`, where texts.s includes it; and its engine is the module. */
static enum pobf_status take_script(char path[MODULE_PATH_ROOM], struct wasi *wasi)
{
    const char *name = strrchr(path, '/') + 1;
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read_plain(&bytes, &size, path, SCRIPT_BYTES_MAX);

    if (status == POBF_OK) {
        status = put(wasi, "script", bytes, size);
        file_free(bytes, size);
    }
    if (status == POBF_OK) {
        status = put(wasi, "script-name", name, strlen(name));
    }
    if (status != POBF_OK) {
        return file_unread(status, path);
    }
    if (wasi->project->files.count > 0) {
        talk_refuse("files", "none: a script has nothing to open them with", "some", path);
        return POBF_E_INPUT;
    }
    wasi->is_script = 1;
    return engine_find(path, wasi->places.scratch);
}

/* Where the module is: the project itself, the one in its folder, an engine, or what a compiler makes. */
static enum pobf_status find_module(char path[MODULE_PATH_ROOM], struct wasi *wasi)
{
    const struct project *project = wasi->project;
    enum pobf_status status;

    if (project->is_module) {
        snprintf(path, MODULE_PATH_ROOM, "%s", project->path);
        return sources_has_ending(path, ".js") ? take_script(path, wasi) : POBF_OK;
    }
    status = find_one(path, project, ".wasm");
    if (status != POBF_E_MISSING) {
        return status;
    }
    status = find_one(path, project, ".js");
    if (status != POBF_E_MISSING) {
        return status == POBF_OK ? take_script(path, wasi) : status;
    }
    snprintf(path, MODULE_PATH_ROOM, "%s/project.wasm", wasi->places.scratch);
    return frontend_run(path, project, wasi->places.scratch);
}

/* What an object is made from, beside the compiler and its options, is its name in the cache. */
static enum pobf_status name_object(char name[CACHE_NAME_ROOM], const struct gcc *gcc,
                                    const struct wasi *wasi)
{
    static const char *const names[] = {TRANSLATE_SOURCE, "module.h", "instructions.h", "rounds.h",
                                        "wasm-rt.h"};
    enum { OURS = 2, COUNT = sizeof names / sizeof names[0] };
    char paths[COUNT][PLACE_ROOM + 64];
    const char *sources[COUNT + 1] = {NULL};

    for (int i = 0; i < COUNT; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/%s%s",
                 i < OURS ? wasi->places.scratch : wasi->places.share,
                 i < OURS ? "" : "enclave/wasm/", names[i]);
        sources[i] = paths[i];
    }
    return cache_name(name, ".object", gcc, sources, wasi->places.scratch);
}

/* Of what compiles in no time there would be many, and nothing to gain. */
static int is_worth_keeping(const struct wasi *wasi)
{
    char path[PLACE_ROOM + 32];
    struct stat about;

    snprintf(path, sizeof path, "%s/" TRANSLATE_SOURCE, wasi->places.scratch);
    return !cache_is_off() && stat(path, &about) == 0 && about.st_size >= KEPT_BYTES_MIN;
}

static enum pobf_status run_compiler(struct gcc *gcc, const struct wasi *wasi, const char *object)
{
    if (wasi->is_script) {
        talk_say("compiling the engine of JavaScript: it takes a minute");
    }
    gcc_add(gcc, "-I%s/enclave/wasm", wasi->places.share);
    gcc_add(gcc, "-c");
    gcc_add(gcc, "-o");
    gcc_add(gcc, "%s", object);
    gcc_add(gcc, "%s/" TRANSLATE_SOURCE, wasi->places.scratch);
    return gcc_run(gcc);
}

/* The object that is kept of the same, or a new one, which is kept. */
static enum pobf_status compile_once(struct gcc *gcc, const struct wasi *wasi, const char *object)
{
    char name[CACHE_NAME_ROOM];
    enum pobf_status status = name_object(name, gcc, wasi);

    if (status != POBF_OK || cache_take(object, name)) {
        return status;
    }
    status = run_compiler(gcc, wasi, object);
    if (status == POBF_OK) {
        cache_keep(name, object);
    }
    return status;
}

/* What takes long, once: it is the same in every image of the module. */
static enum pobf_status compile_translated(const struct wasi *wasi)
{
    char object[PLACE_ROOM + 32];
    struct gcc gcc = {.count = 0};
    enum pobf_status status;

    snprintf(object, sizeof object, "%s/" OBJECT, wasi->places.scratch);
    gcc.places = &wasi->places;
    gcc_add_fixed(&gcc);
    add_flags(&gcc, wasi);
    status = is_worth_keeping(wasi) ? compile_once(&gcc, wasi, object)
                                    : run_compiler(&gcc, wasi, object);
    gcc_release(&gcc);
    return status;
}

enum pobf_status wasi_link(const char *made, const struct wasi *wasi,
                           const struct image_manifest *manifest, const char *snapshot)
{
    struct gcc gcc = {.count = 0};
    enum pobf_status status;

    gcc_begin(&gcc, made, &wasi->places, manifest);
    add_flags(&gcc, wasi);
    gcc_add(&gcc, "-I%s/enclave/wasm", wasi->places.share);
    add_runtime(&gcc, wasi, manifest);
    add_places(&gcc, manifest);
    if (snapshot != NULL) {
        gcc_add(&gcc, "-I%s", wasi->places.scratch);
        gcc_add(&gcc, "%s", snapshot);
    }
    gcc_add_link(&gcc);
    status = gcc_run(&gcc);
    gcc_release(&gcc);
    return status;
}

/* What its maker can do for a module that has to be watched more than others. */
static void hint(const struct wasi *wasi)
{
    const struct module *module = &wasi->module;
    const struct image_manifest *manifest = &wasi->project->manifest;

    if (module->has_memory && !is_guarded(wasi) && !wasi->project->is_explained) {
        talk_say("hint: it begins with %" PRIu64 " bytes of memory, and may have %" PRIu64
                 ", so every access is compared; linked with --initial-memory=%" PRIu64
                 " it is faster",
                 (uint64_t)module->pages * IMAGE_WASM_PAGE, manifest->arena, manifest->arena);
    }
}

static enum pobf_status make(const char *made, struct wasi *wasi, const char *path)
{
    const struct image_manifest *manifest = &wasi->project->manifest;
    enum pobf_status status = translate_module(&wasi->module, wasi->places.scratch, path,
                                               wasi->project->path, manifest, wasi->is_script);

    if (status == POBF_OK) {
        hint(wasi);
        status = compile_translated(wasi);
    }
    if (status != POBF_OK) {
        return status;
    }
    return wasi->module.kind == MODULE_COMMAND || wasi->module.kind == MODULE_PLUGIN
               ? wasi_link(made, wasi, manifest, NULL)
               : snapshot_link(made, wasi);
}

/* Of a script: it takes seconds, and the image may be there. */
static enum pobf_status make_once(const char *made, struct wasi *wasi, const char *path)
{
    char record[PLACE_ROOM];
    enum pobf_status status = reuse_find(record, wasi);

    if (status != POBF_OK) {
        if (!run_interrupted()) {
            talk_error(status, wasi->project->path, NULL);
        }
        return status;
    }
    if (reuse_is(record, wasi->project->image)) {
        return cache_copy(made, wasi->project->image);
    }
    status = make(made, wasi, path);
    if (status == POBF_OK) {
        reuse_note(record, made);
    }
    return status;
}

enum pobf_status wasi_compile(const char *made, const struct project *project,
                              const struct gcc_places *places)
{
    struct wasi wasi = {.project = project, .places = *places};
    char path[MODULE_PATH_ROOM];
    const enum pobf_status status = find_module(path, &wasi);

    if (status != POBF_OK) {
        return status;
    }
    return wasi.is_script && !cache_is_off() ? make_once(made, &wasi, path)
                                             : make(made, &wasi, path);
}
