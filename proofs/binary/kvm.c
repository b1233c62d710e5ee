#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "enclave/kvm/keeper.h"
#include "enclave/kvm/watchdog.h"
#include "enclave/monitor/link.h"
#include "proofs/binary/exchange.h"
#include "proofs/binary/plant.h"
#include "proofs/binary/subject.h"

/* One moment, for the keeper that is linked to this: the same in every run. */
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    (void)clock;
    *now = (struct timespec){.tv_sec = 1700000000};
    return 0;
}

static int take_memory(struct state *state, const struct keeper *keeper)
{
    uint8_t *bytes = state_add(state, "guest memory", 0, keeper->guest.size);

    if (bytes == NULL) {
        return 0;
    }
    memcpy(bytes, keeper->guest.bytes, keeper->guest.size);
    return 1;
}

static int take_kind(struct state *state, int vcpu, const char *name, unsigned long request,
                     size_t size)
{
    uint8_t *bytes = state_add(state, name, 0, size);

    return bytes != NULL && ioctl(vcpu, request, bytes) == 0;
}

/* Counters of time itself, the same in no two readings. */
static int is_clock(uint32_t msr)
{
    enum { TSC = 0x10, MPERF = 0xe7, APERF = 0xe8, TSC_DEADLINE = 0x6e0 };

    return msr == TSC || msr == MPERF || msr == APERF || msr == TSC_DEADLINE;
}

/* 1 where it can be read now. */
static int read_msr(uint64_t *value, int vcpu, uint32_t index)
{
    union {
        struct kvm_msrs msrs;
        uint8_t room[sizeof(struct kvm_msrs) + sizeof(struct kvm_msr_entry)];
    } one = {.msrs = {.nmsrs = 1}};

    one.msrs.entries[0].index = index;
    if (ioctl(vcpu, KVM_GET_MSRS, &one.msrs) != 1) {
        return 0;
    }
    *value = one.msrs.entries[0].data;
    return 1;
}

/* Every model-specific register that KVM would save; one that cannot be read now counts as 0. */
static int take_msrs(struct state *state, const struct machine *machine)
{
    enum { MOST = 1024 };
    static union {
        struct kvm_msr_list list;
        uint8_t room[sizeof(struct kvm_msr_list) + MOST * sizeof(uint32_t)];
    } all;
    uint64_t *values;

    all.list.nmsrs = MOST;
    if (ioctl(machine->kvm, KVM_GET_MSR_INDEX_LIST, &all.list) != 0) {
        return 0;
    }
    values = (uint64_t *)(void *)state_add(state, "model-specific registers", 0,
                                           all.list.nmsrs * sizeof *values);
    for (uint32_t i = 0; values != NULL && i < all.list.nmsrs; i++) {
        if (!is_clock(all.list.indices[i]) &&
            !read_msr(&values[i], machine->vcpu, all.list.indices[i])) {
            values[i] = 0;
        }
    }
    return values != NULL;
}

static int take_registers(struct state *state, const struct machine *machine)
{
    enum { HEADER = 512, HEADER_END = 576 };
    const int vcpu = machine->vcpu;
    const int size = ioctl(machine->vm, KVM_CHECK_EXTENSION, KVM_CAP_XSAVE2);
    const size_t extended = size > (int)sizeof(struct kvm_xsave) ? (size_t)size : 4096;
    const unsigned long request = extended > 4096 ? KVM_GET_XSAVE2 : KVM_GET_XSAVE;

    if (!take_kind(state, vcpu, "general registers", KVM_GET_REGS, sizeof(struct kvm_regs)) ||
        !take_kind(state, vcpu, "system registers", KVM_GET_SREGS, sizeof(struct kvm_sregs)) ||
        !take_kind(state, vcpu, "debug registers", KVM_GET_DEBUGREGS,
                   sizeof(struct kvm_debugregs)) ||
        !take_kind(state, vcpu, "extended control registers", KVM_GET_XCRS,
                   sizeof(struct kvm_xcrs)) ||
        !take_kind(state, vcpu, "pending events", KVM_GET_VCPU_EVENTS,
                   sizeof(struct kvm_vcpu_events)) ||
        !take_kind(state, vcpu, "extended registers", request, extended)) {
        return 0;
    }
    /* Which registers the processor last held apart from their start values: see trace.c. */
    memset(state->areas[state->count - 1].bytes + HEADER, 0, HEADER_END - HEADER);
    return take_msrs(state, machine);
}

/* The keeper sets a register for the next time that the guest runs; have KVM take it up. */
static int settle(struct keeper *keeper)
{
    keeper->machine.run->immediate_exit = 1;
    return machine_run(&keeper->machine) == MACHINE_INTERRUPT;
}

static int build(struct keeper *keeper, const struct subject *subject, int window)
{
    struct trustlet_boot *boot;
    struct message_hello hello;

    *keeper = (struct keeper){.machine = {.kvm = -1, .vm = -1, .vcpu = -1}};
    keeper->image = subject->image;
    keeper->window = window_of(&keeper->image);
    if (ftruncate(window, (off_t)keeper->window.size) != 0 ||
        fcntl(window, F_ADD_SEALS, F_SEAL_SHRINK) != 0 ||
        keeper_build(keeper, window, -1) != POBF_OK) {
        return 0;
    }
    boot = guest_at(&keeper->guest, keeper->plan.at[PLAN_BOOT], sizeof *boot);
    memset(boot->seed, 1, sizeof boot->seed);
    return keeper_boot(keeper, &hello) == POBF_OK;
}

static int call(struct keeper *keeper, struct exchange *exchange, struct state *state,
                const char *where)
{
    const struct message_request request = {.kind = LINK_START};
    struct message_reply reply;

    exchange->window = keeper->window;
    return keeper_turn(keeper, &request, &reply) == POBF_OK &&
           exchange_seal(exchange, &reply, state) &&
           keeper_turn(keeper, &exchange->request, &reply) == POBF_OK && settle(keeper) &&
           exchange_publish(exchange, &reply, state) &&
           plant_secret(keeper, where, exchange->input + 1) &&
           take_registers(state, &keeper->machine) && take_memory(state, keeper);
}

enum pobf_status kvm_run(struct subject *subject, struct state *state, const uint8_t *secret,
                         size_t size)
{
    static struct keeper keeper;
    struct exchange exchange;
    const int window = memfd_create("window", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    enum pobf_status status = POBF_E_SYSTEM;

    *state = (struct state){.count = 0};
    exchange_begin(&exchange, subject, secret, size);
    if (access("/dev/kvm", R_OK | W_OK) != 0) {
        status = POBF_E_MISSING;
    } else if (window >= 0 && build(&keeper, subject, window) &&
               call(&keeper, &exchange, state, subject->seed)) {
        status = POBF_OK;
    }
    subject->exit = exchange_exit(&exchange);
    if (keeper.machine.run != NULL) {
        watchdog_close();
    }
    machine_close(&keeper.machine);
    guest_close(&keeper.guest);
    close(window);
    if (status != POBF_OK) {
        state_clear(state);
    }
    return status;
}
