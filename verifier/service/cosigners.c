#include "verifier/service/cosigners.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/cli/talk.h"
#include "edge/loop/worker.h"
#include "verifier/client/input.h"
#include "verifier/service/cosign.h"
#include "verifier/service/cosigner.h"

enum {
    PATIENCE_S = 4,
    MOMENT_US = 100000,
    AGAIN_S = 5,
    PAUSE_MAX = 12, /* times AGAIN_S: who fails is asked ever less often, each minute at last */
    CLOSE_PATIENCE_S = 1
};

/* A witness that is asked. What is below `is_asked` is the thread's own while it is 1. */
struct asked {
    struct work work; /* first */
    struct cosigners *cosigners;
    struct worker *worker;
    size_t member;
    int is_late, is_failing;
    unsigned pause, paused; /* of one that fails: so many times it is passed over, and was so far */
    uint64_t signatures, failures;
    int is_asked;
    struct cosigner *cosigner;
    struct cosigner_plea plea;
    char line[NOTE_LINE_ROOM];
    size_t line_size;
    enum pobf_status status;
};

struct cosigners {
    struct cosigners_options options;
    struct asked *asked[QUORUM_MEMBERS_MAX];
    size_t count;
    struct event *deadline; /* of the round */
    struct event *again;
    uint64_t size; /* of the newest checkpoint that was asked for */
    int is_round, is_closing;
    uint64_t rounds, short_rounds; /* .. that ended without a quorum */
};

static uint32_t signers(const struct cosigners *cosigners)
{
    const struct sequencer *log = cosigners->options.log(cosigners->options.context);

    return log == NULL ? 0 : cosign_signers(log, cosigners->options.quorum);
}

/* In the thread. */
static void ask(void *context, struct work *first)
{
    struct asked *asked = context;

    (void)first;
    asked->status = cosigner_ask(asked->cosigner, asked->line, &asked->line_size, &asked->plea);
}

static void begin_asking(struct asked *asked, const struct sequencer *log)
{
    cosign_plead(&asked->plea, log);
    asked->is_asked = worker_put(asked->worker, &asked->work) == POBF_OK;
}

static int is_awaited(const struct cosigners *cosigners, const struct asked *asked)
{
    return asked->is_asked && !asked->is_late && asked->plea.size == cosigners->size;
}

static void settle(struct cosigners *cosigners)
{
    const struct quorum *quorum = cosigners->options.quorum;

    event_del(cosigners->deadline);
    cosigners->is_round = 0;
    cosigners->rounds++;
    cosigners->short_rounds += !quorum_holds(quorum, signers(cosigners));
    cosigners->options.settled(cosigners->options.context);
}

/* Is there anybody left to wait for, and for how long? */
static void look(struct cosigners *cosigners)
{
    const struct timeval moment = {0, MOMENT_US};
    size_t awaited = 0;

    for (size_t i = 0; i < cosigners->count; i++) {
        awaited += (size_t)is_awaited(cosigners, cosigners->asked[i]);
    }
    if (awaited == 0) {
        settle(cosigners);
    } else if (quorum_holds(cosigners->options.quorum, signers(cosigners))) {
        event_add(cosigners->deadline, &moment);
    }
}

static void on_deadline(evutil_socket_t none, short what, void *context)
{
    struct cosigners *cosigners = context;

    (void)none;
    (void)what;
    for (size_t i = 0; i < cosigners->count; i++) {
        cosigners->asked[i]->is_late |= is_awaited(cosigners, cosigners->asked[i]);
    }
    settle(cosigners);
}

/* The newest checkpoint may be another one by now: then it is asked for that. */
static void publish(struct asked *asked)
{
    struct cosigners *cosigners = asked->cosigners;
    struct sequencer *log = cosigners->options.log(cosigners->options.context);
    enum pobf_status status = POBF_OK;

    asked->is_late = asked->is_failing = 0;
    asked->pause = asked->paused = 0;
    asked->signatures++;
    if (log == NULL || sequencer_checkpoint(log)->size != asked->plea.size) {
        if (log != NULL) {
            begin_asking(asked, log);
        }
        return;
    }
    if ((signers(cosigners) >> asked->member & 1) == 0) {
        status = sequencer_cosign(log, asked->line, asked->line_size);
    }
    if (status != POBF_OK) {
        talk_error(status, cosigners->options.quorum->member[asked->member].name,
                   "its signature could not be published");
    }
}

static void on_answer(struct work *work)
{
    struct asked *asked = (struct asked *)work;
    struct cosigners *cosigners = asked->cosigners;

    asked->is_asked = 0;
    if (cosigners->is_closing) {
        return;
    }
    if (asked->status == POBF_OK) {
        publish(asked);
    } else {
        asked->is_late = 0;
        asked->is_failing = 1;
        asked->paused = 0;
        asked->pause = 2 * asked->pause + 1 < PAUSE_MAX ? 2 * asked->pause + 1 : PAUSE_MAX - 1;
        asked->failures++;
    }
    if (cosigners->is_round) {
        look(cosigners);
    }
}

static int is_due(struct asked *asked, uint32_t signed_by)
{
    return !asked->is_asked && (signed_by >> asked->member & 1) == 0 &&
           (!asked->is_failing || asked->paused++ >= asked->pause);
}

/* Nobody waits for these. */
static void on_again(evutil_socket_t none, short what, void *context)
{
    struct cosigners *cosigners = context;
    const struct sequencer *log = cosigners->options.log(cosigners->options.context);
    const uint32_t signed_by = signers(cosigners);

    (void)none;
    (void)what;
    for (size_t i = 0; i < cosigners->count && log != NULL; i++) {
        struct asked *asked = cosigners->asked[i];

        if (is_due(asked, signed_by)) {
            asked->is_late = 1;
            begin_asking(asked, log);
        }
    }
}

void cosigners_ask(struct cosigners *cosigners)
{
    const struct timeval patience = {PATIENCE_S, 0};
    const struct sequencer *log = cosigners->options.log(cosigners->options.context);
    const uint32_t signed_by = signers(cosigners);

    cosigners->is_round = 1;
    cosigners->size = sequencer_checkpoint(log)->size;
    for (size_t i = 0; i < cosigners->count; i++) {
        struct asked *asked = cosigners->asked[i];

        if (!asked->is_asked && !asked->is_failing && (signed_by >> asked->member & 1) == 0) {
            begin_asking(asked, log);
        }
    }
    event_add(cosigners->deadline, &patience);
    look(cosigners);
}

static enum pobf_status add(struct cosigners *cosigners, size_t member, uint64_t seen)
{
    const struct cosigners_options *options = &cosigners->options;
    struct asked *asked = calloc(1, sizeof *asked);
    const struct worker_options with = {
        .base = options->base, .batch_max = 1, .run = ask, .context = asked};

    if (asked == NULL) {
        return POBF_E_SYSTEM;
    }
    cosigners->asked[cosigners->count++] = asked;
    asked->work.done = on_answer;
    asked->cosigners = cosigners;
    asked->member = member;
    if (cosigner_open(&asked->cosigner, &options->quorum->member[member], options->folder, seen) !=
        INPUT_GO_ON) {
        return POBF_E_USAGE;
    }
    return worker_open(&asked->worker, &with);
}

static enum pobf_status set_up(struct cosigners *cosigners)
{
    const struct cosigners_options *options = &cosigners->options;
    const struct sequencer *log = options->log(options->context);
    const struct timeval again = {AGAIN_S, 0};
    enum pobf_status status = POBF_OK;

    for (size_t i = 0; i < options->quorum->count && status == POBF_OK; i++) {
        if (quorum_is_asked(options->quorum, i)) {
            status = add(cosigners, i, sequencer_checkpoint(log)->size);
        }
    }
    cosigners->deadline = evtimer_new(options->base, on_deadline, cosigners);
    cosigners->again = event_new(options->base, -1, EV_PERSIST, on_again, cosigners);
    if (status == POBF_OK && (cosigners->deadline == NULL || cosigners->again == NULL ||
                              event_add(cosigners->again, &again) != 0)) {
        status = POBF_E_SYSTEM;
    }
    return status;
}

enum pobf_status cosigners_open(struct cosigners **cosigners,
                                const struct cosigners_options *options)
{
    enum pobf_status status = POBF_E_SYSTEM;

    *cosigners = calloc(1, sizeof **cosigners);
    if (*cosigners != NULL) {
        (*cosigners)->options = *options;
        status = set_up(*cosigners);
    }
    if (status != POBF_OK) {
        cosigners_close(*cosigners);
        *cosigners = NULL;
    }
    return status;
}

static void free_timer(struct event *timer)
{
    if (timer != NULL) {
        event_free(timer);
    }
}

void cosigners_close(struct cosigners *cosigners)
{
    int are_free = 1;

    if (cosigners == NULL) {
        return;
    }
    cosigners->is_closing = 1;
    free_timer(cosigners->deadline);
    free_timer(cosigners->again);
    for (size_t i = 0; i < cosigners->count; i++) {
        struct asked *asked = cosigners->asked[i];

        if (worker_abandon(asked->worker, CLOSE_PATIENCE_S)) {
            cosigner_close(asked->cosigner);
            free(asked);
        } else {
            are_free = 0;
        }
    }
    if (are_free) {
        free(cosigners);
    }
}

/* A policy's name may hold what ends a label's value. */
static void expose_member(struct exposition *page, const char *metric, const char *name,
                          uint64_t value)
{
    char label[NOTE_NAME_ROOM];
    size_t i;

    for (i = 0; name[i] != '\0' && i + 1 < sizeof label; i++) {
        label[i] = name[i];
        if (name[i] == '"' || name[i] == '\\') {
            label[i] = '_';
        }
    }
    label[i] = '\0';
    exposition_put(page, "%s{witness=\"%s\"} %" PRIu64 "\n", metric, label, value);
}

static uint64_t signatures_of(const struct asked *asked)
{
    return asked->signatures;
}

static uint64_t failures_of(const struct asked *asked)
{
    return asked->failures;
}

static uint64_t is_signed_by(const struct asked *asked)
{
    return signers(asked->cosigners) >> asked->member & 1;
}

static uint64_t is_late(const struct asked *asked)
{
    return asked->is_late || asked->is_failing;
}

void cosigners_expose(const struct cosigners *cosigners, struct exposition *page)
{
    static const struct {
        const char *name, *type, *help;
        uint64_t (*value)(const struct asked *asked);
    } rows[] = {
        {"pobf_log_cosignatures_total", "counter", "Signatures that a witness gave.",
         signatures_of},
        {"pobf_log_witness_failures_total", "counter", "Times that a witness gave none.",
         failures_of},
        {"pobf_log_witness_signed", "gauge", "1 where the newest checkpoint has its signature.",
         is_signed_by},
        {"pobf_log_witness_late", "gauge", "1 where no answer waits for the witness.", is_late},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        exposition_head(page, rows[i].name, rows[i].type, rows[i].help);
        for (size_t j = 0; j < cosigners->count; j++) {
            const struct asked *asked = cosigners->asked[j];

            expose_member(page, rows[i].name, cosigners->options.quorum->member[asked->member].name,
                          rows[i].value(asked));
        }
    }
    exposition_one(page, "pobf_log_quorum", "gauge",
                   "1 where enough witnesses have signed the newest checkpoint.",
                   quorum_holds(cosigners->options.quorum, signers(cosigners)) != 0);
    exposition_one(page, "pobf_log_rounds_total", "counter",
                   "Checkpoints that witnesses were asked to sign.", cosigners->rounds);
    exposition_one(page, "pobf_log_short_rounds_total", "counter",
                   "Of these, without enough of them in time.", cosigners->short_rounds);
}
