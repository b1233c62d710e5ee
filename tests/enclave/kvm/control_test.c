/*
 * What only an operating system may change, and what would then outlive a call: model-specific and
 * debug registers, XCR0, control registers and tables. A function tries every instruction that could
 * plant something there; after each try, all that KVM holds of them is as it was at the start.
 */
#include "tests/enclave/kvm/inside.h"

enum { MSRS_MAX = 512, MARK = 0x5ec4 };
enum { MSR_TSC = 0x10, MSR_KERNEL_GS_BASE = (int)0xc0000102 };

static const struct harness_limits limits = {
    .deadline_ms = 300, .input_max = 64, .output_max = 64, .arena = 4096, .stack = 65536};

/* All of it, at one moment. */
struct control {
    struct kvm_sregs sregs;
    struct kvm_xcrs xcrs;
    struct kvm_debugregs debug;
    uint32_t msr_count;
    struct kvm_msr_entry msrs[MSRS_MAX];
};

static struct control at_start;
static struct control now;
static uint32_t indices[MSRS_MAX];
static uint32_t index_count;

/* The numbers of all registers that this KVM knows, but for the counter, which runs on. */
static int list_msrs(void)
{
    union {
        struct kvm_msr_list list;
        uint32_t room[1 + MSRS_MAX];
    } all = {.list = {.nmsrs = MSRS_MAX}};

    if (ioctl(keeper.machine.kvm, KVM_GET_MSR_INDEX_LIST, &all) != 0) {
        return -1;
    }
    for (uint32_t i = 0; i < all.list.nmsrs; i++) {
        if (all.list.indices[i] != MSR_TSC) {
            indices[index_count++] = all.list.indices[i];
        }
    }
    return 0;
}

/* Each by itself: one that cannot be read on this machine is left out, here and ever after. */
static void look_at_msrs(struct control *control)
{
    union {
        struct kvm_msrs msrs;
        uint8_t room[sizeof(struct kvm_msrs) + sizeof(struct kvm_msr_entry)];
    } one;

    for (uint32_t i = 0; i < index_count; i++) {
        memset(&one, 0, sizeof one);
        one.msrs.nmsrs = 1;
        one.msrs.entries[0].index = indices[i];
        if (ioctl(keeper.machine.vcpu, KVM_GET_MSRS, &one) == 1) {
            control->msrs[control->msr_count++] = one.msrs.entries[0];
        }
    }
}

static void look(struct control *control)
{
    const int vcpu = keeper.machine.vcpu;

    memset(control, 0, sizeof *control);
    assert_int_equal(ioctl(vcpu, KVM_GET_SREGS, &control->sregs), 0);
    assert_int_equal(ioctl(vcpu, KVM_GET_XCRS, &control->xcrs), 0);
    assert_int_equal(ioctl(vcpu, KVM_GET_DEBUGREGS, &control->debug), 0);
    look_at_msrs(control);
}

static void call(uint8_t number, enum pobf_status *status, uint8_t *first)
{
    static uint8_t sealed[1 + POBF_SEALED_OVERHEAD];
    struct message_request request = {.kind = LINK_CALL, .size = sizeof sealed};
    struct message_reply reply;
    struct pobf_offer offer;
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t ephemeral[POBF_X25519_BYTES];
    size_t size;

    take_offer(&offer);
    randombytes_buf(ephemeral, sizeof ephemeral);
    memset(sealed, 0, sizeof sealed);
    sealed[POBF_X25519_BYTES] = number;
    assert_int_equal(pobf_provider_begin(&provider, &offer, keeper.image.measurement,
                                         keeper.image.policy, ephemeral),
                     POBF_OK);
    assert_int_equal(pobf_provider_seal(&provider, sealed, 1, commitment), POBF_OK);
    window_put(&keeper.window, keeper.window.input_at, sealed, sizeof sealed);
    memcpy(request.value, offer.task_id, sizeof offer.task_id);
    assert_int_equal(keeper_turn(&keeper, &request, &reply), POBF_OK);
    *status = (enum pobf_status)reply.status;
    *first = 0;
    if (*status == POBF_OK) {
        memcpy(sealed, (const uint8_t *)(uintptr_t)keeper.window.bytes + keeper.window.body_at,
               sizeof sealed);
        assert_int_equal(pobf_provider_open(&provider, sealed, sizeof sealed, &size, commitment),
                         POBF_OK);
        *first = sealed[POBF_X25519_BYTES];
    }
}

/* KVM takes up what it was told to set with the next run: let the monitor run, for anything. */
static void run_once(void)
{
    const struct message_request request = {.kind = LINK_EVIDENCE};
    struct message_reply reply;

    assert_int_equal(keeper_turn(&keeper, &request, &reply), POBF_OK);
}

static uint8_t tries;

static int open_privileged(void **state)
{
    enum pobf_status status;

    (void)state;
    index_count = 0;
    if (open_keeper("privileged", &limits) != 0 || list_msrs() != 0) {
        return -1;
    }
    call(0, &status, &tries);
    run_once();
    look(&at_start);
    return status == POBF_OK && tries > 60 && at_start.msr_count > 20 ? 0 : -1;
}

/* Try them all; after each, `same` holds. */
static void try_all(int (*same)(void))
{
    for (uint8_t number = 1; number < tries; number++) {
        enum pobf_status status;
        uint8_t nothing;

        call(number, &status, &nothing);
        assert_int_equal(status, POBF_E_FUNCTION);
        run_once();
        look(&now);
        if (!same()) {
            fail_msg("not as at the start, after number %d of privileged.c", number);
        }
    }
}

static int same_msrs(void)
{
    return now.msr_count == at_start.msr_count &&
           memcmp(now.msrs, at_start.msrs, now.msr_count * sizeof now.msrs[0]) == 0;
}

static int same_debug(void)
{
    return memcmp(&now.debug, &at_start.debug, sizeof now.debug) == 0;
}

static int same_xcrs(void)
{
    return memcmp(&now.xcrs, &at_start.xcrs, sizeof now.xcrs) == 0;
}

static int same_sregs(void)
{
    return memcmp(&now.sregs, &at_start.sregs, sizeof now.sregs) == 0;
}

/* Each test ends with its control: what somebody else plants there is seen. */
static void no_model_specific_register_keeps_anything(void **state)
{
    union {
        struct kvm_msrs msrs;
        uint8_t room[sizeof(struct kvm_msrs) + sizeof(struct kvm_msr_entry)];
    } one = {.msrs = {.nmsrs = 1}};

    (void)state;
    try_all(same_msrs);
    one.msrs.entries[0].index = (uint32_t)MSR_KERNEL_GS_BASE;
    one.msrs.entries[0].data = MARK;
    assert_int_equal(ioctl(keeper.machine.vcpu, KVM_SET_MSRS, &one), 1);
    look(&now);
    assert_false(same_msrs());
}

static void no_debug_register_keeps_anything(void **state)
{
    struct kvm_debugregs planted;

    (void)state;
    try_all(same_debug);
    planted = now.debug;
    planted.db[0] = MARK;
    assert_int_equal(ioctl(keeper.machine.vcpu, KVM_SET_DEBUGREGS, &planted), 0);
    look(&now);
    assert_false(same_debug());
}

static void xcr0_keeps_what_it_was_set_to(void **state)
{
    (void)state;
    try_all(same_xcrs);
    now.xcrs.xcrs[0].value ^= 4;
    assert_false(same_xcrs());
}

static void no_control_register_and_no_table_keeps_anything(void **state)
{
    struct kvm_sregs planted;

    (void)state;
    try_all(same_sregs);
    planted = now.sregs;
    planted.cr2 = MARK;
    assert_int_equal(ioctl(keeper.machine.vcpu, KVM_SET_SREGS, &planted), 0);
    look(&now);
    assert_false(same_sregs());
}

int main(void)
{
#define WITH(test) cmocka_unit_test_setup_teardown(test, open_privileged, close_keeper)
    const struct CMUnitTest tests[] = {
        WITH(no_model_specific_register_keeps_anything),
        WITH(no_debug_register_keeps_anything),
        WITH(xcr0_keeps_what_it_was_set_to),
        WITH(no_control_register_and_no_table_keeps_anything),
    };

    return harness_skips() ? 0
                           : cmocka_run_group_tests_name("enclave/kvm/control", tests, NULL, NULL);
}
