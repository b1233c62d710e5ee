#include "verifier/client/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include "edge/cli/file.h"
#include "edge/cli/plural.h"
#include "edge/cli/progress.h"
#include "edge/cli/talk.h"
#include "framework/wire/stream.h"
#include "verifier/client/interrupt.h"
#include "verifier/client/parts.h"
#include "verifier/client/trail.h"
#include "verifier/client/verdict.h"
#include "verifier/report/claims.h"

enum { PART_MAX = 32 << 20, RETRIES = 7, FIRST_PAUSE_MS = 100 };

struct stream {
    const struct stream_options *options;
    struct session session;
    int is_attested;
    struct parts parts;
    struct trail trail;
    struct pobf_stream_head head; /* of the part that comes next */
    struct input state;           /* as the function gave it; before the first part there is none */
    struct input part;            /* head, state, data */
    size_t room;                  /* bytes that there is room for in it */
    uint64_t data_size;           /* of this part */
    uint64_t again;               /* how often one was sent again */
    struct progress progress;
};

static void begin(struct stream *stream)
{
    static const char magic[sizeof stream->head.magic] = POBF_STREAM_MAGIC;

    memcpy(stream->head.magic, magic, sizeof magic);
    randombytes_buf(stream->head.id, sizeof stream->head.id);
    stream->trail = (struct trail){.out_path = stream->options->out_path,
                                   .receipts_path = stream->options->receipts_path,
                                   .exchanges_path = stream->options->exchanges_path};
}

static int refuse_room(const char *field, uint64_t least, uint64_t most, uint64_t seen)
{
    char expected[80];
    char seen_text[32];

    snprintf(expected, sizeof expected, "%" PRIu64 " to %" PRIu64 " bytes", least, most);
    snprintf(seen_text, sizeof seen_text, "%" PRIu64, seen);
    return talk_refuse(field, expected, seen_text,
                       "a part holds a head, the function's state, and one byte of data at least");
}

/* As much as the function takes, where that is known, but not more than is good for this memory. */
static int choose_room(struct stream *stream)
{
    const uint64_t asked = stream->options->part_size;
    const uint64_t limit = stream->options->policy->reference.input_max;
    const uint64_t most = limit == 0 || limit > INPUT_FILE_MAX ? INPUT_FILE_MAX : limit;
    const uint64_t usual = most < PART_MAX ? most : PART_MAX;

    stream->room = (size_t)(asked != 0 ? asked : usual);
    if (stream->room > most || stream->room <= sizeof stream->head) {
        return refuse_room("--part-size", sizeof stream->head + 1, most, stream->room);
    }
    stream->part.bytes = malloc(stream->room);
    return stream->part.bytes != NULL ? INPUT_GO_ON : talk_error(POBF_E_SYSTEM, "memory", NULL);
}

static int open_all(struct stream *stream, const char *url)
{
    const struct stream_options *options = stream->options;
    int code = policy_load(options->policy);

    if (code == INPUT_GO_ON) {
        code = choose_room(stream);
    }
    if (code == INPUT_GO_ON) {
        code = trail_open(&stream->trail, stream->head.id);
    }
    if (code == INPUT_GO_ON) {
        code = remote_open(&stream->session.remote, url, options->remote);
    }
    return code == INPUT_GO_ON ? parts_open(&stream->parts, options->in_path) : code;
}

/* The part that comes next: head, state, and as much data as there is room for. */
static int read_part(struct stream *stream, int *is_last)
{
    const size_t before = sizeof stream->head + stream->state.size;
    uint8_t *bytes = stream->part.bytes;
    size_t data_size = 0;
    int code;

    if (before >= stream->room) {
        return refuse_room("the state", 0, stream->room - sizeof stream->head - 1,
                           stream->state.size);
    }
    code = parts_read(&stream->parts, bytes + before, &data_size, is_last, stream->room - before);
    stream->head.kind = *is_last ? POBF_STREAM_LAST : POBF_STREAM_PART;
    stream->head.state_size = (uint32_t)stream->state.size;
    memcpy(bytes, &stream->head, sizeof stream->head);
    if (stream->state.size > 0) {
        memcpy(bytes + sizeof stream->head, stream->state.bytes, stream->state.size);
    }
    stream->part.size = before + data_size;
    stream->data_size = data_size;
    return code;
}

static int attest(struct stream *stream)
{
    struct session *session = &stream->session;
    int code;

    if (stream->is_attested) {
        return INPUT_GO_ON;
    }
    input_free(&session->evidence);
    randombytes_buf(session->nonce, sizeof session->nonce);
    code = session_attest(session);
    stream->is_attested = code == INPUT_GO_ON;
    return code;
}

/* The session wipes what it seals, and the part may be needed again. */
static int try_part(struct stream *stream)
{
    struct input input = {NULL, 0};
    int code;

    session_next(&stream->session);
    code = attest(stream);
    if (code == INPUT_GO_ON) {
        input.bytes = malloc(stream->part.size);
        code = input.bytes != NULL ? INPUT_GO_ON : talk_error(POBF_E_SYSTEM, "memory", NULL);
    }
    if (code == INPUT_GO_ON) {
        input.size = stream->part.size;
        memcpy(input.bytes, stream->part.bytes, input.size);
        code = session_call(&stream->session, &input);
    }
    input_free(&input);
    return code;
}

static void pause_before(unsigned attempt)
{
    const long ms = (long)FIRST_PAUSE_MS << attempt;
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};

    nanosleep(&time, NULL);
}

/* Another enclave may have to be appraised for it: the one that had the part may be gone. */
static int call_part(struct stream *stream)
{
    const struct session *session = &stream->session;
    int code = try_part(stream);

    for (unsigned attempt = 0; code != INPUT_GO_ON && attempt < RETRIES && !interrupt_came() &&
                               remote_may_recover(session->remote);
         attempt++) {
        talk_say("part %" PRIu64 " is sent again", stream->head.index);
        pause_before(attempt);
        stream->again++;
        stream->is_attested = 0;
        code = try_part(stream);
    }
    return code;
}

static int has_returned(const struct stream *stream)
{
    return stream->session.appraisal.receipt.exit == POBF_EXIT_RETURNED;
}

/* Only what follows the very part that was sent: its state, or after the last one its result. */
static int take_answer(struct stream *stream, int is_last)
{
    const struct session *session = &stream->session;
    struct pobf_stream_head wanted = stream->head;
    char expected[64];

    if (!has_returned(stream)) {
        return trail_tell_failure(&stream->trail, session);
    }
    wanted.index++;
    wanted.bytes += stream->data_size;
    wanted.kind = is_last ? POBF_STREAM_RESULT : POBF_STREAM_STATE;
    wanted.state_size = 0;
    if (session->output_size < sizeof wanted ||
        memcmp(session->output.bytes + SESSION_CLEAR_AT, &wanted, sizeof wanted) != 0) {
        snprintf(expected, sizeof expected, "the %s after part %" PRIu64,
                 is_last ? "result" : "state", stream->head.index);
        return talk_refuse(
            "answer", expected, "something else",
            "is it a function that takes streams? call another one without --stream");
    }
    stream->head = wanted;
    return INPUT_GO_ON;
}

/* The answer, with its head, is what the next part begins with. */
static int take_state(struct stream *stream)
{
    const struct session *session = &stream->session;

    input_free(&stream->state);
    stream->state.bytes = malloc(session->output_size);
    if (stream->state.bytes == NULL) {
        return talk_error(POBF_E_SYSTEM, "memory", NULL);
    }
    stream->state.size = session->output_size;
    memcpy(stream->state.bytes, session->output.bytes + SESSION_CLEAR_AT, session->output_size);
    return INPUT_GO_ON;
}

static int fold_part(struct stream *stream, int *is_last)
{
    int code = read_part(stream, is_last);

    if (code == INPUT_GO_ON) {
        code = call_part(stream);
    }
    if (code == INPUT_GO_ON) {
        code = trail_keep_part(&stream->trail, &stream->session, stream->head.index);
    }
    if (code == INPUT_GO_ON) {
        code = take_answer(stream, *is_last);
    }
    if (code == INPUT_GO_ON && !*is_last) {
        code = take_state(stream);
    }
    if (code == INPUT_GO_ON) {
        progress_add(&stream->progress, stream->data_size);
    }
    return code == INPUT_GO_ON && interrupt_came() ? interrupt_tell() : code;
}

static int keep_result(const struct stream *stream)
{
    const struct session *session = &stream->session;
    const size_t head = sizeof stream->head;

    return trail_keep_result(&stream->trail, session->output.bytes + SESSION_CLEAR_AT + head,
                             session->output_size - head);
}

/* What is known of the last part that ran, and how far it came. */
static int print_object(const struct stream *stream, int code)
{
    const struct appraisal *appraisal = &stream->session.appraisal;

    verdict_print(appraisal,
                  json_pack("{s:o, s:s, s:I, s:I, s:I, s:i}", "receipt",
                            claims_forgetting(&appraisal->receipt), "stream", stream->trail.id,
                            "parts", (json_int_t)stream->head.index, "bytes",
                            (json_int_t)stream->head.bytes, "sent_again", (json_int_t)stream->again,
                            "exit_code", code),
                  1);
    return code;
}

static int tell_end(const struct stream *stream)
{
    const struct appraisal *appraisal = &stream->session.appraisal;
    const uint64_t bytes = stream->head.bytes, parts = stream->head.index, again = stream->again;

    if (stream->options->as_json) {
        return print_object(stream, 0);
    }
    talk_say("%" PRIu64 " %s in %" PRIu64
             " %s, each forgotten, on %s (%s is trusted); receipts: %s",
             bytes, plural(bytes, "byte", "bytes"), parts, plural(parts, "part", "parts"),
             appraisal_platform_name(appraisal->platform), verdict_trusted(appraisal),
             stream->options->receipts_path);
    if (again > 0) {
        talk_say("%" PRIu64 " %s a part was sent again: of such an attempt there is no receipt",
                 again, plural(again, "time", "times"));
    }
    return 0;
}

/* What keeps it from going on was told; here it is told where. */
static void tell_where(struct stream *stream, int code)
{
    const struct appraisal *appraisal = &stream->session.appraisal;

    progress_end(&stream->progress);
    if (appraisal->checks.count > 0 && appraisal->verdict != VERDICT_AFFIRMED) {
        verdict_refuse(appraisal, stream->options->as_json);
    } else if (stream->options->as_json && stream->session.exchange.size > 0) {
        print_object(stream, code);
    }
    talk_say("it ended in part %" PRIu64 ", after %" PRIu64 " bytes: there is no result",
             stream->head.index, stream->head.bytes);
}

static int fold(struct stream *stream)
{
    int is_last = 0;
    int code = INPUT_GO_ON;

    if (!stream->options->quiet) {
        progress_begin_bytes(&stream->progress, stream->parts.total);
    }
    while (code == INPUT_GO_ON && !is_last) {
        code = fold_part(stream, &is_last);
    }
    if (code != INPUT_GO_ON) {
        tell_where(stream, code);
        return code;
    }
    progress_end(&stream->progress);
    code = keep_result(stream);
    return code == INPUT_GO_ON ? tell_end(stream) : code;
}

int stream_call(const struct stream_options *options, const char *url)
{
    struct stream stream = {.options = options,
                            .session.policy = options->policy,
                            .parts.descriptor = -1,
                            .progress.shown = -1};
    int code;

    interrupt_guard();
    begin(&stream);
    code = open_all(&stream, url);
    if (code == INPUT_GO_ON) {
        code = fold(&stream);
    }
    trail_close(&stream.trail);
    parts_close(&stream.parts);
    file_free(stream.part.bytes, stream.room);
    input_free(&stream.state);
    session_clear(&stream.session);
    policy_close(options->policy);
    return code;
}
