#include "enclave/translate/tool.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "edge/cli/place.h"
#include "edge/cli/talk.h"

enum { LOG_SHOWN = 64 * 1024 };

/* What a stranger wrote must not speak to the terminal. */
static int is_harmless(char shown)
{
    return shown == '\n' || shown == '\t' || !iscntrl((unsigned char)shown);
}

void tool_show(const char *path)
{
    static char text[LOG_SHOWN];
    FILE *log = fopen(path, "re");

    if (log != NULL) {
        const size_t size = fread(text, 1, sizeof text, log);

        for (size_t i = 0; i < size; i++) {
            putc(is_harmless(text[i]) ? text[i] : '?', stderr);
        }
        fclose(log);
    }
}

enum pobf_status tool_run(const struct tool *tool)
{
    char log[PLACE_ROOM + 32];
    const struct run run = {
        .arguments = tool->arguments,
        .folder = tool->folder != NULL ? tool->folder : tool->scratch,
        .output = tool->output,
        .log = log,
    };
    struct cage cage = {.scratch = tool->scratch, CAGE_OF_COMPILERS};
    enum pobf_status status;

    memcpy(cage.readable, tool->readable, sizeof cage.readable);
    snprintf(log, sizeof log, "%s/log", tool->scratch);
    (void)unlink(log);
    status = run_caged(&run, &cage);
    tool_show(log);
    if (status == POBF_E_SYSTEM && !run_interrupted()) {
        status = POBF_E_MISSING;
        talk_error(status, tool->arguments[0], tool->from);
    }
    return status;
}
