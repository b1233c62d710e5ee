#include "verifier/client/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "verifier/client/input.h"
#include "verifier/client/interrupt.h"

static int tell(enum pobf_status status, const char *path)
{
    file_error(status, path);
    return talk_exit_code(POBF_E_MISSING);
}

int parts_open(struct parts *parts, const char *path)
{
    struct stat facts;

    *parts = (struct parts){.path = path, .descriptor = -1};
    if (strcmp(path, "-") == 0) {
        const int code = input_take_stdin(path);

        parts->descriptor = code == INPUT_GO_ON ? STDIN_FILENO : -1;
        return code;
    }
    parts->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (parts->descriptor < 0) {
        return tell(errno == ENOENT || errno == ENOTDIR ? POBF_E_MISSING : POBF_E_SYSTEM, path);
    }
    if (fstat(parts->descriptor, &facts) == 0 && S_ISREG(facts.st_mode)) {
        parts->total = (uint64_t)facts.st_size;
    }
    return INPUT_GO_ON;
}

/* As much as comes, up to `room` bytes; less is the end. */
static int fill(const struct parts *parts, uint8_t *bytes, size_t *size, size_t room)
{
    *size = 0;
    while (*size < room) {
        const ssize_t got = read(parts->descriptor, bytes + *size, room - *size);

        if (interrupt_came() || (got < 0 && errno != EINTR)) {
            return interrupt_came() ? interrupt_tell() : tell(POBF_E_SYSTEM, parts->path);
        }
        if (got == 0) {
            break;
        }
        *size += got > 0 ? (size_t)got : 0;
    }
    return INPUT_GO_ON;
}

int parts_read(struct parts *parts, uint8_t *bytes, size_t *size, int *is_last, size_t room)
{
    const size_t had = parts->has_ahead ? 1 : 0;
    size_t ahead;
    int code;

    bytes[0] = parts->ahead; /* where there is none, it is written over, or not counted */
    code = fill(parts, bytes + had, size, room - had);
    *size += had;
    *is_last = code == INPUT_GO_ON && *size < room;
    if (code != INPUT_GO_ON || *is_last) {
        return code;
    }
    code = fill(parts, &parts->ahead, &ahead, 1);
    parts->has_ahead = ahead == 1;
    *is_last = !parts->has_ahead;
    return code;
}

void parts_close(struct parts *parts)
{
    if (parts->descriptor > STDIN_FILENO) {
        close(parts->descriptor);
    }
    sodium_memzero(&parts->ahead, sizeof parts->ahead);
    parts->descriptor = -1;
}
