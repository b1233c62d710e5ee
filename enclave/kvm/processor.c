#include "enclave/kvm/processor.h"

#include <linux/kvm.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "enclave/trustlet/abi.h"

enum { LEAVES = 256, PAGE = 4096 };

/* CR0: paging, write protection in ring 0 too, numeric errors. CR4: 64-bit pages and SSE. */
#define CR0 UINT64_C(0x80050033)
#define CR4 UINT64_C(0x620)
#define CR4_FSGSBASE (UINT64_C(1) << 16)
#define CR4_OSXSAVE (UINT64_C(1) << 18)
#define CR4_SMEP (UINT64_C(1) << 20)
#define CR4_UMIP (UINT64_C(1) << 11)

/* EFER: long mode, no-execute; no `syscall`, which would enter ring 0 on the function's stack. */
#define EFER UINT64_C(0xd00)

/* XCR0: x87, SSE, AVX, AVX-512; nothing that registers_clear does not clear. */
#define XCR0 UINT64_C(0xe7)

#define MSR_LSTAR 0xc0000082

/* What this KVM says its processors can do. */
struct abilities {
    struct kvm_cpuid2 *cpuid;
    uint64_t cr4;
    uint64_t xcr0; /* 0: none to set */
};

static const struct kvm_cpuid_entry2 *leaf(const struct kvm_cpuid2 *cpuid, uint32_t function)
{
    for (uint32_t i = 0; i < cpuid->nent; i++) {
        if (cpuid->entries[i].function == function && cpuid->entries[i].index == 0) {
            return &cpuid->entries[i];
        }
    }
    return NULL;
}

static void judge_abilities(struct abilities *abilities)
{
    enum { XSAVE = 1 << 26, FSGSBASE = 1 << 0, SMEP = 1 << 7, UMIP = 1 << 2 };
    const struct kvm_cpuid_entry2 *basic = leaf(abilities->cpuid, 1);
    const struct kvm_cpuid_entry2 *extended = leaf(abilities->cpuid, 7);
    const struct kvm_cpuid_entry2 *states = leaf(abilities->cpuid, 0xd);

    abilities->cr4 = CR4;
    if (extended != NULL) {
        abilities->cr4 |= extended->ebx & FSGSBASE ? CR4_FSGSBASE : 0;
        abilities->cr4 |= extended->ebx & SMEP ? CR4_SMEP : 0;
        abilities->cr4 |= extended->ecx & UMIP ? CR4_UMIP : 0;
    }
    if (basic != NULL && states != NULL && (basic->ecx & XSAVE) != 0) {
        abilities->cr4 |= CR4_OSXSAVE;
        abilities->xcr0 = states->eax & XCR0;
    }
}

/* Learned once, for it takes long: it is true of all machines of this KVM. */
static struct abilities known;

int processor_learn(int kvm)
{
    const size_t size = sizeof *known.cpuid + LEAVES * sizeof(struct kvm_cpuid_entry2);

    if (known.cpuid != NULL) {
        return 1;
    }
    known.cpuid = calloc(1, size);
    if (known.cpuid == NULL) {
        return 0;
    }
    known.cpuid->nent = LEAVES;
    if (ioctl(kvm, KVM_GET_SUPPORTED_CPUID, known.cpuid) != 0) {
        free(known.cpuid);
        known.cpuid = NULL;
        return 0;
    }
    judge_abilities(&known);
    return 1;
}

static struct kvm_segment segment(uint16_t selector, uint8_t type, int is_code)
{
    return (struct kvm_segment){
        .limit = UINT32_MAX,
        .selector = selector,
        .type = type,
        .present = 1,
        .dpl = 3,
        .db = !is_code,
        .s = 1,
        .l = is_code ? 1 : 0,
        .g = 1,
    };
}

static void set_segments(struct kvm_sregs *sregs)
{
    enum { CODE = 11, DATA = 3, BUSY_TASK = 11, TASK_BYTES = 0x71, GDT_BYTES = 0x50 };

    sregs->cs = segment(TRUSTLET_CODE3, CODE, 1);
    sregs->ss = sregs->ds = sregs->es = sregs->fs = sregs->gs = segment(TRUSTLET_DATA3, DATA, 0);
    sregs->fs.base = TRUSTLET_THREAD;
    sregs->tr = (struct kvm_segment){
        .base = TRUSTLET_TSS,
        .limit = TASK_BYTES - 1,
        .selector = TRUSTLET_TASK,
        .type = BUSY_TASK,
        .present = 1,
    };
    sregs->ldt = (struct kvm_segment){.unusable = 1};
    sregs->gdt = (struct kvm_dtable){.base = TRUSTLET_GDT, .limit = GDT_BYTES - 1};
    sregs->idt = (struct kvm_dtable){.base = TRUSTLET_IDT, .limit = TRUSTLET_VECTORS * 16 - 1};
}

static int set_registers(int vcpu, const struct abilities *abilities, uint64_t entry)
{
    const struct kvm_regs regs = {.rip = entry, .rsp = TRUSTLET_STACK_END, .rflags = 2};
    const struct kvm_xcrs xcrs = {.nr_xcrs = 1, .xcrs = {{.xcr = 0, .value = abilities->xcr0}}};
    struct kvm_sregs sregs;

    if (ioctl(vcpu, KVM_SET_CPUID2, abilities->cpuid) != 0 ||
        ioctl(vcpu, KVM_GET_SREGS, &sregs) != 0) {
        return 0;
    }
    set_segments(&sregs);
    sregs.cr0 = CR0;
    sregs.cr3 = TRUSTLET_ROOT_M;
    sregs.cr4 = abilities->cr4;
    sregs.efer = EFER;
    return ioctl(vcpu, KVM_SET_SREGS, &sregs) == 0 && ioctl(vcpu, KVM_SET_REGS, &regs) == 0 &&
           (abilities->xcr0 == 0 || ioctl(vcpu, KVM_SET_XCRS, &xcrs) == 0);
}

/* Where the processor does not know that `syscall` is off, it leads to an address that is nothing. */
static int set_syscall(int vcpu)
{
    union {
        struct kvm_msrs msrs;
        uint8_t room[sizeof(struct kvm_msrs) + sizeof(struct kvm_msr_entry)];
    } one = {.msrs = {.nmsrs = 1}};

    one.msrs.entries[0] = (struct kvm_msr_entry){.index = MSR_LSTAR, .data = TRUSTLET_SYSCALL};
    return ioctl(vcpu, KVM_SET_MSRS, &one) == 1;
}

/*
 * No register of the kind that outlives a call may be reached by the guest. The gate has no such
 * instruction; where this KVM can filter them, it denies them too.
 */
static int deny_msrs(int kvm, int vm)
{
    static uint8_t none[8];
    struct kvm_msr_filter filter = {
        .flags = KVM_MSR_FILTER_DEFAULT_DENY,
        .ranges = {{.flags = KVM_MSR_FILTER_READ | KVM_MSR_FILTER_WRITE,
                    .nmsrs = 1,
                    .bitmap = none}},
    };

    return ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_X86_MSR_FILTER) <= 0 ||
           ioctl(vm, KVM_X86_SET_MSR_FILTER, &filter) == 0;
}

int processor_start(int kvm, int vm, int vcpu, uint64_t entry)
{
    return processor_learn(kvm) && deny_msrs(kvm, vm) && set_registers(vcpu, &known, entry) &&
           set_syscall(vcpu);
}
