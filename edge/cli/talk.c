#include "edge/cli/talk.h"

#include <stdarg.h>
#include <stdio.h>

#include "edge/cli/progress.h"

static const char *program_name = "pobf";

static const struct {
    const char *sentence;
    int exit_code;
    int http_code;
} statuses[POBF_STATUS_COUNT] = {
#define X(name, sentence, exit_code, http_code) [POBF_##name] = {sentence, exit_code, http_code},
    POBF_STATUSES(X)
#undef X
};

/* A status that is no status is the worst one that we have. */
static enum pobf_status known(enum pobf_status status)
{
    return (unsigned)status < POBF_STATUS_COUNT ? status : POBF_E_SYSTEM;
}

void talk_program(const char *name)
{
    program_name = name;
}

const char *talk_sentence(enum pobf_status status)
{
    return statuses[known(status)].sentence;
}

int talk_exit_code(enum pobf_status status)
{
    return statuses[known(status)].exit_code;
}

int talk_http_code(enum pobf_status status)
{
    return statuses[known(status)].http_code;
}

int talk_error(enum pobf_status status, const char *what, const char *why)
{
    progress_hide();
    fprintf(stderr, "%s: %s: %s\n", program_name, what, why != NULL ? why : talk_sentence(status));
    return talk_exit_code(status);
}

int talk_refuse(const char *field, const char *expected, const char *seen, const char *advice)
{
    progress_hide();
    fprintf(stderr, "%s: refused: %s", program_name, field);
    if (expected != NULL) {
        fprintf(stderr, ": expected %s", expected);
    }
    if (seen != NULL) {
        fprintf(stderr, "%s seen %s", expected != NULL ? "," : ":", seen);
    }
    fputc('\n', stderr);
    if (advice != NULL) {
        fprintf(stderr, "  %s\n", advice);
    }
    return talk_exit_code(POBF_E_REFUSED);
}

int talk_unusable(const char *what, const char *expected)
{
    progress_hide();
    fprintf(stderr, "%s: %s: is not %s\n", program_name, what, expected);
    return talk_exit_code(POBF_E_MISSING);
}

void talk_say(const char *format, ...)
{
    va_list arguments;

    progress_hide();
    fprintf(stderr, "%s: ", program_name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}
