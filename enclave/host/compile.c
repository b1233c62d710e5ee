#include "enclave/host/compile.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/cli/file.h"
#include "edge/cli/run.h"
#include "edge/cli/scratch.h"
#include "edge/cli/talk.h"
#include "enclave/host/gcc.h"
#include "enclave/host/manifest.h"
#include "enclave/host/sources.h"
#include "enclave/host/wasi.h"
#include "enclave/image/image.h"

static enum pobf_status add_sources(struct gcc *gcc, const char *folder)
{
    struct dirent **entries;
    const int count = sources_list(&entries, folder, ".c");

    for (int i = 0; i < count; i++) {
        gcc_add(gcc, "%s/%s", folder, entries[i]->d_name);
    }
    sources_free(entries, count);
    if (count < 1) {
        talk_error(POBF_E_MISSING, folder, "there is no *.c in it");
        return POBF_E_MISSING;
    }
    return POBF_OK;
}

/* The image as gcc made it gets its name where it is one. What is wrong is told of the project. */
static enum pobf_status place_image(const char *path, const char *made, const char *folder)
{
    struct image image = {.defect = NULL};
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read(&bytes, &size, made, IMAGE_FILE_MAX);

    if (status != POBF_OK) {
        file_error(status, folder);
        return status;
    }
    status = image_parse(&image, bytes, size);
    if (status != POBF_OK) {
        talk_error(status, folder, image.defect);
    } else {
        status = file_place(path, bytes, size);
        if (status != POBF_OK) {
            file_error(status, path);
        }
    }
    file_free(bytes, size);
    return status;
}

static enum pobf_status compile_native(const char *made, const struct project *project,
                                       const struct gcc_places *places)
{
    struct gcc gcc = {.count = 0};
    enum pobf_status status;

    gcc_begin(&gcc, made, places, &project->manifest);
    status = add_sources(&gcc, project->path);
    gcc_add_link(&gcc);
    if (status == POBF_OK) {
        status = gcc_run(&gcc);
    }
    gcc_release(&gcc);
    return status;
}

/* What is packed, beside what is compiled; of a module alone it is in the module's folder. */
static enum pobf_status pack(const struct project *project, const char *scratch)
{
    char folder[PATH_MAX];
    char *slash;

    if (project->files.count == 0) {
        return POBF_OK;
    }
    snprintf(folder, sizeof folder, "%s", project->path);
    slash = strrchr(folder, '/');
    if (project->is_module) {
        slash[slash == folder] = '\0';
    }
    return files_pack(&project->files, folder, scratch);
}

static enum pobf_status compile(const char *path, const struct project *project,
                                const struct gcc_places *places)
{
    char made[PLACE_ROOM + 32];
    enum pobf_status status = pack(project, places->scratch);

    snprintf(made, sizeof made, "%s/made.image", places->scratch);
    if (status == POBF_OK) {
        status = project->manifest.interface == IMAGE_WASI ? wasi_compile(made, project, places)
                                                           : compile_native(made, project, places);
    }
    return status == POBF_OK ? place_image(path, made, project->path) : status;
}

/* A tool runs elsewhere: a path must be absolute. */
static enum pobf_status find_share(char share[PATH_MAX])
{
    char found[PLACE_ROOM];
    enum pobf_status status = place_share(found);

    if (status == POBF_OK && realpath(found, share) == NULL) {
        status = POBF_E_MISSING;
    }
    if (status != POBF_OK) {
        talk_error(status, "enclave/function", "it is not found; POBF_SHARE can say where it is");
    }
    return status;
}

static enum pobf_status make_image(const char *path, const struct project *project)
{
    char share[PATH_MAX];
    char scratch[PLACE_ROOM];
    char absolute[PATH_MAX];
    const struct gcc_places places = {project->path, share, absolute};
    enum pobf_status status = find_share(share);

    if (status != POBF_OK) {
        return status;
    }
    status = scratch_open(scratch, "pobf-build");
    if (status != POBF_OK) {
        return status;
    }
    status = realpath(scratch, absolute) == NULL ? POBF_E_SYSTEM : compile(path, project, &places);
    scratch_close(scratch);
    return status;
}

int compile_is_module(const char *given)
{
    const char *slash = strrchr(given, '/');
    const char *name = slash == NULL ? given : slash + 1;

    return sources_has_ending(name, ".wasm") || sources_has_ending(name, ".js");
}

/* The manifest of a folder is in it; that of a module alone is beside it, or has been decided. */
static enum pobf_status read_manifest(struct project *project, const char *given)
{
    return project->is_module ? manifest_of_module(&project->manifest, &project->files, given)
                              : manifest_read(&project->manifest, &project->files, given);
}

static enum pobf_status name_image(char image_path[PLACE_ROOM], const struct project *project,
                                   const char *given)
{
    const char *slash = strrchr(given, '/');
    const int folder = slash == NULL ? 0 : (int)(slash - given) + 1;
    const int length = project->is_module ? snprintf(image_path, PLACE_ROOM, "%.*s%s.image", folder,
                                                     given, project->manifest.name)
                                          : snprintf(image_path, PLACE_ROOM, "%s/%s.image", given,
                                                     project->manifest.name);

    return length < PLACE_ROOM ? POBF_OK : POBF_E_SPACE;
}

static enum pobf_status make_project(char image_path[PLACE_ROOM], const char *given,
                                     const char *wanted, int is_explained)
{
    struct project project = {.is_explained = is_explained};
    enum pobf_status status;

    image_path[0] = '\0';
    if (realpath(given, project.path) == NULL) {
        status = errno == ENOENT ? POBF_E_MISSING : POBF_E_SYSTEM;
        file_error(status, given);
        return status;
    }
    project.is_module = compile_is_module(given);
    if (!project.is_module && !file_is_folder(project.path)) {
        talk_error(POBF_E_INPUT, given, "is neither a project's folder nor a .wasm or .js");
        return POBF_E_INPUT;
    }
    status = read_manifest(&project, given);
    if (status != POBF_OK) {
        return status;
    }
    if (wanted == NULL) {
        status = name_image(image_path, &project, given);
    } else if (snprintf(image_path, PLACE_ROOM, "%s", wanted) >= PLACE_ROOM) {
        status = POBF_E_SPACE;
    }
    if (status != POBF_OK) {
        talk_error(status, given, "the path is too long");
        return status;
    }
    project.image = image_path;
    project.manifest.stderr_sealed |= (uint32_t)is_explained;
    run_guard();
    status = make_image(image_path, &project);
    run_unguard();
    if (status != POBF_OK && run_interrupted()) {
        talk_error(status, given, "interrupted: no image was made");
    }
    return status;
}

enum pobf_status compile_project(char image_path[PLACE_ROOM], const char *given, const char *wanted)
{
    return make_project(image_path, given, wanted, 0);
}

enum pobf_status compile_to_explain(char image_path[PLACE_ROOM], const char *given,
                                    const char *wanted)
{
    return make_project(image_path, given, wanted, 1);
}
