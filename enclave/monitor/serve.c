#include "enclave/monitor/serve.h"

#include "enclave/monitor/apart.h"
#include "enclave/monitor/ground.h"
#include "enclave/monitor/link.h"
#include "enclave/monitor/release.h"

/* Give the host a body, where the step that made it was apart and went well. */
static void answer_body(struct message_reply *reply, const struct monitor *monitor,
                        const struct boot *boot, uint32_t cleared)
{
    const struct window *window = &monitor->window;
    const enum pobf_status status = cleared == 1 ? boot->status : POBF_E_SYSTEM;

    reply->status = (uint32_t)status;
    if (status != POBF_OK) {
        return;
    }
    window_put(window, window->body_at, boot->bytes, boot->size);
    reply->body_size = boot->size;
}

/* Evidence: of the monitor's things nothing but the window is written. */
static void answer_evidence(struct message_reply *reply, const struct monitor *monitor,
                            const uint8_t nonce[POBF_NONCE_BYTES])
{
    struct boot boot;
    uint32_t cleared;

    boot.stack = monitor->vault.stack;
    boot.monitor = monitor;
    boot.nonce = nonce;
    cleared = boot_evidence(&boot);
    answer_body(reply, monitor, &boot, cleared);
}

/* An offer: the one task that it is of is FRESH then, or forgotten still. */
static void answer_start(struct message_reply *reply, const struct monitor *monitor)
{
    struct boot boot;
    uint32_t cleared;

    boot.task = vault_free_task(&monitor->vault);
    if (boot.task == NULL) {
        reply->status = POBF_E_SPACE;
        return;
    }
    boot.stack = monitor->vault.stack;
    boot.monitor = monitor;
    cleared = boot_offer(&boot);
    answer_body(reply, monitor, &boot, cleared);
}

/*
 * Bring the task of this id to its end; `exit` and size as call_run has them. It is forgotten then,
 * and what the window holds of it is its receipt and its sealed answer.
 */
static void answer_task(struct message_reply *reply, const struct monitor *monitor,
                        const uint8_t id[POBF_TASK_ID_BYTES], enum pobf_exit exit,
                        size_t sealed_size)
{
    struct pobf_task *task = vault_fresh_task(&monitor->vault, id);
    struct call_end end;

    if (task == NULL) {
        reply->status = POBF_E_STATE;
        return;
    }
    release_task(&end, monitor, task, exit, sealed_size);
    reply->status = (uint32_t)end.status;
    reply->receipt_size = end.receipt_size;
    reply->body_size = end.answer_size;
}

/* Answer whatever the host asks. */
static void answer(struct message_reply *reply, const struct monitor *monitor,
                   const struct message_request *request)
{
    reply->kind = request->kind;
    reply->status = POBF_E_USAGE;
    reply->receipt_size = 0;
    reply->body_size = 0;
    if (request->unused != 0) {
        return;
    }
    switch (request->kind) {
    case LINK_EVIDENCE:
        answer_evidence(reply, monitor, request->value);
        break;
    case LINK_START:
        answer_start(reply, monitor);
        break;
    case LINK_CALL:
        answer_task(reply, monitor, request->value, POBF_EXIT_REFUSED, request->size);
        break;
    case LINK_ABANDON:
        answer_task(reply, monitor, request->value, POBF_EXIT_ABANDONED, 0);
        break;
    default:
        break;
    }
}

/*
 * One request, its reply, and then whatever the next one needs, which no client waits for. A
 * monitor that must end says so, though its host may be gone by then.
 */
static enum pobf_status serve_one(const struct monitor *monitor)
{
    struct message_request request;
    struct message_reply reply;
    enum pobf_status status = ground_receive(monitor, &request);

    if (status != POBF_OK) {
        return status;
    }
    answer(&reply, monitor, &request);
    status = ground_send(monitor, &reply);
    if (reply.status == POBF_E_POISONED) {
        return POBF_E_POISONED;
    }
    return status == POBF_OK ? ground_renew(monitor) : status;
}

enum pobf_status serve_requests(const struct monitor *monitor)
{
    enum pobf_status status;

    do {
        status = serve_one(monitor);
    } while (status == POBF_OK);
    return status == POBF_E_MISSING ? POBF_OK : status;
}
