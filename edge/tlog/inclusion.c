#include "edge/tlog/inclusion.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "edge/cli/base64.h"

static const char head[] = "c2sp.org/tlog-proof@v1\nindex ";

enum { HASH_TEXT_BYTES = 44 };

int inclusion_is(const uint8_t *bytes, size_t size)
{
    return size >= sizeof head - 1 && memcmp(bytes, head, sizeof head - 1) == 0;
}

enum pobf_status inclusion_print(char **text, size_t *size, const struct inclusion *inclusion)
{
    const size_t room = sizeof head + 32 + POBF_MERKLE_PATH_MAX * (HASH_TEXT_BYTES + 1) +
                        inclusion->checkpoint_size;
    size_t at;

    *size = 0;
    *text = malloc(room);
    if (*text == NULL) {
        return POBF_E_SYSTEM;
    }
    at = (size_t)snprintf(*text, room, "%s%" PRIu64 "\n", head, inclusion->index);
    for (size_t i = 0; i < inclusion->proof.count; i++) {
        sodium_bin2base64(*text + at, room - at, inclusion->proof.hashes[i], POBF_MERKLE_BYTES,
                          sodium_base64_VARIANT_ORIGINAL);
        at += HASH_TEXT_BYTES;
        (*text)[at++] = '\n';
    }
    (*text)[at++] = '\n';
    memcpy(*text + at, inclusion->checkpoint, inclusion->checkpoint_size);
    *size = at + inclusion->checkpoint_size;
    return POBF_OK;
}

/* One hash and its line feed. */
static int take_hash(struct proof *proof, const char *text, const char *end)
{
    return proof->count < POBF_MERKLE_PATH_MAX && end - text > HASH_TEXT_BYTES &&
           text[HASH_TEXT_BYTES] == '\n' &&
           base64_decode(proof->hashes[proof->count++], POBF_MERKLE_BYTES, text, HASH_TEXT_BYTES,
                         sodium_base64_VARIANT_ORIGINAL) == POBF_MERKLE_BYTES;
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
    while (at < end && *at != '\n') {
        if (!take_hash(&inclusion->proof, at, end)) {
            return 0;
        }
        at += HASH_TEXT_BYTES + 1;
    }
    if (at >= end) {
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
