#include "enclave/kvm/keeper.h"

#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "enclave/kvm/watchdog.h"
#include "enclave/monitor/link.h"
#include "enclave/monitor/setup.h"
#include "enclave/process/confine.h"
#include "enclave/trustlet/tsc.h"
#include "framework/core/wipe.h"

/* Looking again where F does not run yet, or not any more, or ring 0 is just between the two. */
enum { AGAIN_US = 500 };

static enum pobf_status confine_itself(struct keeper *keeper)
{
    (void)keeper;
    return confine_process() == POBF_OK
               ? POBF_OK
               : setup_complain(POBF_E_SYSTEM, "it cannot protect its own memory", NULL);
}

static enum pobf_status take_setup(struct keeper *keeper)
{
    return setup_take(&keeper->setup);
}

static enum pobf_status take_image(struct keeper *keeper)
{
    size_t size;
    const uint8_t *bytes = setup_read(MESSAGE_IMAGE, &size, IMAGE_FILE_MAX);

    if (bytes == NULL) {
        return setup_complain(POBF_E_SYSTEM, "the image cannot be read", NULL);
    }
    if (image_parse(&keeper->image, bytes, size) != POBF_OK) {
        return setup_complain(POBF_E_INPUT, "the image is refused", keeper->image.defect);
    }
    keeper->window = window_of(&keeper->image);
    if (!window_fits(&keeper->window, MESSAGE_WINDOW)) {
        return setup_complain(POBF_E_SYSTEM, "the host window does not fit the image", NULL);
    }
    return POBF_OK;
}

static enum pobf_status build_guest(struct keeper *keeper, int window)
{
    struct plan *plan = &keeper->plan;
    const size_t program_size = (size_t)(program_end - program_bytes);

    if (program_parse(&keeper->program, program_bytes, program_size) != POBF_OK) {
        return setup_complain(POBF_E_SYSTEM, "its own build is damaged", NULL);
    }
    plan_make(plan, &keeper->image, &keeper->program, &keeper->window);
    if (guest_open(&keeper->guest, plan_private_size(plan), &keeper->window, window) != POBF_OK ||
        plan_build(plan, &keeper->guest) != POBF_OK) {
        return setup_complain(POBF_E_SYSTEM, "no memory for the virtual machine", NULL);
    }
    keeper->mail = guest_at(&keeper->guest, plan->at[PLAN_MAIL], sizeof *keeper->mail);
    return POBF_OK;
}

static enum pobf_status build_machine(struct keeper *keeper)
{
    const char *why;
    const enum pobf_status status =
        machine_open(&keeper->machine, &keeper->guest, keeper->program.entry, &why);

    if (status != POBF_OK) {
        return setup_complain(status, "KVM", why);
    }
    if (watchdog_open(keeper->machine.run) != POBF_OK) {
        return setup_complain(POBF_E_SYSTEM, "no timer", NULL);
    }
    return POBF_OK;
}

/* What the monitor is told, once. The seed is half of its randomness; no copy of it stays here. */
static enum pobf_status tell_monitor(struct keeper *keeper)
{
    struct trustlet_boot *boot = guest_at(&keeper->guest, keeper->plan.at[PLAN_BOOT], sizeof *boot);

    boot->file_size = keeper->image.size;
    boot->tables_size = keeper->plan.tables_used;
    boot->tsc_khz = keeper->machine.tsc_khz;
    boot->setup = keeper->setup;
    if (getrandom(boot->seed, sizeof boot->seed, 0) != sizeof boot->seed ||
        crypto_hash_sha256(boot->program, keeper->program.bytes, keeper->program.size) != 0) {
        return setup_complain(POBF_E_SYSTEM, "no random seed", NULL);
    }
    return POBF_OK;
}

enum pobf_status keeper_build(struct keeper *keeper, int window)
{
    enum pobf_status status = build_guest(keeper, window);

    if (status == POBF_OK) {
        status = build_machine(keeper);
    }
    return status == POBF_OK ? tell_monitor(keeper) : status;
}

static enum pobf_status build(struct keeper *keeper)
{
    return keeper_build(keeper, MESSAGE_WINDOW);
}

/* From here on: one socket, one virtual processor, one timer. */
static enum pobf_status confine(struct keeper *keeper)
{
    static const struct confine_call calls[] = {
        {SYS_ioctl, 1, KVM_RUN},      {SYS_recvfrom, -1, 0},     {SYS_sendto, -1, 0},
        {SYS_timer_settime, -1, 0},   {SYS_rt_sigreturn, -1, 0}, {SYS_clock_gettime, -1, 0},
        {SYS_restart_syscall, -1, 0}, {SYS_exit_group, -1, 0},
    };
    const int vcpu = keeper->machine.vcpu;

    if (!keeper->guest.locked) {
        (void)setup_complain(POBF_OK, "the machine's memory may not be locked (ulimit -l)",
                             "secrets could be swapped");
    }
    if (confine_files(0) != POBF_OK) {
        return setup_complain(POBF_E_SYSTEM, "Landlock cannot be set up", NULL);
    }
    if (close_range(0, MESSAGE_HOST - 1, 0) != 0 ||
        close_range(MESSAGE_HOST + 1, (unsigned)vcpu - 1, 0) != 0 ||
        close_range((unsigned)vcpu + 1, ~0U, 0) != 0) {
        return setup_complain(POBF_E_SYSTEM, "its descriptors cannot be closed", NULL);
    }
    return confine_calls(calls, sizeof calls / sizeof calls[0]);
}

static enum pobf_status send_all(const void *packet, size_t size)
{
    return send(MESSAGE_HOST, packet, size, MSG_NOSIGNAL) == (ssize_t)size ? POBF_OK
                                                                           : POBF_E_MISSING;
}

enum pobf_status keeper_boot(struct keeper *keeper, struct message_hello *hello)
{
    if (machine_run(&keeper->machine) != MACHINE_READY) {
        return POBF_E_SYSTEM;
    }
    keeper->tsc_ahead = keeper->mail->tsc - tsc_read();
    *hello = keeper->mail->hello;
    return POBF_OK;
}

static enum pobf_status boot(struct keeper *keeper)
{
    struct message_hello hello;
    const enum pobf_status status = keeper_boot(keeper, &hello);

    return status == POBF_OK ? send_all(&hello, sizeof hello) : status;
}

enum pobf_status keeper_open(struct keeper *keeper)
{
    static enum pobf_status (*const steps[])(struct keeper *) = {
        confine_itself, take_setup, take_image, build, confine, boot,
    };
    enum pobf_status status = POBF_OK;

    *keeper = (struct keeper){.machine = {.kvm = -1, .vm = -1, .vcpu = -1}};
    for (size_t i = 0; status == POBF_OK && i < sizeof steps / sizeof steps[0]; i++) {
        status = steps[i](keeper);
    }
    return status;
}

/* Microseconds that F has left, by the guest's own counter; 0: none. */
static uint32_t left_us(const struct keeper *keeper)
{
    const uint64_t entered = keeper->mail->entered;
    const uint64_t now = tsc_read() + keeper->tsc_ahead;
    const uint64_t deadline_us = (uint64_t)keeper->image.manifest.deadline_ms * 1000;
    const uint64_t ran_us = (now - entered) * 1000 / keeper->machine.tsc_khz;

    if (entered == 0) {
        return AGAIN_US; /* opening the input, or sealing the output */
    }
    return ran_us >= deadline_us ? 0 : (uint32_t)(deadline_us - ran_us);
}

/* The clock rang. Take F's turn where its time is up, and see to it that it rings again. */
static void look_at_clock(struct keeper *keeper)
{
    const uint32_t left = left_us(keeper);

    if (left == 0 &&
        machine_take_turn(&keeper->machine, &keeper->guest, keeper->plan.at[PLAN_STACK0_M])) {
        return;
    }
    watchdog_arm(left == 0 ? AGAIN_US : left);
}

static enum machine_stop run_call(struct keeper *keeper)
{
    enum machine_stop stop;

    watchdog_arm(keeper->image.manifest.deadline_ms * 1000);
    for (;;) {
        stop = machine_run(&keeper->machine);
        if (stop != MACHINE_INTERRUPT) {
            break;
        }
        look_at_clock(keeper);
    }
    watchdog_disarm();
    return stop;
}

enum pobf_status keeper_turn(struct keeper *keeper, const struct message_request *request,
                             struct message_reply *reply)
{
    struct timespec now;
    enum machine_stop stop;

    clock_gettime(CLOCK_REALTIME, &now);
    keeper->mail->request = *request;
    keeper->mail->now_s = (uint64_t)now.tv_sec;
    stop = request->kind == LINK_CALL ? run_call(keeper) : machine_run(&keeper->machine);
    if (stop != MACHINE_READY && stop != MACHINE_END) {
        return POBF_E_SYSTEM;
    }
    *reply = keeper->mail->reply;
    return stop == MACHINE_END ? POBF_E_POISONED : POBF_OK;
}

/* One request and its reply. A monitor that has ended has said why, and that is passed on too. */
static enum pobf_status serve_one(struct keeper *keeper)
{
    struct message_request request;
    struct message_reply reply;
    enum pobf_status status;

    if (recv(MESSAGE_HOST, &request, sizeof request, MSG_TRUNC) != sizeof request) {
        return POBF_E_MISSING;
    }
    status = keeper_turn(keeper, &request, &reply);
    if (status == POBF_E_SYSTEM) {
        return status;
    }
    return send_all(&reply, sizeof reply) == POBF_OK ? status : POBF_E_MISSING;
}

enum pobf_status keeper_serve(struct keeper *keeper)
{
    enum pobf_status status;

    do {
        status = serve_one(keeper);
    } while (status == POBF_OK);
    return status == POBF_E_MISSING ? POBF_OK : status;
}

void keeper_close(struct keeper *keeper)
{
    guest_wipe(&keeper->guest);
}
