#include "verifier/service/cosign.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/cli/talk.h"
#include "verifier/client/remote.h"
#include "verifier/log/tree.h"
#include "verifier/log/witness.h"

enum { TIMEOUT_S = 10, HTTP_OK = 200, HTTP_CONFLICT = 409 };

/* One witness, and what it is asked. */
struct asking {
    struct sequencer *log;
    struct mirror *mirror;
    const struct quorum_member *witness;
    struct remote *remote;
};

static enum pobf_status make_request(const struct asking *asking, struct input *body, uint64_t old)
{
    const uint64_t size = sequencer_checkpoint(asking->log)->size;
    struct proof proof = {.count = 0};
    enum pobf_status status = POBF_OK;
    size_t note_size;
    const char *note = sequencer_note(asking->log, &note_size);
    char *text = NULL;

    if (old > 0) {
        status = tree_consistency(asking->mirror, &proof, old, size);
    }
    if (status == POBF_OK) {
        status = witness_request(&text, &body->size, old, &proof, note, note_size);
    }
    body->bytes = (uint8_t *)text;
    return status;
}

/* POST once. Returns INPUT_GO_ON, or an exit code. */
static int ask_once(const struct asking *asking, struct input *answer, long *http, uint64_t old)
{
    struct input body = {NULL, 0};
    int code = INPUT_GO_ON;

    *http = 0;
    if (make_request(asking, &body, old) == POBF_OK) {
        code =
            remote_ask(asking->remote, answer, http, "/add-checkpoint", &body, WITNESS_REPLY_ROOM);
    }
    input_free(&body);
    return code;
}

/* A line that does not verify is not published: one would spoil the whole note. */
static int take_lines(const struct asking *asking, const struct input *answer)
{
    char note[NOTE_MAX + 1];
    size_t size;
    const char *text = sequencer_note(asking->log, &size);
    struct note split;

    if (size + answer->size > NOTE_MAX) {
        return 0;
    }
    memcpy(note, text, size);
    memcpy(note + size, answer->bytes, answer->size);
    return note_split(&split, note, size + answer->size) == POBF_OK &&
           note_verify(&split, &asking->witness->key, NULL) == POBF_OK &&
           sequencer_cosign(asking->log, (const char *)answer->bytes, answer->size) == POBF_OK;
}

/* A witness that has seen another size says which, and is asked again. */
static void ask(const struct asking *asking, uint64_t old)
{
    struct input answer = {NULL, 0};
    const char *end = NULL;
    long http;
    int code = ask_once(asking, &answer, &http, old);

    if (code == INPUT_GO_ON && http == HTTP_CONFLICT && answer.bytes != NULL) {
        old = checkpoint_number((const char *)answer.bytes, &end);
        input_free(&answer);
        if (old > sequencer_checkpoint(asking->log)->size) {
            talk_say("witness %s: has seen %" PRIu64 " entries: this log is a fork, or an old copy",
                     asking->witness->name, old);
            return;
        }
        code = ask_once(asking, &answer, &http, old);
    }
    if (code == INPUT_GO_ON && (http != HTTP_OK || !take_lines(asking, &answer))) {
        talk_say("witness %s: does not sign this checkpoint (HTTP %ld)", asking->witness->name,
                 http);
    }
    input_free(&answer);
}

static void ask_witness(struct sequencer *log, struct mirror *mirror,
                        const struct quorum_member *witness, uint64_t old)
{
    const struct remote_options options = {.timeout_s = TIMEOUT_S};
    struct asking asking = {log, mirror, witness, NULL};

    if (remote_open(&asking.remote, witness->url, &options) == INPUT_GO_ON) {
        ask(&asking, old);
    }
    remote_close(asking.remote);
}

static uint32_t signed_by(const struct sequencer *log, const struct quorum *quorum)
{
    struct note note;
    size_t size;
    const char *text = sequencer_note(log, &size);

    return note_split(&note, text, size) == POBF_OK ? quorum_witnesses(quorum, &note) : 0;
}

int cosign(struct sequencer *log, const char *path, const struct quorum *quorum, uint64_t old)
{
    const uint32_t before = signed_by(log, quorum);
    struct mirror *mirror;

    if (mirror_open(&mirror, path) != POBF_OK) {
        return talk_error(POBF_E_SYSTEM, path, NULL);
    }
    for (size_t i = 0; i < quorum->count; i++) {
        const struct quorum_member *member = &quorum->member[i];

        if (!member->is_group && member->url[0] != '\0' && (before >> i & 1) == 0) {
            ask_witness(log, mirror, member, old);
        }
    }
    mirror_close(mirror);
    return quorum_holds(quorum, signed_by(log, quorum))
               ? INPUT_GO_ON
               : talk_error(POBF_E_MISSING, path,
                            "published, but too few witnesses have signed; "
                            "pobf-verifier log checkpoint --policy asks them again");
}
