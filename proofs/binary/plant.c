#include "proofs/binary/plant.h"

#include <string.h>
#include <sys/ioctl.h>

static int plant_general(int vcpu, uint64_t word)
{
    struct kvm_regs regs;

    if (ioctl(vcpu, KVM_GET_REGS, &regs) != 0) {
        return 0;
    }
    regs.r13 = word;
    return ioctl(vcpu, KVM_SET_REGS, &regs) == 0;
}

/* The address of the last page fault. */
static int plant_control(int vcpu, uint64_t word)
{
    struct kvm_sregs sregs;

    if (ioctl(vcpu, KVM_GET_SREGS, &sregs) != 0) {
        return 0;
    }
    sregs.cr2 = word;
    return ioctl(vcpu, KVM_SET_SREGS, &sregs) == 0;
}

static int plant_debug(int vcpu, uint64_t word)
{
    struct kvm_debugregs debug;

    if (ioctl(vcpu, KVM_GET_DEBUGREGS, &debug) != 0) {
        return 0;
    }
    debug.db[0] = word & 0x7fffffff; /* an address */
    return ioctl(vcpu, KVM_SET_DEBUGREGS, &debug) == 0;
}

static int plant_vector(int vcpu, uint64_t word)
{
    enum { XMM5 = (160 + 5 * 16) / 4, HEADER = 512 / 4, SSE = 2 };
    struct kvm_xsave xsave;

    if (ioctl(vcpu, KVM_GET_XSAVE, &xsave) != 0) {
        return 0;
    }
    xsave.region[HEADER] |= SSE;
    memcpy(&xsave.region[XMM5], &word, sizeof word);
    return ioctl(vcpu, KVM_SET_XSAVE, &xsave) == 0;
}

static int plant_msr(int vcpu, uint64_t word)
{
    enum { PAT = 0x277 };
    union {
        struct kvm_msrs msrs;
        uint8_t room[sizeof(struct kvm_msrs) + sizeof(struct kvm_msr_entry)];
    } one = {.msrs = {.nmsrs = 1}};

    /* Eight types of memory, each 0, 1, 4 to 7: a bit of the secret for each. */
    one.msrs.entries[0] = (struct kvm_msr_entry){
        .index = PAT, .data = UINT64_C(0x0404040404040404) | (word & UINT64_C(0x0303030303030303))};
    return ioctl(vcpu, KVM_SET_MSRS, &one) == 1;
}

static int plant_region(struct keeper *keeper, const char *where, const uint8_t secret[8])
{
    static const char *const names[PLAN_REGION_COUNT] = {
#define X(name, address, right) #name,
        PLAN_REGIONS(X)
#undef X
    };

    for (int i = 0; i < PLAN_REGION_COUNT; i++) {
        if (strcmp(where, names[i]) == 0 && keeper->plan.size[i] >= 8) {
            const struct guest_address end = {keeper->plan.at[i].value + keeper->plan.size[i] - 8};

            memcpy(guest_at(&keeper->guest, end, 8), secret, 8);
            return 1;
        }
    }
    return 0;
}

int plant_secret(struct keeper *keeper, const char *where, const uint8_t secret[8])
{
    static const struct {
        const char *name;
        int (*plant)(int vcpu, uint64_t word);
    } registers[] = {
        {"general", plant_general}, {"control", plant_control}, {"debug", plant_debug},
        {"vector", plant_vector},   {"msr", plant_msr},
    };
    uint64_t word;

    if (where == NULL) {
        return 1;
    }
    memcpy(&word, secret, sizeof word);
    for (size_t i = 0; i < sizeof registers / sizeof registers[0]; i++) {
        if (strcmp(where, registers[i].name) == 0) {
            return registers[i].plant(keeper->machine.vcpu, word);
        }
    }
    return plant_region(keeper, where, secret);
}
