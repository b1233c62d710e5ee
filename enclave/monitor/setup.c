#include "enclave/monitor/setup.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave/monitor/packet.h"

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

int setup_is(const void *bytes, size_t size)
{
    return size == sizeof(struct message_setup) &&
           ((const struct message_setup *)bytes)->version == MESSAGE_VERSION;
}

/* A processor that is not there, or not ours, is none to insist on: the host is merely slower. */
void setup_settle(const struct message_setup *setup)
{
    cpu_set_t cores;

    CPU_ZERO(&cores);
    if (setup->core > 0 && setup->core <= CPU_SETSIZE) {
        CPU_SET(setup->core - 1, &cores);
        (void)sched_setaffinity(0, sizeof cores, &cores);
    }
}

enum pobf_status setup_take(struct message_setup *setup, int given[MESSAGE_GIVEN])
{
    const ssize_t size = packet_receive(MESSAGE_HOST, setup, sizeof *setup, given, MESSAGE_GIVEN);

    if (size < 0 || !setup_is(setup, (size_t)size) || given[MESSAGE_IMAGE] < 0) {
        return setup_complain(POBF_E_INPUT, "it is started by pobf-host, not by hand", NULL);
    }
    setup_settle(setup);
    return POBF_OK;
}
