#include "enclave/process/registers.h"
#include "enclave/trustlet/abi.h"
#include "enclave/trustlet/cross.h"
#include "enclave/trustlet/stand.h"
#include "enclave/trustlet/tsc.h"
#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

#define RFLAGS_START 2 /* the bit that is always one */

/* What an exception saves, and an iretq takes up. */
struct frame {
    uint64_t rip;
    uint64_t cs;
    uint64_t rflags;
    uint64_t rsp;
    uint64_t ss;
};

static volatile struct trustlet_mail *const mail = (void *)TRUSTLET_MAIL;
static uint8_t *const stack0_f = (uint8_t *)TRUSTLET_STACK0_F;

/* The page on which F's exceptions land: zeros, and the frame that it starts with. */
static void make_frame(const struct image *image)
{
    struct frame *frame = (struct frame *)(void *)(stack0_f + TRUSTLET_FRAME);

    pobf_wipe(stack0_f, IMAGE_PAGE);
    *frame = (struct frame){
        .rip = TRUSTLET_LANDING,
        .cs = TRUSTLET_CODE3,
        .rflags = RFLAGS_START,
        .rsp = IMAGE_ZONE_AT + image->stack.at + image->stack.size,
        .ss = TRUSTLET_DATA3,
    };
}

/* How F ended is read on the vault's stack: where it stood may depend on the input. */
struct judgement {
    const struct image *image;
    const struct crossing *crossing;
    enum pobf_exit exit;
};

/* Did F stand before a system call instruction: syscall, sysenter, int n? */
static int at_system_call(const struct image *image, uint64_t rip)
{
    const uint64_t offset = rip - IMAGE_TEXT_AT;
    const uint8_t *text = (const uint8_t *)TRUSTLET_TEXT;

    if (rip == TRUSTLET_SYSCALL) {
        return 1;
    }
    if (rip < IMAGE_TEXT_AT || image->text.memory_size < 2 ||
        offset > image->text.memory_size - 2) {
        return 0;
    }
    text += offset;
    return (text[0] == 0x0f && (text[1] == 0x05 || text[1] == 0x34)) || text[0] == 0xcd;
}

static enum pobf_exit exit_of(uint32_t vector, int system_call)
{
    enum { PAGE = 14, PROTECTION = 13, STACK = 12, SEGMENT = 11, ALIGNMENT = 17 };

    if (vector == TRUSTLET_DEADLINE) {
        return POBF_EXIT_DEADLINE;
    }
    if (system_call) {
        return POBF_EXIT_SYSTEM_CALL;
    }
    switch (vector) {
    case PAGE:
    case PROTECTION:
    case STACK:
    case SEGMENT:
    case ALIGNMENT:
        return POBF_EXIT_MEMORY;
    default:
        return POBF_EXIT_TRAP;
    }
}

static void judge(void *argument)
{
    struct judgement *judgement = argument;
    const struct frame *frame = (const struct frame *)(const void *)(stack0_f + TRUSTLET_FRAME);
    const struct crossing *crossing = judgement->crossing;

    if (crossing->vector == TRUSTLET_UD && frame->rip == (uint64_t)trustlet_landed) {
        judgement->exit = crossing->failed ? POBF_EXIT_FAILED : POBF_EXIT_RETURNED;
    } else {
        judgement->exit = exit_of(crossing->vector, at_system_call(judgement->image, frame->rip));
    }
}

/* What neither side may change: page tables, descriptors, the gate. */
static int tables_are_golden(const struct stand *stand)
{
    return pobf_bytes_equal((const uint8_t *)TRUSTLET_TABLES, (const uint8_t *)TRUSTLET_TABLES_COPY,
                            stand->tables_size);
}

/* The host watches the clock: no instruction of ours runs beside F. */
enum pobf_status ground_run(const struct monitor *monitor, struct ground_result *result)
{
    const struct stand *stand = monitor->below;
    struct crossing crossing = {.entry = monitor->image.entry};
    struct judgement judgement = {.image = &monitor->image, .crossing = &crossing};
    uint64_t start;

    make_frame(&monitor->image);
    start = tsc_read();
    mail->entered = start;
    trustlet_cross(&crossing);
    mail->entered = 0;
    result->time_us = (tsc_read() - start) * 1000 / stand->tsc_khz;
    if (registers_wiped_call(judge, &judgement, monitor->vault.stack, VAULT_STACK_BYTES) != 1) {
        return POBF_E_SYSTEM;
    }
    result->exit = judgement.exit;
    make_frame(&monitor->image);
    return tables_are_golden(stand) ? POBF_OK : POBF_E_SYSTEM;
}

enum pobf_status ground_renew(const struct monitor *monitor)
{
    (void)monitor;
    return POBF_OK;
}

/* The request is read once, into memory of our own. */
enum pobf_status ground_receive(const struct monitor *monitor, struct message_request *request)
{
    (void)monitor;
    stand_hand_over(TRUSTLET_PORT_READY);
    pobf_bytes_copy_in((uint8_t *)request, (const volatile uint8_t *)&mail->request,
                       sizeof *request);
    return POBF_OK;
}

/* It leaves with the next hand-over, which comes at once. */
enum pobf_status ground_send(const struct monitor *monitor, const struct message_reply *reply)
{
    (void)monitor;
    mail->reply.kind = reply->kind;
    mail->reply.status = reply->status;
    mail->reply.body_size = reply->body_size;
    mail->reply.receipt_size = reply->receipt_size;
    return POBF_OK;
}

uint64_t ground_now_s(const struct monitor *monitor)
{
    (void)monitor;
    return mail->now_s;
}

/* Registers go to the host with the turn: whatever the last copy left there, a byte of it, stays here. */
void stand_hand_over(uint16_t port)
{
    registers_clear();
    __asm__ volatile("outb %b0, %w1" : : "a"(0), "Nd"(port) : "memory");
}

enum pobf_backend ground_backend(void)
{
    return POBF_BACKEND_KVM;
}
