#include "edge/tlog/inclusion.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char head[] = "c2sp.org/tlog-proof@v1\nindex ";

int inclusion_is(const uint8_t *bytes, size_t size)
{
    return size >= sizeof head - 1 && memcmp(bytes, head, sizeof head - 1) == 0;
}

enum pobf_status inclusion_print(char **text, size_t *size, const struct inclusion *inclusion)
{
    const size_t room = sizeof head + 32 + PROOF_TEXT_ROOM + inclusion->checkpoint_size;
    size_t at;

    *size = 0;
    *text = malloc(room);
    if (*text == NULL) {
        return POBF_E_SYSTEM;
    }
    at = (size_t)snprintf(*text, room, "%s%" PRIu64 "\n", head, inclusion->index);
    at += proof_print(*text + at, &inclusion->proof);
    (*text)[at++] = '\n';
    memcpy(*text + at, inclusion->checkpoint, inclusion->checkpoint_size);
    *size = at + inclusion->checkpoint_size;
    return POBF_OK;
}

/* `bytes` end with a zero that is not counted, so that numbers end. */
static int parse(struct inclusion *inclusion, const char *bytes, size_t size)
{
    const char *const end = bytes + size;
    const char *at = NULL;

    if (!inclusion_is((const uint8_t *)bytes, size)) {
        return 0;
    }
    inclusion->index = checkpoint_number(bytes + sizeof head - 1, &at);
    if (at == NULL || *at++ != '\n') {
        return 0;
    }
    at = at < end ? proof_parse(&inclusion->proof, at, (size_t)(end - at)) : NULL;
    if (at == NULL || at == end) {
        return 0;
    }
    inclusion->checkpoint = at + 1;
    inclusion->checkpoint_size = (size_t)(end - at) - 1;
    return inclusion->checkpoint_size > 0;
}

enum pobf_status inclusion_parse(struct inclusion *inclusion, const char *bytes, size_t size)
{
    memset(inclusion, 0, sizeof *inclusion);
    if (!parse(inclusion, bytes, size)) {
        memset(inclusion, 0, sizeof *inclusion);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

static enum pobf_status check_path(const struct checkpoint *checkpoint,
                                   const struct inclusion *inclusion, const uint8_t *entry,
                                   size_t entry_size)
{
    uint8_t leaf[POBF_MERKLE_BYTES];
    const enum pobf_status status = pobf_merkle_leaf(leaf, entry, entry_size);

    return status == POBF_OK
               ? pobf_merkle_check_inclusion(leaf, inclusion->index, checkpoint->size,
                                             proof_path(&inclusion->proof), checkpoint->root)
               : status;
}

enum pobf_status inclusion_verify(struct checkpoint *checkpoint, const char *bytes, size_t size,
                                  const uint8_t *entry, size_t entry_size,
                                  const struct note_key *log)
{
    struct inclusion inclusion;
    struct note note;
    enum pobf_status status = inclusion_parse(&inclusion, bytes, size);

    memset(checkpoint, 0, sizeof *checkpoint);
    if (status == POBF_OK) {
        status = checkpoint_open(checkpoint, &note, inclusion.checkpoint, inclusion.checkpoint_size,
                                 log);
    }
    if (status == POBF_OK) {
        status = check_path(checkpoint, &inclusion, entry, entry_size);
    }
    if (status != POBF_OK) {
        memset(checkpoint, 0, sizeof *checkpoint);
    }
    return status;
}
