#include "enclave/monitor/serve.h"

#include "enclave/monitor/ground.h"
#include "enclave/monitor/link.h"
#include "enclave/monitor/release.h"
#include "enclave/platform/sim.h"
#include "framework/chain/steps.h"
#include "framework/core/bytes.h"

/* A request on its way to a reply. It stands on the ordinary stack: nothing in it is secret. */
struct work {
    struct monitor *monitor;
    struct message_request request;
    struct message_reply reply;
    struct pobf_task *task;
    struct call_end end;
    uint8_t body[POBF_EVIDENCE_ROOM]; /* evidence or offer */
    size_t body_size;
    enum pobf_status status;
};

_Static_assert((int)POBF_EVIDENCE_ROOM >= (int)POBF_OFFER_ROOM, "the body has room for both");

static void make_evidence(void *argument)
{
    struct work *work = argument;
    const struct monitor *monitor = work->monitor;
    const struct pobf_chain *chain = monitor->vault.chain;
    struct pobf_evidence evidence = {.platform = POBF_PLATFORM_SIM, .backend = ground_backend()};

    pobf_bytes_copy(evidence.nonce, work->request.value, sizeof evidence.nonce);
    pobf_bytes_copy(evidence.boot_id, chain->boot_id, sizeof evidence.boot_id);
    pobf_bytes_copy(evidence.measurement, chain->measurement, sizeof evidence.measurement);
    pobf_bytes_copy(evidence.monitor, monitor->program, sizeof evidence.monitor);
    pobf_bytes_copy(evidence.policy, chain->policy, sizeof evidence.policy);
    pobf_bytes_copy(evidence.receipt_key, chain->receipt_key, sizeof evidence.receipt_key);
    pobf_bytes_copy(evidence.channel_key, monitor->setup.channel_key, sizeof evidence.channel_key);
    pobf_bytes_copy(evidence.certificate, monitor->setup.certificate, sizeof evidence.certificate);
    work->status = sim_sign(work->body, sizeof work->body, &work->body_size, &evidence);
}

static void make_offer(void *argument)
{
    struct work *work = argument;
    struct pobf_fresh fresh;

    work->status = pobf_start(&fresh, work->task, work->monitor->vault.chain, work->body,
                              sizeof work->body, &work->body_size);
}

/* Run a step that fills the body, and put the body in the window. */
static void answer_with_body(struct work *work, void (*step)(void *))
{
    const struct window *window = &work->monitor->window;

    work->status = POBF_E_SYSTEM;
    if (vault_run(&work->monitor->vault, step, work) == 1 && work->status == POBF_OK) {
        window_put(window, window->body_at, work->body, work->body_size);
        work->reply.body_size = work->body_size;
    }
    work->reply.status = (uint32_t)work->status;
}

static void answer_evidence(struct work *work)
{
    answer_with_body(work, make_evidence);
}

static void answer_start(struct work *work)
{
    work->task = vault_free_task(&work->monitor->vault);
    if (work->task == NULL) {
        work->reply.status = POBF_E_SPACE;
        return;
    }
    answer_with_body(work, make_offer);
}

/* Bring the task that the request names to its end; `exit` and size as call_run has them. */
static void answer_task(struct work *work, enum pobf_exit exit, size_t sealed_size)
{
    work->task = vault_fresh_task(&work->monitor->vault, work->request.value);
    if (work->task == NULL) {
        work->reply.status = POBF_E_STATE;
        return;
    }
    release_task(&work->end, work->monitor, work->task, exit, sealed_size);
    work->reply.status = (uint32_t)work->end.status;
    work->reply.receipt_size = work->end.receipt_size;
    work->reply.body_size = work->end.answer_size;
}

static void answer_call(struct work *work)
{
    answer_task(work, POBF_EXIT_REFUSED, work->request.size);
}

static void answer_abandon(struct work *work)
{
    answer_task(work, POBF_EXIT_ABANDONED, 0);
}

static void answer(struct work *work)
{
    static void (*const answers[])(struct work *) = {
        [LINK_EVIDENCE] = answer_evidence,
        [LINK_START] = answer_start,
        [LINK_CALL] = answer_call,
        [LINK_ABANDON] = answer_abandon,
    };
    const uint32_t kind = work->request.kind;

    work->reply = (struct message_reply){.kind = kind, .status = POBF_E_USAGE};
    if (kind < sizeof answers / sizeof answers[0] && work->request.unused == 0) {
        answers[kind](work);
    }
}

/* One request, its reply, and then whatever the next one needs, which no client waits for. */
static enum pobf_status serve_one(struct monitor *monitor)
{
    struct work work = {.monitor = monitor};
    enum pobf_status status = ground_receive(monitor, &work.request);

    if (status != POBF_OK) {
        return status;
    }
    answer(&work);
    status = ground_send(monitor, &work.reply);
    if (status != POBF_OK) {
        return status;
    }
    if (work.reply.status == POBF_E_POISONED) {
        return POBF_E_POISONED;
    }
    return ground_renew(monitor);
}

enum pobf_status serve_requests(struct monitor *monitor)
{
    enum pobf_status status;

    do {
        status = serve_one(monitor);
    } while (status == POBF_OK);
    return status == POBF_E_MISSING ? POBF_OK : status;
}
