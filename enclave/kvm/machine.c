#include "enclave/kvm/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "enclave/kvm/processor.h"
#include "enclave/trustlet/abi.h"

enum { SYNCED = KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS };

/* The machine's memory are the first `size` bytes of the guest's; 0: it has none. */
static int set_memory(const struct machine *machine, const struct guest *guest, uint64_t size)
{
    const struct kvm_userspace_memory_region memory = {
        .memory_size = size,
        .userspace_addr = (uintptr_t)guest->bytes,
    };

    return ioctl(machine->vm, KVM_SET_USER_MEMORY_REGION, &memory) == 0;
}

static int make_vm(struct machine *machine, const struct guest *guest)
{
    machine->vm = ioctl(machine->kvm, KVM_CREATE_VM, 0);
    return machine->vm >= 0 && set_memory(machine, guest, guest->room);
}

static int make_vcpu(struct machine *machine)
{
    const int size = ioctl(machine->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    void *run;

    machine->vcpu = ioctl(machine->vm, KVM_CREATE_VCPU, 0);
    if (machine->vcpu < 0 || size < (int)sizeof(struct kvm_run)) {
        return 0;
    }
    run = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, machine->vcpu, 0);
    if (run == MAP_FAILED) {
        return 0;
    }
    machine->run = run;
    machine->run_size = (size_t)size;
    machine->run->kvm_valid_regs = SYNCED;
    return 1;
}

/* All of it before the first instruction of the guest; the step that fails is named. */
static const char *make(struct machine *machine, const struct guest *guest, uint64_t entry)
{
    int khz;

    if (ioctl(machine->kvm, KVM_GET_API_VERSION, 0) != KVM_API_VERSION ||
        (ioctl(machine->kvm, KVM_CHECK_EXTENSION, KVM_CAP_SYNC_REGS) & SYNCED) != SYNCED) {
        return "this KVM lacks what is needed";
    }
    if (!make_vm(machine, guest)) {
        return "no virtual machine";
    }
    if (!make_vcpu(machine)) {
        return "no virtual processor";
    }
    if (!processor_start(machine->kvm, machine->vm, machine->vcpu, entry)) {
        return "the virtual processor does not take its registers";
    }
    khz = ioctl(machine->vcpu, KVM_GET_TSC_KHZ, 0);
    if (khz <= 0) {
        return "the time stamp counter has no known rate";
    }
    machine->tsc_khz = (uint64_t)khz;
    return NULL;
}

int machine_device(void)
{
    return open("/dev/kvm", O_RDWR | O_CLOEXEC);
}

enum pobf_status machine_make(struct machine *machine, int device, const struct guest *guest,
                              uint64_t entry, const char **why)
{
    *machine = (struct machine){.kvm = device, .vm = -1, .vcpu = -1};
    if (device < 0) {
        *why = "no /dev/kvm, or no right to it";
        return POBF_E_MISSING;
    }
    *why = make(machine, guest, entry);
    if (*why != NULL) {
        machine_close(machine);
        return POBF_E_SYSTEM;
    }
    return POBF_OK;
}

enum pobf_status machine_open(struct machine *machine, const struct guest *guest, uint64_t entry,
                              const char **why)
{
    return machine_make(machine, machine_device(), guest, entry, why);
}

void machine_close(struct machine *machine)
{
    if (machine->run != NULL) {
        munmap(machine->run, machine->run_size);
    }
    if (machine->vcpu >= 0) {
        close(machine->vcpu);
    }
    if (machine->vm >= 0) {
        close(machine->vm);
    }
    if (machine->kvm >= 0) {
        close(machine->kvm);
    }
    *machine = (struct machine){.kvm = -1, .vm = -1, .vcpu = -1};
}

/* A byte to a port, and which. */
static enum machine_stop stop_of(const struct kvm_run *run)
{
    if (run->exit_reason != KVM_EXIT_IO || run->io.direction != KVM_EXIT_IO_OUT ||
        run->io.size != 1 || run->io.count != 1) {
        return MACHINE_BROKEN;
    }
    switch (run->io.port) {
    case TRUSTLET_PORT_READY:
        return MACHINE_READY;
    case TRUSTLET_PORT_END:
        return MACHINE_END;
    default:
        return MACHINE_BROKEN;
    }
}

/* The address of a page fault stays in the processor, and may be F's word: it is not kept. */
static void forget_fault(struct kvm_run *run)
{
    if (run->s.regs.sregs.cr2 != 0) {
        run->s.regs.sregs.cr2 = 0;
        run->kvm_dirty_regs |= KVM_SYNC_X86_SREGS;
    }
}

enum machine_stop machine_run(struct machine *machine)
{
    if (ioctl(machine->vcpu, KVM_RUN, 0) != 0) {
        machine->run->immediate_exit = 0;
        return errno == EINTR ? MACHINE_INTERRUPT : MACHINE_BROKEN;
    }
    forget_fault(machine->run);
    return stop_of(machine->run);
}

/* Which signals come through while the processor runs: all, or those that come through anyway. */
static int let_through(const struct machine *machine, int all)
{
    enum { SET_BYTES = 8 }; /* the kernel's own set of signals */
    const union {
        struct kvm_signal_mask mask; /* ends in the set, which has no size in it */
        uint8_t room[sizeof(struct kvm_signal_mask) + SET_BYTES];
    } none_blocked = {.mask = {.len = SET_BYTES}};

    return ioctl(machine->vcpu, KVM_SET_SIGNAL_MASK, all ? &none_blocked : NULL) == 0;
}

/*
 * A signal that waits already ends KVM_RUN just before the processor would enter the guest, and by
 * then KVM has built all that it builds once; `immediate_exit` ends it before that.
 */
int machine_settle(struct machine *machine)
{
    const struct timespec at_once = {0, 0};
    sigset_t alarm;
    sigset_t before;
    int stopped;

    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    if (sigprocmask(SIG_BLOCK, &alarm, &before) != 0 || raise(SIGALRM) != 0) {
        return 0;
    }
    stopped = let_through(machine, 1) && machine_run(machine) == MACHINE_INTERRUPT;
    return let_through(machine, 0) && sigtimedwait(&alarm, NULL, &at_once) == SIGALRM &&
           sigprocmask(SIG_SETMASK, &before, NULL) == 0 && stopped;
}

int machine_park(const struct machine *machine, const struct guest *guest)
{
    return set_memory(machine, guest, 0) && set_memory(machine, guest, guest->room);
}

/* What the gate of M has saved: where the monitor goes on. */
struct frame {
    uint64_t rip, cs, rflags, rsp, ss;
};

int machine_take_turn(struct machine *machine, const struct guest *guest,
                      struct guest_address stack0_m)
{
    const struct guest_address at = {stack0_m.value + TRUSTLET_FRAME};
    struct kvm_regs *regs = &machine->run->s.regs.regs;
    struct kvm_sregs *sregs = &machine->run->s.regs.sregs;
    struct frame frame;

    if (sregs->cr3 != TRUSTLET_ROOT_F || sregs->cs.dpl != 3) {
        return 0;
    }
    memcpy(&frame, guest_at(guest, at, sizeof frame), sizeof frame);
    *regs = (struct kvm_regs){
        .rip = frame.rip,
        .rsp = frame.rsp,
        .rflags = frame.rflags,
        .rbx = TRUSTLET_DEADLINE,
    };
    sregs->cr3 = TRUSTLET_ROOT_M;
    sregs->cr2 = 0;
    machine->run->kvm_dirty_regs = SYNCED;
    return 1;
}
