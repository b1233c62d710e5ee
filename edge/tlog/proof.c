#include "edge/tlog/proof.h"

#include <string.h>

#include <sodium.h>

#include "edge/cli/base64.h"

enum { HASH_TEXT_BYTES = PROOF_LINE_BYTES - 1 };

struct pobf_merkle_path proof_path(const struct proof *proof)
{
    return (struct pobf_merkle_path){proof->hashes[0], proof->count};
}

size_t proof_print(char text[PROOF_TEXT_ROOM], const struct proof *proof)
{
    size_t at = 0;

    for (size_t i = 0; i < proof->count; i++) {
        sodium_bin2base64(text + at, PROOF_TEXT_ROOM - at, proof->hashes[i], POBF_MERKLE_BYTES,
                          sodium_base64_VARIANT_ORIGINAL);
        at += HASH_TEXT_BYTES;
        text[at++] = '\n';
    }
    text[at] = '\0';
    return at;
}

static int take_hash(struct proof *proof, const char *text, const char *end)
{
    return proof->count < POBF_MERKLE_PATH_MAX && end - text > HASH_TEXT_BYTES &&
           text[HASH_TEXT_BYTES] == '\n' &&
           base64_decode(proof->hashes[proof->count++], POBF_MERKLE_BYTES, text, HASH_TEXT_BYTES,
                         sodium_base64_VARIANT_ORIGINAL) == POBF_MERKLE_BYTES;
}

const char *proof_parse(struct proof *proof, const char *text, size_t size)
{
    const char *const end = text + size;

    memset(proof, 0, sizeof *proof);
    while (text < end && *text != '\n') {
        if (!take_hash(proof, text, end)) {
            memset(proof, 0, sizeof *proof);
            return NULL;
        }
        text += PROOF_LINE_BYTES;
    }
    return text;
}
