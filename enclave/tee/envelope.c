#include "enclave/tee/envelope.h"

#include <stdlib.h>

#include <jansson.h>
#include <sodium.h>

static json_t *base64(const uint8_t *bytes, size_t size)
{
    const size_t room = sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL);
    char *text = malloc(room);
    json_t *value = NULL;

    if (text != NULL) {
        value =
            json_string(sodium_bin2base64(text, room, bytes, size, sodium_base64_VARIANT_ORIGINAL));
    }
    free(text);
    return value;
}

static json_t *registers_json(const struct tpm_quote *quote)
{
    json_t *list = json_array();
    char hex[2 * POBF_DIGEST_BYTES + 1];

    for (size_t i = 0; i < POBF_TPM_PCRS; i++) {
        json_array_append_new(list,
                              (quote->selected >> i & 1) == 0
                                  ? json_null()
                                  : json_string(sodium_bin2hex(hex, sizeof hex, quote->registers[i],
                                                               POBF_DIGEST_BYTES)));
    }
    return list;
}

static char *print(const struct tpm_quote *quote, const struct envelope_source *source,
                   const uint8_t *evidence, size_t size)
{
    json_t *root =
        json_pack("{s:s, s:o, s:{s:o, s:o, s:{s:o}}}", "profile", "tag:pobf,2026:evidence+tpm",
                  "evidence", base64(evidence, size), "tpm_quote", "message",
                  base64(quote->message.bytes, quote->message.size), "signature",
                  base64(quote->signature.bytes, quote->signature.size), "pcrs", "sha256",
                  registers_json(quote));
    char *text;

    if (source->certificate_size > 0) {
        json_object_set_new(root, "ak_certificate",
                            base64(source->certificate, source->certificate_size));
    }
    text = json_dumps(root, JSON_COMPACT);

    json_decref(root);
    return text;
}

char *envelope_of_tpm(struct envelope_source *source, const uint8_t *evidence, size_t size)
{
    struct tpm_quote quote;
    uint8_t digest[POBF_DIGEST_BYTES];

    if (crypto_hash_sha256(digest, evidence, size) != 0 ||
        tpm_quote(source->tpm, &quote, digest) != POBF_OK) {
        return NULL;
    }
    return print(&quote, source, evidence, size);
}

void envelope_close(struct envelope_source *source)
{
    tpm_close(source->tpm);
    *source = (struct envelope_source){.vouch = NULL};
}
