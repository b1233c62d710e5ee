#include "enclave/process/warden.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "enclave/monitor/setup.h"
#include "enclave/process/confine.h"
#include "enclave/process/registers.h"

static enum pobf_status take_setup(struct warden *warden)
{
    warden->host = MESSAGE_HOST;
    return setup_take(&warden->monitor.setup, warden->given);
}

static enum pobf_status take_image(struct warden *warden)
{
    struct monitor *monitor = &warden->monitor;
    size_t size;
    const uint8_t *bytes = setup_read(warden->given[MESSAGE_IMAGE], &size, IMAGE_FILE_MAX);

    if (bytes == NULL) {
        return setup_complain(POBF_E_SYSTEM, "the image cannot be read", NULL);
    }
    if (image_parse(&monitor->image, bytes, size) != POBF_OK) {
        return setup_complain(POBF_E_INPUT, "the image is refused", monitor->image.defect);
    }
    monitor->window = window_of(&monitor->image);
    if (window_open(&monitor->window, warden->given[MESSAGE_WINDOW], NULL) != POBF_OK) {
        return setup_complain(POBF_E_SYSTEM, "the host window does not fit the image", NULL);
    }
    return POBF_OK;
}

static enum pobf_status measure_program(struct warden *warden)
{
    const size_t limit = (size_t)64 << 20;
    const int descriptor = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    size_t size = 0;
    uint8_t *bytes = descriptor < 0 ? NULL : setup_read(descriptor, &size, limit);
    const int measured =
        bytes != NULL && crypto_hash_sha256(warden->monitor.program, bytes, size) == 0;

    if (descriptor >= 0) {
        close(descriptor);
    }
    free(bytes);
    return measured ? POBF_OK : setup_complain(POBF_E_SYSTEM, "cannot measure itself", NULL);
}

static enum pobf_status make_zone(struct warden *warden)
{
    struct monitor *monitor = &warden->monitor;
    uint8_t *golden = calloc(1, monitor_golden_size(&monitor->image));

    if (golden == NULL || secret_open(&warden->zone_memory, monitor->image.zone_size) != POBF_OK) {
        return setup_complain(POBF_E_SYSTEM, "no memory for the zone", NULL);
    }
    monitor_make_zone(monitor, warden->zone_memory.bytes, golden);
    return POBF_OK;
}

static enum pobf_status start_nursery(struct warden *warden)
{
    if (nursery_open(&warden->nursery, &warden->monitor.image, warden->zone_memory.descriptor) !=
        POBF_OK) {
        return setup_complain(POBF_E_SYSTEM, "the function's process cannot be confined", NULL);
    }
    secret_seclude(&warden->zone_memory);
    return POBF_OK;
}

static enum pobf_status draw_keys(struct warden *warden)
{
    struct secret *memory = &warden->vault_memory;
    const size_t size = vault_size(monitor_outbox_room(&warden->monitor.image));
    int placed = secret_open(memory, size) == POBF_OK;
    struct vault_memory *vault = (struct vault_memory *)(void *)memory->bytes;

    secret_seclude(memory);
    placed = placed && mprotect(memory->bytes, VAULT_GUARD_BYTES, PROT_NONE) == 0 &&
             monitor_draw_keys(&warden->monitor, vault) == POBF_OK;
    return placed ? POBF_OK : setup_complain(POBF_E_SYSTEM, "the keys cannot be drawn", NULL);
}

/* The monitor goes on without either; whoever runs it is told. */
static void say_memory(const struct warden *warden)
{
    const struct secret *zone = &warden->zone_memory;
    const struct secret *vault = &warden->vault_memory;

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
static void close_others(const struct warden *warden)
{
    enum { MANY = 256 };
    const struct nursery *nursery = &warden->nursery;

    for (int i = 0; i < MANY; i++) {
        if (i != warden->host && i != nursery->go && i != nursery->heard && i != nursery->orders) {
            close(i);
        }
    }
    close_range(MANY, ~0U, 0);
}

static enum pobf_status confine(struct warden *warden)
{
    static const struct confine_call calls[] = {
        {SYS_recvfrom, -1, 0},      {SYS_sendto, -1, 0},          {SYS_rt_sigtimedwait, -1, 0},
        {SYS_wait4, -1, 0},         {SYS_kill, 1, SIGKILL},       {SYS_getrandom, -1, 0},
        {SYS_clock_gettime, -1, 0}, {SYS_restart_syscall, -1, 0}, {SYS_exit_group, -1, 0},
    };

    say_memory(warden);
    if (confine_files(1) != POBF_OK) {
        return setup_complain(POBF_E_SYSTEM, "Landlock cannot be set up", NULL);
    }
    close_others(warden);
    return confine_calls(calls, sizeof calls / sizeof calls[0]);
}

static enum pobf_status say_hello(struct warden *warden)
{
    struct message_hello hello;

    monitor_greet(&warden->monitor, &hello);
    return send(warden->host, &hello, sizeof hello, MSG_NOSIGNAL) == sizeof hello ? POBF_OK
                                                                                  : POBF_E_SYSTEM;
}

enum pobf_backend ground_backend(void)
{
    return POBF_BACKEND_PROCESS;
}

enum pobf_status ground_receive(const struct monitor *monitor, struct message_request *request)
{
    const struct warden *warden = monitor->below;
    const ssize_t got = recv(warden->host, request, sizeof *request, MSG_TRUNC);

    return got == sizeof *request ? POBF_OK : POBF_E_MISSING;
}

enum pobf_status ground_send(const struct monitor *monitor, const struct message_reply *reply)
{
    const struct warden *warden = monitor->below;
    const ssize_t sent = send(warden->host, reply, sizeof *reply, MSG_NOSIGNAL);

    return sent == sizeof *reply ? POBF_OK : POBF_E_MISSING;
}

enum pobf_status ground_run(const struct monitor *monitor, struct ground_result *result)
{
    struct warden *warden = monitor->below;

    return nursery_run(&warden->nursery, result, monitor->image.manifest.deadline_ms);
}

enum pobf_status ground_renew(const struct monitor *monitor)
{
    struct warden *warden = monitor->below;

    return nursery_renew(&warden->nursery);
}

uint64_t ground_now_s(const struct monitor *monitor)
{
    struct timespec now;

    (void)monitor;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec;
}

static enum pobf_status confine_itself(struct warden *warden)
{
    (void)warden;
    return confine_process() == POBF_OK
               ? POBF_OK
               : setup_complain(POBF_E_SYSTEM, "it cannot protect its own memory", NULL);
}

enum pobf_status warden_build(struct warden *warden)
{
    enum pobf_status status;

    warden->monitor.below = warden;
    registers_init();
    status = make_zone(warden);
    if (status == POBF_OK) {
        status = start_nursery(warden);
    }
    return status == POBF_OK ? draw_keys(warden) : status;
}

enum pobf_status warden_open(struct warden *warden)
{
    static enum pobf_status (*const steps[])(struct warden *) = {
        confine_itself, take_setup, take_image, measure_program, warden_build, confine, say_hello,
    };
    enum pobf_status status = POBF_OK;

    *warden = (struct warden){0};
    for (size_t i = 0; status == POBF_OK && i < sizeof steps / sizeof steps[0]; i++) {
        status = steps[i](warden);
    }
    return status;
}
