#include "enclave/host/frontend.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "edge/cli/place.h"
#include "edge/cli/talk.h"
#include "enclave/host/sources.h"
#include "enclave/translate/tool.h"

#define RUST_SOURCE "main.rs"

/* Debian's, by its place: what else is called rustc in PATH has other libraries, and no std for WASI. */
#define RUSTC "/usr/bin/rustc"
#define RUST_LIBRARY "/usr/lib/rustlib/wasm32-wasi"

static enum pobf_status run(const struct gcc *line, const struct project *project,
                            const char *scratch, const char *from)
{
    const struct tool tool = {
        .arguments = (const char *const *)line->at,
        .scratch = scratch,
        .folder = project->path,
        .readable = {project->path},
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
    status = run(&line, project, scratch, "it cannot be run; setup/install.sh rust installs it");
    gcc_release(&line);
    return status;
}

static enum pobf_status run_clang(struct dirent **entries, int count, const char *made,
                                  const struct project *project, const char *scratch)
{
    static const char *const options[] = {"clang",  "--target=wasm32-wasi", "-O2", "-g0", "-Wall",
                                          "-Wextra"};
    struct gcc line = {.count = 0};
    enum pobf_status status;

    add_all(&line, options, sizeof options / sizeof options[0]);
    add_memory(&line, "-Wl,", project);
    gcc_add(&line, "-o%s", made);
    gcc_add(&line, "--");
    for (int i = 0; i < count; i++) {
        gcc_add(&line, "%s", entries[i]->d_name);
    }
    status = run(&line, project, scratch, "it cannot be run; setup/install.sh wasm installs it");
    gcc_release(&line);
    return status;
}

static enum pobf_status make_of_c(const char *made, const struct project *project,
                                  const char *scratch)
{
    struct dirent **entries;
    const int count = sources_list(&entries, project->path, ".c");
    enum pobf_status status = POBF_E_MISSING;

    if (count < 1) {
        talk_error(status, project->path, "there is no *.wasm, *.js, main.rs or *.c in it");
    } else {
        status = run_clang(entries, count, made, project, scratch);
    }
    sources_free(entries, count);
    return status;
}

enum pobf_status frontend_run(const char *made, const struct project *project, const char *scratch)
{
    char source[PATH_MAX + sizeof "/" RUST_SOURCE];

    snprintf(source, sizeof source, "%s/" RUST_SOURCE, project->path);
    return access(source, F_OK) == 0 ? run_rustc(made, project, scratch)
                                     : make_of_c(made, project, scratch);
}
