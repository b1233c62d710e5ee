#include "enclave/host/wasi.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "edge/cli/place.h"
#include "edge/cli/run.h"
#include "edge/cli/talk.h"
#include "enclave/host/snapshot.h"
#include "enclave/host/sources.h"
#include "enclave/translate/translate.h"

enum { MODULE_PATH_ROOM = PATH_MAX + NAME_MAX + 2 };

#define OBJECT "translated.o"

/*
 * What code of a module needs beyond what is the same for every image: two registers of the
 * runtime's own; rounding, counting of bits, and floats by the letter of the specification. The
 * warnings are of code that nobody wrote by hand.
 */
static void add_flags(struct gcc *gcc, const struct module *module,
                      const struct image_manifest *manifest, const char *share)
{
    static const char *const flags[] = {
        "-ffixed-r13",
        "-ffixed-r14",
        "-march=x86-64-v2",
        "-fno-optimize-sibling-calls",
        "-frounding-math",
        "-fsignaling-nans",
        "-fno-strict-aliasing",
        "-fwrapv",
        "-w",
        "-DPOBF_WASM_REGISTERS",
    };

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        gcc_add(gcc, "%s", flags[i]);
    }
    gcc_add(gcc, "-DPOBF_WASM_TYPES=%" PRIu32, module->types + 1);
    gcc_add(gcc, "-DPOBF_WASM_ELEMENTS=%" PRIu32, module->elements + 1);
    gcc_add(gcc, "-I%s/enclave/wasm", share);
    if (module->pages == manifest->arena / IMAGE_WASM_PAGE) {
        gcc_add(gcc, "-DPOBF_WASM_GUARD"); /* it cannot grow: nothing to compare with */
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
static void add_runtime(struct gcc *gcc, const struct module *module, const char *share,
                        const char *scratch)
{
    static const char *const sources[] = {"runtime",     "snapshot",    "wasi",
                                          "wasi_absent", "wasi_random", "reactor"};
    const size_t count = sizeof sources / sizeof sources[0] - (module->is_reactor ? 0 : 1);

    gcc_add(gcc, "%s/" OBJECT, scratch);
    for (size_t i = 0; i < count; i++) {
        gcc_add(gcc, "%s/enclave/wasm/%s.c", share, sources[i]);
    }
}

/*
 * clang's command line ends with the sources; its room is the folder's. The module begins with all
 * the memory that it may have, so that no access needs a comparison.
 */
static enum pobf_status run_clang(struct dirent **entries, int count, const struct project *project,
                                  const char *scratch)
{
    char target[PLACE_ROOM + 32];
    char log[PLACE_ROOM + 32];
    char least[64];
    char most[64];
    const char *const fixed[] = {"clang", "--target=wasm32-wasi",
                                 "-O2",   "-g0",
                                 "-Wall", "-Wextra",
                                 least,   most,
                                 "-o",    target,
                                 "--"};
    const size_t fixed_count = sizeof fixed / sizeof fixed[0];
    const char **arguments = calloc(fixed_count + (size_t)count + 1, sizeof *arguments);
    const struct run run = {.arguments = arguments, .folder = project->path, .log = log};
    enum pobf_status status;

    if (arguments == NULL) {
        return POBF_E_SYSTEM;
    }
    snprintf(target, sizeof target, "%s/project.wasm", scratch);
    snprintf(log, sizeof log, "%s/clang.log", scratch);
    snprintf(least, sizeof least, "-Wl,--initial-memory=%" PRIu64, project->manifest.arena);
    snprintf(most, sizeof most, "-Wl,--max-memory=%" PRIu64, project->manifest.arena);
    for (size_t i = 0; i < fixed_count; i++) {
        arguments[i] = fixed[i];
    }
    for (int i = 0; i < count; i++) {
        arguments[fixed_count + (size_t)i] = entries[i]->d_name;
    }
    status = run_program(&run);
    translate_show(log);
    free(arguments);
    return status;
}

static enum pobf_status make_module(const struct project *project, const char *scratch)
{
    struct dirent **entries;
    const int count = sources_list(&entries, project->path, ".c");
    enum pobf_status status = POBF_E_MISSING;

    if (count < 1) {
        talk_error(status, project->path, "there is neither a *.wasm nor a *.c in it");
    } else {
        status = run_clang(entries, count, project, scratch);
        if (status == POBF_E_SYSTEM) {
            talk_error(POBF_E_MISSING, "clang",
                       "it cannot be run; setup/install.sh wasm installs it");
            status = POBF_E_MISSING;
        }
    }
    sources_free(entries, count);
    return status;
}

/* Where the module is: the project itself, the one in its folder, or the one that clang makes. */
static enum pobf_status find_module(char path[MODULE_PATH_ROOM], const struct project *project,
                                    const char *scratch)
{
    struct dirent **entries = NULL;
    const int count = project->is_module ? 0 : sources_list(&entries, project->path, ".wasm");
    enum pobf_status status = POBF_OK;

    if (project->is_module) {
        snprintf(path, MODULE_PATH_ROOM, "%s", project->path);
    } else if (count == 1) {
        snprintf(path, MODULE_PATH_ROOM, "%s/%s", project->path, entries[0]->d_name);
    } else if (count > 1) {
        status = POBF_E_REFUSED;
        talk_error(status, project->path, "there is more than one *.wasm in it");
    } else {
        snprintf(path, MODULE_PATH_ROOM, "%s/project.wasm", scratch);
        status = make_module(project, scratch);
    }
    sources_free(entries, count);
    return status;
}

/* What takes long, once: it is the same in every image of the module. */
static enum pobf_status compile_translated(const struct wasi *wasi)
{
    char object[PLACE_ROOM + 32];
    struct gcc gcc = {.count = 0};
    enum pobf_status status;

    snprintf(object, sizeof object, "%s/" OBJECT, wasi->scratch);
    gcc_begin(&gcc, object, wasi->project->path, &wasi->project->manifest, wasi->share);
    add_flags(&gcc, &wasi->module, &wasi->project->manifest, wasi->share);
    gcc_add(&gcc, "-c");
    gcc_add(&gcc, "%s/" TRANSLATE_SOURCE, wasi->scratch);
    status = gcc_run(&gcc);
    gcc_release(&gcc);
    return status;
}

enum pobf_status wasi_link(const char *made, const struct wasi *wasi,
                           const struct image_manifest *manifest, const char *snapshot)
{
    struct gcc gcc = {.count = 0};
    enum pobf_status status;

    gcc_begin(&gcc, made, wasi->project->path, manifest, wasi->share);
    add_flags(&gcc, &wasi->module, manifest, wasi->share);
    add_runtime(&gcc, &wasi->module, wasi->share, wasi->scratch);
    add_places(&gcc, manifest);
    if (snapshot != NULL) {
        gcc_add(&gcc, "-I%s", wasi->scratch);
        gcc_add(&gcc, "%s", snapshot);
    }
    gcc_add_link(&gcc, wasi->share);
    status = gcc_run(&gcc);
    gcc_release(&gcc);
    return status;
}

enum pobf_status wasi_compile(const char *made, const struct project *project, const char *share,
                              const char *scratch)
{
    struct wasi wasi = {.project = project, .share = share, .scratch = scratch};
    char path[MODULE_PATH_ROOM];
    enum pobf_status status = find_module(path, project, scratch);

    if (status == POBF_OK) {
        status =
            translate_module(&wasi.module, scratch, path, project->path, project->manifest.arena);
    }
    if (status == POBF_OK) {
        status = compile_translated(&wasi);
    }
    if (status != POBF_OK) {
        return status;
    }
    return wasi.module.is_reactor ? snapshot_link(made, &wasi)
                                  : wasi_link(made, &wasi, &project->manifest, NULL);
}
