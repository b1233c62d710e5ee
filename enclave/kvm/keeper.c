#include "enclave/kvm/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "enclave/kvm/mold.h"
#include "enclave/kvm/orders.h"
#include "enclave/kvm/processor.h"
#include "enclave/kvm/watchdog.h"
#include "enclave/monitor/link.h"
#include "enclave/monitor/setup.h"
#include "enclave/trustlet/tsc.h"
#include "framework/core/wipe.h"

/* Looking again where F does not run yet, or not any more, or ring 0 is just between the two. */
enum { AGAIN_US = 500 };

/* What it takes to be woken from another processor: so long a keeper looks before it sleeps. */
enum { POLL_US = 50 };

/* Idle for so long, a machine gives back what KVM can build again: it is most of what it takes. */
enum { IDLE_US = 5000000 };

static enum pobf_status confine_itself(struct keeper *keeper)
{
    (void)keeper;
    return confine_process() == POBF_OK
               ? POBF_OK
               : setup_complain(POBF_E_SYSTEM, "it cannot protect its own memory", NULL);
}

/* From where a guest runs on: one socket, one machine, one timer. */
static enum pobf_status make_filter(struct confine_filter *filter)
{
    static const struct confine_call calls[] = {
        {SYS_ioctl, 1, KVM_RUN},    {SYS_ioctl, 1, KVM_SET_USER_MEMORY_REGION},
        {SYS_recvfrom, -1, 0},      {SYS_sendto, -1, 0},
        {SYS_timer_settime, -1, 0}, {SYS_rt_sigreturn, -1, 0},
        {SYS_clock_gettime, -1, 0}, {SYS_restart_syscall, -1, 0},
        {SYS_exit_group, -1, 0},
    };

    return confine_make_filter(filter, calls, sizeof calls / sizeof calls[0]);
}

/* What does not depend on any image. It is done once, however many become of this process. */
static enum pobf_status prepare(struct keeper *keeper)
{
    const size_t size = (size_t)(program_end - program_bytes);

    if (keeper->is_prepared) {
        return POBF_OK;
    }
    if (program_parse(&keeper->program, program_bytes, size) != POBF_OK ||
        crypto_hash_sha256(keeper->digest, program_bytes, size) != 0) {
        return setup_complain(POBF_E_SYSTEM, "its own build is damaged", NULL);
    }
    keeper->device = machine_device();
    if (keeper->device < 0) {
        return setup_complain(POBF_E_MISSING, "KVM", "no /dev/kvm, or no right to it");
    }
    if (!processor_learn(keeper->device) || make_filter(&keeper->filter) != POBF_OK) {
        return setup_complain(POBF_E_SYSTEM, "KVM or seccomp does not say what it can do", NULL);
    }
    keeper->is_prepared = 1;
    return POBF_OK;
}

/* No file can be opened any more, nor can whoever becomes of this process. */
static enum pobf_status confine_to_device(struct keeper *keeper)
{
    (void)keeper;
    return confine_files(0) == POBF_OK
               ? POBF_OK
               : setup_complain(POBF_E_SYSTEM, "Landlock cannot be set up", NULL);
}

static enum pobf_status take_orders(struct keeper *keeper)
{
    return orders_take(keeper);
}

/* A file that can still change is copied first; what the host gives cannot. */
static const uint8_t *map_image(int file, size_t *size)
{
    const int seals = fcntl(file, F_GET_SEALS);
    struct stat facts;
    void *bytes;

    if (seals < 0 || (seals & F_SEAL_WRITE) == 0 || (seals & F_SEAL_SHRINK) == 0) {
        return setup_read(file, size, IMAGE_FILE_MAX);
    }
    if (fstat(file, &facts) != 0 || facts.st_size <= 0 ||
        (uint64_t)facts.st_size > IMAGE_FILE_MAX) {
        return NULL;
    }
    *size = (size_t)facts.st_size;
    bytes = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, file, 0);
    return bytes == MAP_FAILED ? NULL : bytes;
}

static enum pobf_status take_image(struct keeper *keeper)
{
    size_t size;
    const uint8_t *bytes = map_image(keeper->given[MESSAGE_IMAGE], &size);

    if (bytes == NULL) {
        return setup_complain(POBF_E_SYSTEM, "the image cannot be read", NULL);
    }
    if (image_parse(&keeper->image, bytes, size) != POBF_OK) {
        return setup_complain(POBF_E_INPUT, "the image is refused", keeper->image.defect);
    }
    keeper->window = window_of(&keeper->image);
    if (!window_fits(&keeper->window, keeper->given[MESSAGE_WINDOW])) {
        return setup_complain(POBF_E_SYSTEM, "the host window does not fit the image", NULL);
    }
    return POBF_OK;
}

enum pobf_status keeper_make_machine(struct keeper *keeper, uint64_t room)
{
    const char *why;
    enum pobf_status status = prepare(keeper);

    if (status != POBF_OK) {
        return status;
    }
    if (guest_reserve(&keeper->guest, room) != POBF_OK) {
        return setup_complain(POBF_E_SYSTEM, "no addresses for the virtual machine", NULL);
    }
    status = machine_make(&keeper->machine, fcntl(keeper->device, F_DUPFD_CLOEXEC, 0),
                          &keeper->guest, keeper->program.entry, &why);
    if (status != POBF_OK) {
        guest_close(&keeper->guest);
        return setup_complain(status, "KVM", why);
    }
    if (watchdog_open(keeper->machine.run) != POBF_OK) {
        return setup_complain(POBF_E_SYSTEM, "no timer", NULL);
    }
    return machine_settle(&keeper->machine)
               ? POBF_OK
               : setup_complain(POBF_E_SYSTEM, "KVM", "the processor does not stop when told");
}

/* The machine that there is, where it is large enough. */
static enum pobf_status fit_machine(struct keeper *keeper, uint64_t room)
{
    if (keeper->guest.room >= room) {
        return POBF_OK;
    }
    if (keeper->guest.room > 0) {
        watchdog_close();
        machine_close(&keeper->machine);
        guest_close(&keeper->guest);
    }
    return keeper_make_machine(keeper, room);
}

/* What the monitor is told, once. The seed is half of its randomness; no copy of it stays here. */
static enum pobf_status tell_monitor(struct keeper *keeper)
{
    struct trustlet_boot *boot = guest_at(&keeper->guest, keeper->plan.at[PLAN_BOOT], sizeof *boot);

    boot->tsc_khz = keeper->machine.tsc_khz;
    boot->setup = keeper->setup;
    memcpy(boot->program, keeper->digest, sizeof boot->program);
    if (getrandom(boot->seed, sizeof boot->seed, 0) != sizeof boot->seed) {
        return setup_complain(POBF_E_SYSTEM, "no random seed", NULL);
    }
    return POBF_OK;
}

/* Its memory, and in it what stands in the mold; where there is none it is built here. */
static enum pobf_status build_guest(struct keeper *keeper, int window, int mold)
{
    struct plan *plan = &keeper->plan;
    struct guest *guest = &keeper->guest;
    enum pobf_status status = guest_fill(guest, plan_private_size(plan), &keeper->window, window,
                                         mold, mold < 0 ? 0 : plan_molded_size(plan));

    if (status == POBF_OK) {
        plan_back_zone(plan, guest);
        status = mold < 0 ? mold_build(plan, guest) : mold_learn(plan, guest);
    }
    if (status != POBF_OK) {
        return setup_complain(status, "the virtual machine's memory cannot be built", NULL);
    }
    keeper->mail = guest_at(guest, plan->at[PLAN_MAIL], sizeof *keeper->mail);
    return POBF_OK;
}

enum pobf_status keeper_build(struct keeper *keeper, int window, int mold)
{
    enum pobf_status status = prepare(keeper);

    if (status != POBF_OK) {
        return status;
    }
    plan_make(&keeper->plan, &keeper->image, &keeper->program, &keeper->window);
    status = fit_machine(keeper, plan_private_size(&keeper->plan) + keeper->window.size);
    if (status == POBF_OK) {
        status = build_guest(keeper, window, mold);
    }
    return status == POBF_OK ? tell_monitor(keeper) : status;
}

static enum pobf_status build(struct keeper *keeper)
{
    return keeper_build(keeper, keeper->given[MESSAGE_WINDOW], keeper->given[MESSAGE_MOLD]);
}

static int close_between(int after, int before)
{
    return after + 1 >= before || close_range((unsigned)after + 1, (unsigned)before - 1, 0) == 0;
}

/* All descriptors but these; a machine's processor was opened after it. */
static int close_others(int host, int vm, int vcpu)
{
    return host < vm && vm < vcpu && close_between(-1, host) && close_between(host, vm) &&
           close_between(vm, vcpu) && close_range((unsigned)vcpu + 1, ~0U, 0) == 0;
}

/* From here on there is no way back. */
static enum pobf_status confine(struct keeper *keeper)
{
    if (!keeper->guest.locked) {
        (void)setup_complain(POBF_OK, "the machine's memory may not be locked (ulimit -l)",
                             "secrets could be swapped");
    }
    if (!close_others(MESSAGE_HOST, keeper->machine.vm, keeper->machine.vcpu)) {
        return setup_complain(POBF_E_SYSTEM, "its descriptors cannot be closed", NULL);
    }
    return confine_heed(&keeper->filter);
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
        confine_itself, prepare, confine_to_device, take_orders, take_image, build, confine, boot,
    };
    enum pobf_status status = POBF_OK;

    *keeper = (struct keeper){.machine = {.kvm = -1, .vm = -1, .vcpu = -1},
                              .doorbell = {.poll_us = POLL_US}};
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

/*
 * Wait for a request. Where none comes for long, the clock rings once, and the machine is parked
 * before the wait goes on. POBF_E_MISSING: the host is gone; POBF_E_SYSTEM: the machine broke.
 */
static enum pobf_status await_request(struct keeper *keeper, struct message_request *request)
{
    struct doorbell *bell = &keeper->doorbell;
    ssize_t got;
    int is_idle;

    watchdog_arm(IDLE_US);
    got = doorbell_receive(bell, MESSAGE_HOST, request, sizeof *request);
    is_idle = got < 0 && errno == EINTR;
    watchdog_disarm();
    if (is_idle) {
        if (!machine_park(&keeper->machine, &keeper->guest)) {
            return POBF_E_SYSTEM;
        }
        got = doorbell_receive(bell, MESSAGE_HOST, request, sizeof *request);
    }
    return got == sizeof *request ? POBF_OK : POBF_E_MISSING;
}

/* One request and its reply. A monitor that has ended has said why, and that is passed on too. */
static enum pobf_status serve_one(struct keeper *keeper)
{
    struct message_request request;
    struct message_reply reply;
    enum pobf_status status = await_request(keeper, &request);

    if (status != POBF_OK) {
        return status;
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
