/*
 * After a call, however it went, no byte of the machine and no register of its processor holds what
 * the data provider sent. The keeper's own code runs in this process, so that all of the guest's
 * memory, the vault too, and all that KVM holds of the processor can be searched from outside.
 */
#include "tests/enclave/kvm/inside.h"

#include <sys/wait.h>

#include "enclave/kvm/watchdog.h"

enum { CANARY_BYTES = 8, INPUT_BYTES = 1 + 64 * CANARY_BYTES };
enum { SEALED_BYTES = INPUT_BYTES + POBF_SEALED_OVERHEAD, LOOK_US = 30000 };

/* No copy of the canary itself may be in this process: what is kept and compared is masked. */
#define MASK UINT64_C(0xa5a5a5a5a5a5a5a5)

/* What registers.c plants, masked. */
#define MARK_MASKED (UINT64_C(0x5ec4e75ec4e75ec4) ^ MASK)
#define MARK_ADDRESS_MASKED (UINT64_C(0x00005ec4e75ec4e7) ^ MASK)

static const struct harness_limits limits = {
    .deadline_ms = 100, .input_max = 8192, .output_max = 8192, .arena = 65536, .stack = 65536};

static uint64_t masked_canary;

#define OPENER(name)                                                                               \
    static int open_##name(void **state)                                                           \
    {                                                                                              \
        (void)state;                                                                               \
        return open_keeper(#name, &limits);                                                        \
    }
OPENER(keep)
OPENER(trap)
OPENER(hold)
OPENER(registers)

static uint64_t found_in(const void *memory, size_t size, uint64_t masked)
{
    const uint8_t *bytes = memory;
    uint64_t found = 0;

    for (size_t i = 0; i + sizeof(uint64_t) <= size; i++) {
        uint64_t word;

        memcpy(&word, bytes + i, sizeof word);
        found += (word ^ MASK) == masked;
    }
    return found;
}

/* How often it stands in any writable byte of this process, the guest among them. */
static uint64_t found_in_memory(uint64_t masked)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    uint64_t found = 0;

    assert_non_null(maps);
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long begin;
        unsigned long end;

        if (sscanf(line, "%lx-%lx rw", &begin, &end) == 2 && strstr(line, " rw") != NULL) {
            found += found_in((const void *)begin, end - begin, masked);
        }
    }
    fclose(maps);
    return found;
}

/* And in what KVM holds of the processor: each kind of register that it knows. */
static uint64_t found_in_processor(uint64_t masked)
{
    struct kvm_regs regs;
    struct kvm_sregs sregs;
    struct kvm_xsave xsave;
    struct kvm_debugregs debug;
    const int vcpu = keeper.machine.vcpu;

    /* KVM copies the last exit's registers only when it is asked again. */
    assert_int_equal(ioctl(vcpu, KVM_GET_REGS, &regs), 0);
    assert_int_equal(ioctl(vcpu, KVM_GET_SREGS, &sregs), 0);
    assert_int_equal(ioctl(vcpu, KVM_GET_XSAVE, &xsave), 0);
    assert_int_equal(ioctl(vcpu, KVM_GET_DEBUGREGS, &debug), 0);
    return found_in(&regs, sizeof regs, masked) + found_in(&sregs, sizeof sregs, masked) +
           found_in(&xsave, sizeof xsave, masked) + found_in(&debug, sizeof debug, masked);
}

/* The page on which F's exceptions land holds the frame that F starts with, and nothing else. */
static void assert_frame_is_golden(const uint8_t *page)
{
    const uint64_t frame[] = {
        TRUSTLET_LANDING,
        TRUSTLET_CODE3,
        2,
        IMAGE_ZONE_AT + keeper.image.stack.at + keeper.image.stack.size,
        TRUSTLET_DATA3,
    };

    for (size_t i = 0; i < TRUSTLET_FRAME; i++) {
        assert_int_equal(page[i], 0);
    }
    assert_memory_equal(page + TRUSTLET_FRAME, frame, sizeof frame);
}

/* What F can write is as it was at the start, seen from outside. */
static void assert_golden(void)
{
    const struct plan *plan = &keeper.plan;
    const uint8_t *guest = keeper.guest.bytes;
    const uint8_t *zone = guest + plan->at[PLAN_ZONE].value;
    const size_t golden = keeper.image.variables.at + keeper.image.data.file_size;

    assert_memory_equal(zone, guest + plan->at[PLAN_GOLDEN].value, golden);
    for (size_t i = golden; i < plan->size[PLAN_ZONE]; i++) {
        assert_int_equal(zone[i], 0);
    }
    assert_frame_is_golden(guest + plan->at[PLAN_STACK0_F].value);
    assert_memory_equal(guest + plan->at[PLAN_TABLES].value,
                        guest + plan->at[PLAN_TABLES_COPY].value, plan->tables_used);
}

/* The data provider, in a process of its own: draws the canary, tells it masked, seals the input. */
static void provide(int pipe_end, uint8_t first, const struct pobf_offer *offer)
{
    static uint8_t message[SEALED_BYTES];
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t ephemeral[POBF_X25519_BYTES];
    uint64_t canary;
    uint64_t masked;

    randombytes_buf(&canary, sizeof canary);
    randombytes_buf(ephemeral, sizeof ephemeral);
    masked = canary ^ MASK;
    message[POBF_X25519_BYTES] = first;
    for (int i = 0; i < INPUT_BYTES / CANARY_BYTES; i++) {
        memcpy(message + POBF_X25519_BYTES + 1 + i * CANARY_BYTES, &canary, sizeof canary);
    }
    if (pobf_provider_begin(&provider, offer, keeper.image.measurement, keeper.image.policy,
                            ephemeral) != POBF_OK ||
        pobf_provider_seal(&provider, message, INPUT_BYTES, commitment) != POBF_OK ||
        write(pipe_end, &masked, sizeof masked) != sizeof masked ||
        write(pipe_end, message, sizeof message) != sizeof message) {
        _exit(1);
    }
    _exit(0);
}

/* Start a task, have its input sealed, put that in the window: what is left is the call. */
static struct message_request prepare(uint8_t first)
{
    struct message_request request = {.kind = LINK_CALL, .size = SEALED_BYTES};
    struct pobf_offer offer;
    uint8_t sealed[SEALED_BYTES];
    int ends[2];
    pid_t provider;

    take_offer(&offer);
    assert_int_equal(pipe(ends), 0);
    provider = fork();
    if (provider == 0) {
        provide(ends[1], first, &offer);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &masked_canary, sizeof masked_canary), sizeof masked_canary);
    assert_int_equal(read(ends[0], sealed, sizeof sealed), sizeof sealed);
    close(ends[0]);
    assert_int_equal(waitpid(provider, NULL, 0), provider);
    window_put(&keeper.window, keeper.window.input_at, sealed, sizeof sealed);
    memcpy(request.value, offer.task_id, sizeof offer.task_id);
    return request;
}

static struct pobf_receipt receipt_of(const struct message_reply *reply)
{
    struct pobf_receipt receipt;
    uint8_t bytes[POBF_RECEIPT_ROOM];

    assert_true(reply->receipt_size > 0 && reply->receipt_size <= sizeof bytes);
    memcpy(bytes, (const uint8_t *)(uintptr_t)keeper.window.bytes, reply->receipt_size);
    assert_int_equal(pobf_receipt_parse(&receipt, bytes, reply->receipt_size), POBF_OK);
    return receipt;
}

static void assert_call_leaves_nothing(uint8_t first, enum pobf_exit exit)
{
    const struct message_request request = prepare(first);
    struct message_reply reply;

    assert_int_equal(keeper_turn(&keeper, &request, &reply), POBF_OK);
    assert_int_equal(receipt_of(&reply).exit, exit);
    assert_int_equal(found_in_memory(masked_canary), 0);
    assert_int_equal(found_in_processor(masked_canary), 0);
    assert_golden();
}

static void a_call_that_returns_leaves_nothing(void **state)
{
    (void)state;
    assert_call_leaves_nothing('s', POBF_EXIT_RETURNED);
    assert_call_leaves_nothing('s', POBF_EXIT_RETURNED);
}

static void a_call_that_traps_leaves_nothing(void **state)
{
    (void)state;
    assert_call_leaves_nothing('u', POBF_EXIT_TRAP);
    assert_call_leaves_nothing('d', POBF_EXIT_TRAP);
}

/* Shows that looking finds: the function is stopped in the middle, and its memory is full of it. */
static void a_call_past_its_deadline_is_full_of_it_and_then_leaves_nothing(void **state)
{
    const struct message_request request = prepare('s');
    const struct guest_address stack0 = keeper.plan.at[PLAN_STACK0_M];

    (void)state;
    keeper.mail->request = request;
    watchdog_arm(LOOK_US);
    assert_int_equal(machine_run(&keeper.machine), MACHINE_INTERRUPT);
    assert_true(found_in_memory(masked_canary) > 1000);
    assert_int_equal(machine_take_turn(&keeper.machine, &keeper.guest, stack0), 1);
    assert_int_equal(machine_run(&keeper.machine), MACHINE_READY);
    watchdog_disarm();
    assert_int_equal(receipt_of(&keeper.mail->reply).exit, POBF_EXIT_DEADLINE);
    assert_int_equal(found_in_memory(masked_canary), 0);
    assert_int_equal(found_in_processor(masked_canary), 0);
    assert_golden();
}

static void the_deadline_alone_ends_a_call_too(void **state)
{
    (void)state;
    assert_call_leaves_nothing('s', POBF_EXIT_DEADLINE);
}

/* What a function leaves in registers, CR2 among them, is not in the processor afterwards. */
static void no_register_keeps_what_a_function_planted(void **state)
{
    static const struct {
        uint8_t way;
        enum pobf_exit exit;
    } ways[] = {
        {'p', POBF_EXIT_RETURNED},
        {'t', POBF_EXIT_TRAP},
        {'f', POBF_EXIT_MEMORY},
        {'d', POBF_EXIT_DEADLINE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        const struct message_request request = prepare(ways[i].way);
        struct message_reply reply;

        assert_int_equal(keeper_turn(&keeper, &request, &reply), POBF_OK);
        assert_int_equal(receipt_of(&reply).exit, ways[i].exit);
        take_offer(&(struct pobf_offer){{0}, {0}, {0}}); /* KVM takes up what was set */
        assert_int_equal(found_in_processor(MARK_MASKED), 0);
        assert_int_equal(found_in_processor(MARK_ADDRESS_MASKED), 0);
        assert_golden();
    }
}

/* Shows that the search finds what is planted there. */
static void a_planted_register_is_found(void **state)
{
    struct kvm_regs regs;

    (void)state;
    assert_int_equal(ioctl(keeper.machine.vcpu, KVM_GET_REGS, &regs), 0);
    regs.r13 = MARK_MASKED ^ MASK;
    assert_int_equal(ioctl(keeper.machine.vcpu, KVM_SET_REGS, &regs), 0);
    assert_int_equal(found_in_processor(MARK_MASKED), 1);
}

/* Whatever changed the tables: the comparison is not with zeros, and its outcome is obeyed. */
static void a_changed_table_leaves_neither_answer_nor_receipt(void **state)
{
    const struct message_request request = prepare('s');
    struct message_reply reply;

    (void)state;
    keeper.guest.bytes[keeper.plan.at[PLAN_TABLES_COPY].value + keeper.plan.tables_used - 1] ^= 1;
    assert_int_equal(keeper_turn(&keeper, &request, &reply), POBF_E_POISONED);
    assert_int_equal(reply.status, POBF_E_POISONED);
    assert_int_equal(reply.body_size, 0);
    assert_int_equal(reply.receipt_size, 0);
    assert_int_equal(found_in_memory(masked_canary), 0);
    assert_int_equal(found_in_processor(masked_canary), 0);
}

static void a_closed_keeper_has_overwritten_everything(void **state)
{
    (void)state;
    assert_call_leaves_nothing('s', POBF_EXIT_RETURNED);
    keeper_close(&keeper);
    for (size_t i = 0; i < keeper.guest.private_size; i++) {
        assert_int_equal(keeper.guest.bytes[i], 0);
    }
}

int main(void)
{
#define WITH(name, test) cmocka_unit_test_setup_teardown(test, open_##name, close_keeper)
    const struct CMUnitTest tests[] = {
        WITH(keep, a_call_that_returns_leaves_nothing),
        WITH(trap, a_call_that_traps_leaves_nothing),
        WITH(hold, a_call_past_its_deadline_is_full_of_it_and_then_leaves_nothing),
        WITH(hold, the_deadline_alone_ends_a_call_too),
        WITH(registers, no_register_keeps_what_a_function_planted),
        WITH(registers, a_planted_register_is_found),
        WITH(keep, a_changed_table_leaves_neither_answer_nor_receipt),
        WITH(keep, a_closed_keeper_has_overwritten_everything),
    };

    return harness_skips() ? 0
                           : cmocka_run_group_tests_name("enclave/kvm/residue", tests, NULL, NULL);
}
