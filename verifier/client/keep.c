#include "verifier/client/keep.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "verifier/client/input.h"

enum { NEW_ROOM = KEEP_PATH_ROOM + 32 };

void keep_add(struct keep *keep, const char *prefix, const char *suffix, const uint8_t *bytes,
              size_t size, int is_private)
{
    struct keep_file *file = &keep->file[keep->count];

    if (keep->count == KEEP_MAX) {
        keep->overflow = 1;
        return;
    }
    if ((size_t)snprintf(file->path, sizeof file->path, "%s%s", prefix, suffix) >=
        sizeof file->path) {
        keep->overflow = 1;
    }
    file->bytes = bytes;
    file->size = size;
    file->is_private = is_private;
    keep->count++;
}

static void name_new(char name[NEW_ROOM], const struct keep_file *file)
{
    snprintf(name, NEW_ROOM, "%s.%ld.new", file->path, (long)getpid());
}

/* stdout, devices and pipes have no new name; they are written to at the end. */
static int is_replaceable(const struct keep_file *file)
{
    struct stat facts;

    return !(file->path[0] == '-' && file->path[1] == '\0') &&
           (stat(file->path, &facts) != 0 || S_ISREG(facts.st_mode));
}

/* What cannot be written was not judged: never a "no". */
static int tell(enum pobf_status status, const char *path)
{
    if (status == POBF_OK) {
        return INPUT_GO_ON;
    }
    if (status == POBF_E_SPACE) {
        talk_error(status, path, "the name is too long");
    } else {
        file_error(status, path);
    }
    return talk_exit_code(POBF_E_SYSTEM);
}

static int write_new(const struct keep_file *file)
{
    char name[NEW_ROOM];

    if (!is_replaceable(file)) {
        return INPUT_GO_ON;
    }
    name_new(name, file);
    return tell(file_write(name, file->bytes, file->size, file->is_private), file->path);
}

static int take_name(const struct keep_file *file)
{
    char name[NEW_ROOM];

    if (!is_replaceable(file)) {
        return tell(file_write(file->path, file->bytes, file->size, file->is_private), file->path);
    }
    name_new(name, file);
    return tell(rename(name, file->path) == 0 ? POBF_OK : POBF_E_SYSTEM, file->path);
}

static void remove_new(const struct keep *keep)
{
    char name[NEW_ROOM];

    for (size_t i = 0; i < keep->count; i++) {
        if (is_replaceable(&keep->file[i])) {
            name_new(name, &keep->file[i]);
            unlink(name);
        }
    }
}

static int try_one(const struct keep_file *file)
{
    char name[NEW_ROOM];
    struct stat facts;

    if (stat(file->path, &facts) == 0 && S_ISDIR(facts.st_mode)) {
        talk_error(POBF_E_SYSTEM, file->path, "is a folder");
        return talk_exit_code(POBF_E_SYSTEM);
    }
    if (!is_replaceable(file)) {
        return INPUT_GO_ON;
    }
    name_new(name, file);
    return tell(file_write(name, NULL, 0, 1), file->path);
}

int keep_try(const struct keep *keep)
{
    int code = keep->overflow ? tell(POBF_E_SPACE, keep->file[0].path) : INPUT_GO_ON;

    for (size_t i = 0; i < keep->count && code == INPUT_GO_ON; i++) {
        code = try_one(&keep->file[i]);
    }
    remove_new(keep);
    return code;
}

int keep_write(const struct keep *keep)
{
    int code = INPUT_GO_ON;

    if (keep->overflow) {
        return tell(POBF_E_SPACE, keep->file[0].path);
    }
    for (size_t i = 0; i < keep->count && code == INPUT_GO_ON; i++) {
        code = write_new(&keep->file[i]);
    }
    for (size_t i = 0; i < keep->count && code == INPUT_GO_ON; i++) {
        code = take_name(&keep->file[i]);
    }
    if (code != INPUT_GO_ON) {
        remove_new(keep);
    }
    return code;
}
