#include "enclave/host/frontend.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/cli/place.h"
#include "edge/cli/talk.h"
#include "enclave/host/cache.h"
#include "enclave/host/sources.h"
#include "enclave/translate/tool.h"

#define RUST_SOURCE "main.rs"

/* Debian's, by its place: what else is called rustc in PATH has other libraries, and no std for WASI. */
#define RUSTC "/usr/bin/rustc"
#define RUST_LIBRARY "/usr/lib/rustlib/wasm32-wasi"

/* wasi-libc, which is linked; and how much there is of a text that takes clang seconds. */
#define WASI_LIBRARY "/usr/lib/wasm32-wasi/libc.a"
enum { KEPT_TEXT_MIN = 1 << 20, TEXT_PATH_ROOM = PLACE_ROOM + 32 };

/* What clang is to make a module of. */
struct sources {
    const struct project *project;
    const char *scratch;
    struct dirent **entries;
    int count;
};

/* `output`: a file for its stdout; NULL: it has nothing to say there. */
static enum pobf_status run(const struct gcc *line, const struct project *project,
                            const char *scratch, const char *output, const char *from)
{
    const struct tool tool = {
        .arguments = (const char *const *)line->at,
        .scratch = scratch,
        .folder = project->path,
        .readable = {project->path},
        .output = output,
        .from = from,
    };

    if (line->overflow) {
        talk_error(POBF_E_SPACE, project->path, "too many sources");
        return POBF_E_SPACE;
    }
    return tool_run(&tool);
}

static void add_all(struct gcc *line, const char *const *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        gcc_add(line, "%s", options[i]);
    }
}

/* The module begins with all the memory that it may have, so that no access needs a comparison. */
static void add_memory(struct gcc *line, const char *to_linker, const struct project *project)
{
    gcc_add(line, "%s--initial-memory=%" PRIu64, to_linker, project->manifest.arena);
    gcc_add(line, "%s--max-memory=%" PRIu64, to_linker, project->manifest.arena);
}

static enum pobf_status run_rustc(const char *made, const struct project *project,
                                  const char *scratch)
{
    static const char *const options[] = {RUSTC,
                                          "--target=wasm32-wasi",
                                          "--edition=2021",
                                          "--crate-name=function",
                                          "-Copt-level=2",
                                          "-Ccodegen-units=1",
                                          "-Cstrip=debuginfo",
                                          "-Clinker=wasm-ld",
                                          "-Clinker-flavor=wasm-ld"};
    struct gcc line = {.count = 0};
    enum pobf_status status;

    if (access(RUSTC, X_OK) != 0 || access(RUST_LIBRARY, R_OK) != 0) {
        talk_error(POBF_E_MISSING, project->path,
                   "it is of Rust: Debian's rustc and libstd-rust-dev-wasm32 are not there; "
                   "setup/install.sh rust installs them");
        return POBF_E_MISSING;
    }
    add_all(&line, options, sizeof options / sizeof options[0]);
    add_memory(&line, "-Clink-arg=", project);
    gcc_add(&line, "-o%s", made);
    gcc_add(&line, RUST_SOURCE);
    status =
        run(&line, project, scratch, NULL, "it cannot be run; setup/install.sh rust installs it");
    gcc_release(&line);
    return status;
}

static void begin_clang(struct gcc *line, const struct project *project)
{
    /* What one round loads it must not keep for the next one: gcc makes one of several rounds then. */
    static const char *const options[] = {
        "clang",  "--target=wasm32-wasi", "-O2", "-mllvm", "-enable-load-pre=false", "-g0", "-Wall",
        "-Wextra"};

    add_all(line, options, sizeof options / sizeof options[0]);
    add_memory(line, "-Wl,", project);
}

static enum pobf_status run_clang(struct gcc *line, const struct sources *sources,
                                  const char *output)
{
    gcc_add(line, "--");
    for (int i = 0; i < sources->count; i++) {
        gcc_add(line, "%s", sources->entries[i]->d_name);
    }
    return run(line, sources->project, sources->scratch, output,
               "it cannot be run; setup/install.sh wasm installs it");
}

/* All that clang reads, as one text, without a word to people: it is read once more. */
static enum pobf_status preprocess(const char *text, const struct sources *sources)
{
    struct gcc line = {.count = 0};
    enum pobf_status status;

    begin_clang(&line, sources->project);
    gcc_add(&line, "-E");
    gcc_add(&line, "-w");
    status = run_clang(&line, sources, text);
    gcc_release(&line);
    return status;
}

/* The name of a module that takes long to make; an empty one, where it does not. */
static enum pobf_status name_module(char name[CACHE_NAME_ROOM], const struct sources *sources)
{
    char text[TEXT_PATH_ROOM];
    const char *const read[] = {text, WASI_LIBRARY, NULL};
    struct gcc line = {.count = 0};
    struct stat about;
    enum pobf_status status;

    name[0] = '\0';
    if (cache_is_off() || access(WASI_LIBRARY, R_OK) != 0) {
        return POBF_OK;
    }
    snprintf(text, sizeof text, "%s/preprocessed", sources->scratch);
    status = preprocess(text, sources);
    if (status != POBF_OK || stat(text, &about) != 0 || about.st_size < KEPT_TEXT_MIN) {
        return status;
    }
    begin_clang(&line, sources->project);
    status = cache_name(name, ".module", &line, read, sources->scratch);
    gcc_release(&line);
    return status;
}

static enum pobf_status compile_all(const char *made, const struct sources *sources)
{
    char name[CACHE_NAME_ROOM];
    struct gcc line = {.count = 0};
    enum pobf_status status = name_module(name, sources);

    if (status != POBF_OK || (name[0] != '\0' && cache_take(made, name))) {
        return status;
    }
    begin_clang(&line, sources->project);
    gcc_add(&line, "-o%s", made);
    status = run_clang(&line, sources, NULL);
    gcc_release(&line);
    if (status == POBF_OK && name[0] != '\0') {
        cache_keep(name, made);
    }
    return status;
}

static enum pobf_status make_of_c(const char *made, const struct project *project,
                                  const char *scratch)
{
    struct sources sources = {.project = project, .scratch = scratch};
    enum pobf_status status = POBF_E_MISSING;

    sources.count = sources_list(&sources.entries, project->path, ".c");
    if (sources.count < 1) {
        talk_error(status, project->path, "there is no *.wasm, *.js, main.rs or *.c in it");
    } else {
        status = compile_all(made, &sources);
    }
    sources_free(sources.entries, sources.count);
    return status;
}

enum pobf_status frontend_run(const char *made, const struct project *project, const char *scratch)
{
    char source[PATH_MAX + sizeof "/" RUST_SOURCE];

    snprintf(source, sizeof source, "%s/" RUST_SOURCE, project->path);
    return access(source, F_OK) == 0 ? run_rustc(made, project, scratch)
                                     : make_of_c(made, project, scratch);
}
