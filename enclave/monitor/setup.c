#include "enclave/monitor/setup.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum pobf_status setup_complain(enum pobf_status status, const char *what, const char *detail)
{
    fprintf(stderr, "%s: %s%s%s\n", program_invocation_short_name, what, detail == NULL ? "" : ": ",
            detail == NULL ? "" : detail);
    return status;
}

uint8_t *setup_read(int descriptor, size_t *size, size_t limit)
{
    struct stat facts;
    uint8_t *bytes;
    size_t got = 0;

    if (fstat(descriptor, &facts) != 0 || facts.st_size <= 0 || (size_t)facts.st_size > limit) {
        return NULL;
    }
    *size = (size_t)facts.st_size;
    bytes = malloc(*size);
    while (bytes != NULL && got < *size) {
        const ssize_t more = pread(descriptor, bytes + got, *size - got, (off_t)got);

        if (more <= 0) {
            free(bytes);
            return NULL;
        }
        got += (size_t)more;
    }
    return bytes;
}

/* A processor that is not there, or not ours, is none to insist on: the host is merely slower. */
static void stay_on(uint32_t core)
{
    cpu_set_t cores;

    CPU_ZERO(&cores);
    if (core > 0 && core <= CPU_SETSIZE) {
        CPU_SET(core - 1, &cores);
        (void)sched_setaffinity(0, sizeof cores, &cores);
    }
}

enum pobf_status setup_take(struct message_setup *setup)
{
    if (recv(MESSAGE_HOST, setup, sizeof *setup, MSG_TRUNC) != sizeof *setup ||
        setup->version != MESSAGE_VERSION) {
        return setup_complain(POBF_E_INPUT, "it is started by pobf-host, not by hand", NULL);
    }
    stay_on(setup->core);
    return POBF_OK;
}
