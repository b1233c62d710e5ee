#include "enclave/monitor/monitor.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "enclave/monitor/retained.h"
#include "enclave/process/confine.h"
#include "enclave/process/registers.h"
#include "framework/chain/provider.h"
#include "framework/chain/steps.h"
#include "framework/core/bytes.h"

/* Say why the monitor does not come up. */
static enum pobf_status complain(enum pobf_status status, const char *what, const char *detail)
{
    fprintf(stderr, "pobf-monitor: %s%s%s\n", what, detail == NULL ? "" : ": ",
            detail == NULL ? "" : detail);
    return status;
}

/* A private copy of a file: the host may change the file, not the copy. */
static uint8_t *read_file(int descriptor, size_t *size, size_t limit)
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

static enum pobf_status confine_itself(struct monitor *monitor)
{
    (void)monitor;
    return confine_process() == POBF_OK
               ? POBF_OK
               : complain(POBF_E_SYSTEM, "it cannot protect its own memory", NULL);
}

static enum pobf_status take_setup(struct monitor *monitor)
{
    struct message_setup *setup = &monitor->setup;

    monitor->host = MESSAGE_HOST;
    if (recv(monitor->host, setup, sizeof *setup, MSG_TRUNC) != sizeof *setup ||
        setup->version != MESSAGE_VERSION || setup->unused != 0) {
        return complain(POBF_E_INPUT, "it is started by pobf-host, not by hand", NULL);
    }
    return POBF_OK;
}

static enum pobf_status take_image(struct monitor *monitor)
{
    size_t size;
    const uint8_t *bytes = read_file(MESSAGE_IMAGE, &size, IMAGE_FILE_MAX);

    if (bytes == NULL) {
        return complain(POBF_E_SYSTEM, "the image cannot be read", NULL);
    }
    if (image_parse(&monitor->image, bytes, size) != POBF_OK) {
        return complain(POBF_E_INPUT, "the image is refused", monitor->image.defect);
    }
    monitor->window = window_of(&monitor->image);
    if (window_open(&monitor->window, MESSAGE_WINDOW) != POBF_OK) {
        return complain(POBF_E_SYSTEM, "the host window does not fit the image", NULL);
    }
    return POBF_OK;
}

static enum pobf_status measure_program(struct monitor *monitor)
{
    const size_t limit = (size_t)64 << 20;
    const int descriptor = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    size_t size = 0;
    uint8_t *bytes = descriptor < 0 ? NULL : read_file(descriptor, &size, limit);
    const int measured = bytes != NULL && crypto_hash_sha256(monitor->program, bytes, size) == 0;

    if (descriptor >= 0) {
        close(descriptor);
    }
    free(bytes);
    return measured ? POBF_OK : complain(POBF_E_SYSTEM, "cannot measure itself", NULL);
}

/* What the build left in the zone: an empty call, a guard, the variables; then zeros. */
static uint8_t *golden_of(const struct image *image, size_t *size)
{
    uint8_t *golden;

    *size = image->variables.at + image->data.file_size;
    golden = calloc(1, *size);
    if (golden != NULL && image->data.file_size > 0) {
        pobf_bytes_copy(golden + image->variables.at, image->bytes + image->data.file_at,
                        image->data.file_size);
    }
    return golden;
}

static enum pobf_status make_zone(struct monitor *monitor)
{
    const struct image *image = &monitor->image;
    size_t golden_size;
    const uint8_t *golden = golden_of(image, &golden_size);

    if (golden == NULL || secret_open(&monitor->zone_memory, image->zone_size) != POBF_OK) {
        return complain(POBF_E_SYSTEM, "no memory for the zone", NULL);
    }
    monitor->zone = (struct pobf_zone){
        .base = monitor->zone_memory.bytes,
        .golden = golden,
        .size = image->zone_size,
        .golden_size = golden_size,
        .input_at = image->input.at,
        .input_room = image->manifest.input_max + POBF_AEAD_TAG_BYTES,
        .output_at = image->output.at,
        .output_room = image->manifest.output_max + POBF_AEAD_TAG_BYTES,
    };
    pobf_zone_rewind(&monitor->zone);
    return POBF_OK;
}

struct begin_step {
    struct monitor *monitor;
    enum pobf_status status;
};

static void begin(void *argument)
{
    struct begin_step *step = argument;
    const struct monitor *monitor = step->monitor;

    step->status = pobf_chain_begin(monitor->vault.chain, monitor->image.measurement,
                                    monitor->image.policy, &monitor->zone);
}

static enum pobf_status draw_keys(struct monitor *monitor)
{
    const size_t outbox_room = monitor->image.manifest.output_max + POBF_SEALED_OVERHEAD;
    struct begin_step step = {.monitor = monitor, .status = POBF_E_SYSTEM};

    if (sodium_init() < 0 || vault_open(&monitor->vault, outbox_room) != POBF_OK ||
        vault_run(&monitor->vault, begin, &step) != 1 || step.status != POBF_OK) {
        return complain(POBF_E_SYSTEM, "the keys cannot be drawn", NULL);
    }
    return POBF_OK;
}

/* The monitor goes on without either; whoever runs it is told. */
static void say_memory(const struct monitor *monitor)
{
    const struct secret *zone = &monitor->zone_memory;
    const struct secret *vault = &monitor->vault.memory;

    if (!zone->hidden || !vault->hidden) {
        fputs("pobf-monitor: no memfd_secret, or not enough of it (ulimit -l): root can read "
              "secrets\n",
              stderr);
    }
    if (!zone->locked || !vault->locked) {
        fputs("pobf-monitor: no memory may be locked (ulimit -l): secrets could be swapped\n",
              stderr);
    }
}

/* The window and the zone stay mapped; of descriptors only the four channels stay. */
static void close_others(const struct monitor *monitor)
{
    enum { MANY = 256 };
    const struct nursery *nursery = &monitor->nursery;

    for (int i = 0; i < MANY; i++) {
        if (i != monitor->host && i != nursery->go && i != nursery->heard && i != nursery->orders) {
            close(i);
        }
    }
    close_range(MANY, ~0U, 0);
}

static enum pobf_status confine(struct monitor *monitor)
{
    static const struct confine_call calls[] = {
        {SYS_recvfrom, -1, 0},      {SYS_sendto, -1, 0},          {SYS_rt_sigtimedwait, -1, 0},
        {SYS_wait4, -1, 0},         {SYS_kill, 1, SIGKILL},       {SYS_getrandom, -1, 0},
        {SYS_clock_gettime, -1, 0}, {SYS_restart_syscall, -1, 0}, {SYS_exit_group, -1, 0},
    };

    say_memory(monitor);
    if (confine_files(1) != POBF_OK) {
        return complain(POBF_E_SYSTEM, "Landlock cannot be set up", NULL);
    }
    close_others(monitor);
    return confine_calls(calls, sizeof calls / sizeof calls[0]);
}

static enum pobf_status say_hello(struct monitor *monitor)
{
    struct message_hello hello = {.version = MESSAGE_VERSION};

    pobf_bytes_copy(hello.boot_id, monitor->vault.chain->boot_id, sizeof hello.boot_id);
    pobf_bytes_copy(hello.measurement, monitor->image.measurement, sizeof hello.measurement);
    pobf_bytes_copy(hello.policy, monitor->image.policy, sizeof hello.policy);
    return send(monitor->host, &hello, sizeof hello, MSG_NOSIGNAL) == sizeof hello ? POBF_OK
                                                                                   : POBF_E_SYSTEM;
}

static enum pobf_status start_nursery(struct monitor *monitor)
{
    if (nursery_open(&monitor->nursery, &monitor->image, monitor->zone_memory.descriptor) !=
        POBF_OK) {
        return complain(POBF_E_SYSTEM, "the function's process cannot be confined", NULL);
    }
    secret_seclude(&monitor->zone_memory);
    return POBF_OK;
}

enum pobf_status monitor_build(struct monitor *monitor)
{
    enum pobf_status status;

    registers_init();
    status = make_zone(monitor);
    if (status == POBF_OK) {
        status = start_nursery(monitor);
    }
    return status == POBF_OK ? draw_keys(monitor) : status;
}

enum pobf_status monitor_open(struct monitor *monitor)
{
    static enum pobf_status (*const steps[])(struct monitor *) = {
        confine_itself, take_setup, take_image, measure_program, monitor_build, confine, say_hello,
    };
    enum pobf_status status = POBF_OK;

    *monitor = (struct monitor){0};
    for (size_t i = 0; status == POBF_OK && i < sizeof steps / sizeof steps[0]; i++) {
        status = steps[i](monitor);
    }
    return status;
}

void monitor_close(struct monitor *monitor)
{
    if (monitor->zone.base != NULL) {
        pobf_zone_rewind(&monitor->zone);
    }
    vault_close(&monitor->vault);
}
