#include "verifier/service/cosigner.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "edge/cli/talk.h"
#include "verifier/client/remote.h"
#include "verifier/log/tree.h"
#include "verifier/log/witness.h"

enum { HTTP_OK = 200, HTTP_CONFLICT = 409 };

struct cosigner {
    const struct quorum_member *witness;
    struct mirror *mirror;
    struct remote *remote;
    uint64_t seen; /* what it is likely to have seen last */
};

int cosigner_open(struct cosigner **cosigner, const struct quorum_member *witness, const char *path,
                  uint64_t seen)
{
    const struct remote_options options = {.timeout_s = COSIGNER_TIMEOUT_S};
    struct cosigner *made = calloc(1, sizeof *made);

    *cosigner = made;
    if (made == NULL) {
        return talk_error(POBF_E_SYSTEM, witness->name, NULL);
    }
    made->witness = witness;
    made->seen = seen;
    if (mirror_open(&made->mirror, path) != POBF_OK) {
        return talk_error(POBF_E_SYSTEM, path, NULL);
    }
    return remote_open(&made->remote, witness->url, &options);
}

void cosigner_close(struct cosigner *cosigner)
{
    if (cosigner != NULL) {
        remote_close(cosigner->remote);
        mirror_close(cosigner->mirror);
        free(cosigner);
    }
}

static enum pobf_status make_request(const struct cosigner *cosigner, struct input *body,
                                     const struct cosigner_plea *plea)
{
    struct proof proof = {.count = 0};
    enum pobf_status status = POBF_OK;
    char *text = NULL;

    if (cosigner->seen > 0) {
        status = tree_consistency(cosigner->mirror, &proof, cosigner->seen, plea->size);
    }
    if (status == POBF_OK) {
        status = witness_request(&text, &body->size, cosigner->seen, &proof, plea->note,
                                 plea->note_size);
    }
    body->bytes = (uint8_t *)text;
    return status;
}

/* POST once. */
static enum pobf_status ask_once(const struct cosigner *cosigner, struct input *answer, long *http,
                                 const struct cosigner_plea *plea)
{
    struct input body = {NULL, 0};
    enum pobf_status status = make_request(cosigner, &body, plea);

    if (status != POBF_OK) {
        talk_error(status, cosigner->witness->name, "the log's tiles give no proof for it");
    } else if (remote_ask(cosigner->remote, answer, http, "/add-checkpoint", &body,
                          WITNESS_REPLY_ROOM) != INPUT_GO_ON) {
        status = POBF_E_SYSTEM;
    }
    input_free(&body);
    return status;
}

/* Below the text alone, so that nothing but its own line is taken with it. */
static int is_its_line(const struct cosigner *cosigner, const struct cosigner_plea *plea,
                       const char *line, size_t size)
{
    char note[NOTE_MAX];
    struct note split;

    if (note_split(&split, plea->note, plea->note_size) != POBF_OK ||
        split.text_size + 1 + size > sizeof note) {
        return 0;
    }
    memcpy(note, split.text, split.text_size);
    note[split.text_size] = '\n';
    memcpy(note + split.text_size + 1, line, size);
    return note_split(&split, note, split.text_size + 1 + size) == POBF_OK &&
           note_verify(&split, &cosigner->witness->key, NULL) == POBF_OK;
}

/* It may sign with several keys, of which we know one. A line that is not of this one could spoil the note. */
static enum pobf_status take_line(const struct cosigner *cosigner, char line[NOTE_LINE_ROOM],
                                  size_t *line_size, const struct cosigner_plea *plea,
                                  const struct input *answer)
{
    const char *at = (const char *)answer->bytes;
    const char *const end = at == NULL ? NULL : at + answer->size;

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const size_t size = stop == NULL ? 0 : (size_t)(stop - at) + 1;

        if (size == 0 || size > NOTE_LINE_ROOM) {
            return POBF_E_REFUSED;
        }
        if (is_its_line(cosigner, plea, at, size)) {
            memcpy(line, at, size);
            *line_size = size;
            return POBF_OK;
        }
        at += size;
    }
    return POBF_E_REFUSED;
}

/* A witness that has seen another size says which. 1 where it is to be asked again, with that. */
static int learns_size(struct cosigner *cosigner, const struct input *answer, uint64_t size)
{
    const char *end = NULL;
    const uint64_t seen =
        answer->bytes == NULL ? 0 : checkpoint_number((const char *)answer->bytes, &end);

    if (end == NULL) {
        return 0;
    }
    if (seen > size) {
        talk_say("witness %s: has seen %" PRIu64 " entries: this log is a fork, or an old copy",
                 cosigner->witness->name, seen);
        return 0;
    }
    cosigner->seen = seen;
    return 1;
}

enum pobf_status cosigner_ask(struct cosigner *cosigner, char line[NOTE_LINE_ROOM],
                              size_t *line_size, const struct cosigner_plea *plea)
{
    struct input answer = {NULL, 0};
    long http = 0;
    enum pobf_status status;

    *line_size = 0;
    cosigner->seen = cosigner->seen < plea->size ? cosigner->seen : plea->size;
    status = ask_once(cosigner, &answer, &http, plea);
    if (status == POBF_OK && http == HTTP_CONFLICT && learns_size(cosigner, &answer, plea->size)) {
        input_free(&answer);
        status = ask_once(cosigner, &answer, &http, plea);
    }
    if (status == POBF_OK) {
        status =
            http == HTTP_OK ? take_line(cosigner, line, line_size, plea, &answer) : POBF_E_REFUSED;
        if (status != POBF_OK) {
            talk_say("witness %s: does not sign this checkpoint (HTTP %ld)",
                     cosigner->witness->name, http);
        }
    }
    if (status == POBF_OK) {
        cosigner->seen = plea->size;
    }
    input_free(&answer);
    return status;
}
