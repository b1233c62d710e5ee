#include "enclave/host/voucher.h"

#include <stdlib.h>
#include <string.h>

#include "edge/loop/worker.h"

enum { CLOSE_PATIENCE_S = 1 };

struct voucher {
    struct worker *worker;
    struct event_base *base;
    struct envelope_source source; /* but for its patience, the thread's own while it runs */
};

struct wish {
    struct work work; /* first */
    struct voucher *voucher;
    struct event *deadline;
    voucher_done *done; /* NULL: told already */
    void *context;
    char *envelope; /* owned */
    size_t size;
    uint8_t evidence[];
};

static void free_wish(struct wish *wish)
{
    if (wish->deadline != NULL) {
        event_free(wish->deadline);
    }
    free(wish->envelope);
    free(wish);
}

static void tell(struct wish *wish, enum pobf_status status)
{
    voucher_done *done = wish->done;

    wish->done = NULL;
    if (done != NULL) {
        done(wish->context, status, wish->envelope);
    }
}

/* In the thread. */
static void vouch(void *context, struct work *first)
{
    struct voucher *voucher = context;

    for (struct work *work = first; work != NULL; work = work->next) {
        struct wish *wish = (struct wish *)work;

        wish->envelope = voucher->source.vouch(&voucher->source, wish->evidence, wish->size);
    }
}

static void on_vouched(struct work *work)
{
    struct wish *wish = (struct wish *)work;

    tell(wish, wish->envelope != NULL ? POBF_OK : POBF_E_SYSTEM);
    free_wish(wish);
}

/* What the thread has begun stays its own until it is done. */
static void on_deadline(evutil_socket_t none, short what, void *context)
{
    struct wish *wish = context;
    const int was_waiting = worker_take_back(wish->voucher->worker, &wish->work);
    voucher_done *done = wish->done;

    (void)none;
    (void)what;
    wish->done = NULL;
    done(wish->context, POBF_E_STATE, NULL);
    if (was_waiting) {
        free_wish(wish);
    }
}

static struct wish *make_wish(struct voucher *voucher, const uint8_t *evidence, size_t size)
{
    const struct timeval patience = {voucher->source.patience_s, 0};
    struct wish *wish = calloc(1, sizeof *wish + size);

    if (wish == NULL) {
        return NULL;
    }
    wish->work.done = on_vouched;
    wish->voucher = voucher;
    wish->size = size;
    memcpy(wish->evidence, evidence, size);
    wish->deadline = evtimer_new(voucher->base, on_deadline, wish);
    if (wish->deadline == NULL || evtimer_add(wish->deadline, &patience) != 0 ||
        worker_put(voucher->worker, &wish->work) != POBF_OK) {
        free_wish(wish);
        return NULL;
    }
    return wish;
}

void voucher_ask(struct voucher *voucher, const uint8_t *evidence, size_t size, voucher_done *done,
                 void *context)
{
    struct wish *wish = make_wish(voucher, evidence, size);

    if (wish == NULL) {
        done(context, POBF_E_SYSTEM, NULL);
        return;
    }
    wish->done = done;
    wish->context = context;
}

enum pobf_status voucher_open(struct voucher **voucher, struct event_base *base,
                              struct envelope_source *source)
{
    struct voucher *made = calloc(1, sizeof *made);
    const struct worker_options options = {
        .base = base, .batch_max = 1, .run = vouch, .context = made};

    *voucher = NULL;
    if (made == NULL || worker_open(&made->worker, &options) != POBF_OK) {
        free(made);
        envelope_close(source);
        return POBF_E_SYSTEM;
    }
    made->base = base;
    made->source = *source;
    *source = (struct envelope_source){.vouch = NULL};
    *voucher = made;
    return POBF_OK;
}

void voucher_close(struct voucher *voucher)
{
    if (voucher != NULL && worker_abandon(voucher->worker, CLOSE_PATIENCE_S)) {
        envelope_close(&voucher->source);
        free(voucher);
    }
}
