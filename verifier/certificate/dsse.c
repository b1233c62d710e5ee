#include "verifier/certificate/dsse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "edge/cli/base64.h"

enum { HEAD_ROOM = 256, KEY_ID_HEX = 2 * KEY_ID_BYTES };

enum pobf_status dsse_pae(uint8_t **bytes, size_t *size, const char *type, const uint8_t *payload,
                          size_t payload_size)
{
    char head[HEAD_ROOM];
    const int head_size =
        snprintf(head, sizeof head, "DSSEv1 %zu %s %zu ", strlen(type), type, payload_size);

    *bytes = NULL;
    *size = 0;
    if (head_size < 0 || (size_t)head_size >= sizeof head) {
        return POBF_E_SPACE;
    }
    *bytes = malloc((size_t)head_size + payload_size);
    if (*bytes == NULL) {
        return POBF_E_SYSTEM;
    }
    memcpy(*bytes, head, (size_t)head_size);
    memcpy(*bytes + head_size, payload, payload_size);
    *size = (size_t)head_size + payload_size;
    return POBF_OK;
}

/* NULL where there is no memory. */
static char *to_base64(const uint8_t *bytes, size_t size)
{
    const size_t room = sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL);
    char *text = malloc(room);

    return text == NULL
               ? NULL
               : sodium_bin2base64(text, room, bytes, size, sodium_base64_VARIANT_ORIGINAL);
}

static char *print_envelope(const char *type, const uint8_t *payload, size_t payload_size,
                            const uint8_t id[KEY_ID_BYTES],
                            const uint8_t signature[KEY_SIGNATURE_BYTES])
{
    char *body = to_base64(payload, payload_size);
    char *seal = to_base64(signature, KEY_SIGNATURE_BYTES);
    char hex[KEY_ID_HEX + 1];
    json_t *envelope;
    char *text;

    sodium_bin2hex(hex, sizeof hex, id, KEY_ID_BYTES);
    envelope = json_pack("{s:s, s:s, s:[{s:s, s:s}]}", "payload", body, "payloadType", type,
                         "signatures", "keyid", hex, "sig", seal);
    text = json_dumps(envelope, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(envelope);
    free(body);
    free(seal);
    return text;
}

enum pobf_status dsse_sign(char **envelope, const char *type, const uint8_t *payload,
                           size_t payload_size, const struct key *key)
{
    uint8_t signature[KEY_SIGNATURE_BYTES], id[KEY_ID_BYTES];
    uint8_t *signed_bytes;
    size_t size;
    enum pobf_status status = dsse_pae(&signed_bytes, &size, type, payload, payload_size);

    *envelope = NULL;
    if (status != POBF_OK) {
        return status;
    }
    status = key_sign(key, signature, signed_bytes, size);
    free(signed_bytes);
    if (status != POBF_OK) {
        return status;
    }
    key_id(key, id);
    *envelope = print_envelope(type, payload, payload_size, id, signature);
    return *envelope == NULL ? POBF_E_SYSTEM : POBF_OK;
}

/* NULL where it is not base64, in full. */
static uint8_t *from_base64(const char *text, size_t *size)
{
    const size_t length = strlen(text), room = length / 4 * 3;
    uint8_t *bytes = malloc(room + 1);

    *size = bytes == NULL
                ? 0
                : base64_decode(bytes, room, text, length, sodium_base64_VARIANT_ORIGINAL);
    if (*size == 0) {
        free(bytes);
        return NULL;
    }
    bytes[*size] = 0;
    return bytes;
}

/* 64 digits in lower case: one key has one id. */
static int parse_id(uint8_t id[KEY_ID_BYTES], const char *hex)
{
    size_t size;

    return strlen(hex) == KEY_ID_HEX && strspn(hex, "0123456789abcdef") == KEY_ID_HEX &&
           sodium_hex2bin(id, KEY_ID_BYTES, hex, KEY_ID_HEX, NULL, &size, NULL) == 0;
}

static int parse_signature(uint8_t signature[KEY_SIGNATURE_BYTES], const char *text)
{
    size_t size;
    uint8_t *bytes = from_base64(text, &size);
    const int fits = bytes != NULL && size == KEY_SIGNATURE_BYTES;

    if (fits) {
        memcpy(signature, bytes, KEY_SIGNATURE_BYTES);
    }
    free(bytes);
    return fits;
}

/* NULL, or the defect. */
static const char *parse_envelope(struct dsse *dsse, const char *type, json_t *envelope)
{
    const char *payload, *seen_type, *id, *signature;

    if (json_unpack_ex(envelope, NULL, JSON_STRICT, "{s:s, s:s, s:[{s:s, s:s}]}", "payload",
                       &payload, "payloadType", &seen_type, "signatures", "keyid", &id, "sig",
                       &signature) != 0) {
        return "it is no DSSE envelope with one signature";
    }
    if (strcmp(seen_type, type) != 0) {
        return "its payload is of another type";
    }
    if (!parse_id(dsse->key_id, id)) {
        return "its key id is not 64 hexadecimal digits";
    }
    if (!parse_signature(dsse->signature, signature)) {
        return "its signature is not 64 bytes in base64";
    }
    dsse->payload = from_base64(payload, &dsse->size);
    return dsse->payload == NULL ? "its payload is not base64" : NULL;
}

/* Evidence binds a digest of the envelope, so one envelope has one form: the one that we print. */
static int is_as_printed(const struct dsse *dsse, const char *type, const uint8_t *bytes,
                         size_t size)
{
    char *text = print_envelope(type, dsse->payload, dsse->size, dsse->key_id, dsse->signature);
    const int same = text != NULL && strlen(text) == size && memcmp(text, bytes, size) == 0;

    free(text);
    return same;
}

enum pobf_status dsse_parse(struct dsse *dsse, const char *type, const uint8_t *bytes, size_t size)
{
    json_t *envelope = NULL;
    const char *defect;

    *dsse = (struct dsse){0};
    if (size <= DSSE_ENVELOPE_MAX) {
        envelope = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    }
    defect = envelope == NULL ? "it is no JSON, or too long" : parse_envelope(dsse, type, envelope);
    json_decref(envelope);
    if (defect == NULL && !is_as_printed(dsse, type, bytes, size)) {
        defect = "it is not printed as we print it: one line, sorted, nothing after it";
    }
    if (defect != NULL) {
        free(dsse->payload);
        *dsse = (struct dsse){.defect = defect};
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

void dsse_clear(struct dsse *dsse)
{
    free(dsse->payload);
    *dsse = (struct dsse){0};
}

enum pobf_status dsse_verify(const struct dsse *dsse, const char *type, const struct key *key)
{
    uint8_t *signed_bytes;
    size_t size;
    enum pobf_status status = dsse_pae(&signed_bytes, &size, type, dsse->payload, dsse->size);

    if (status == POBF_OK) {
        status = key_verify(key, dsse->signature, signed_bytes, size);
        free(signed_bytes);
    }
    return status;
}
