#include "verifier/report/jws.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "edge/cli/base64.h"

enum { JWS_BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING, KEY_ID_TEXT = 2 * KEY_ID_BYTES + 1 };

static void print_key_id(char text[KEY_ID_TEXT], const struct key *key)
{
    uint8_t id[KEY_ID_BYTES];

    key_id(key, id);
    sodium_bin2hex(text, KEY_ID_TEXT, id, sizeof id);
}

static json_t *make_header(const struct key *key)
{
    char id[KEY_ID_TEXT];

    print_key_id(id, key);
    return json_pack("{s:s, s:s, s:s}", "alg", key_algorithm(key), "kid", id, "typ", JWS_TYPE);
}

/* Sorted by name and without blanks, so that the same claims are always the same bytes. */
static char *encode_json(const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);
    char *encoded = NULL;

    if (text != NULL) {
        const size_t size = strlen(text);
        const size_t room = sodium_base64_encoded_len(size, JWS_BASE64);

        encoded = malloc(room);
        if (encoded != NULL) {
            sodium_bin2base64(encoded, room, (const uint8_t *)text, size, JWS_BASE64);
        }
        free(text);
    }
    return encoded;
}

/* "a.b" and room for a signature behind it; NULL where memory ran out. */
static char *join(const char *header, const char *claims)
{
    const size_t tail = 2 + sodium_base64_encoded_len(KEY_SIGNATURE_BYTES, JWS_BASE64);
    const size_t room = strlen(header) + strlen(claims) + tail;
    char *text = malloc(room);

    if (text != NULL) {
        stpcpy(stpcpy(stpcpy(text, header), "."), claims);
    }
    return text;
}

static enum pobf_status append_signature(char *text, const struct key *key)
{
    const size_t size = strlen(text);
    uint8_t signature[KEY_SIGNATURE_BYTES];
    const enum pobf_status status = key_sign(key, signature, (const uint8_t *)text, size);

    if (status == POBF_OK) {
        text[size] = '.';
        sodium_bin2base64(text + size + 1,
                          sodium_base64_encoded_len(KEY_SIGNATURE_BYTES, JWS_BASE64), signature,
                          sizeof signature, JWS_BASE64);
    }
    return status;
}

enum pobf_status jws_sign(char **jws, const json_t *claims, const struct key *key)
{
    json_t *header = make_header(key);
    char *first = header != NULL ? encode_json(header) : NULL;
    char *second = encode_json(claims);
    enum pobf_status status = POBF_E_SYSTEM;

    *jws = first != NULL && second != NULL ? join(first, second) : NULL;
    if (*jws != NULL) {
        status = append_signature(*jws, key);
    }
    if (status != POBF_OK) {
        free(*jws);
        *jws = NULL;
    }
    free(second);
    free(first);
    json_decref(header);
    return status;
}

/* One part as an object; NULL where it is anything else. */
static json_t *decode_object(const char *text, size_t length)
{
    uint8_t *bytes = malloc(length + 1);
    const size_t size = bytes == NULL ? 0 : base64_decode(bytes, length, text, length, JWS_BASE64);
    json_t *value = NULL;

    if (size > 0) {
        value = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    }
    free(bytes);
    if (!json_is_object(value)) {
        json_decref(value);
        return NULL;
    }
    return value;
}

static int decode_signature(uint8_t signature[KEY_SIGNATURE_BYTES], const char *text, size_t length)
{
    return base64_decode(signature, KEY_SIGNATURE_BYTES, text, length, JWS_BASE64) ==
           KEY_SIGNATURE_BYTES;
}

static int is_our_header(const json_t *header)
{
    const char *type = json_string_value(json_object_get(header, "typ"));

    return json_object_size(header) == 3 && json_is_string(json_object_get(header, "alg")) &&
           json_is_string(json_object_get(header, "kid")) && type != NULL &&
           strcmp(type, JWS_TYPE) == 0;
}

/*
 * Only the letters of base64url, and the dots. libsodium's decoder takes some bytes above 127 for
 * letters too, so without this one signature would have several spellings.
 */
static int is_spelled_well(const char *text, size_t size)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

    for (size_t i = 0; i < size; i++) {
        if (memchr(letters, text[i], sizeof letters - 1) == NULL) {
            return 0;
        }
    }
    return 1;
}

static const char *parse_parts(struct jws *jws, const char *text, size_t size)
{
    const char *first = memchr(text, '.', size);
    const char *second;
    const char *end = text + size;

    if (first == NULL || !is_spelled_well(text, size)) {
        return "expected three parts of base64url";
    }
    second = memchr(first + 1, '.', (size_t)(end - first - 1));
    if (second == NULL || memchr(second + 1, '.', (size_t)(end - second - 1)) != NULL) {
        return "expected three parts of base64url";
    }
    jws->signed_size = (size_t)(second - text);
    jws->header = decode_object(text, (size_t)(first - text));
    jws->claims = decode_object(first + 1, (size_t)(second - first - 1));
    if (jws->claims == NULL) {
        return "the payload is no JSON object, or has a name twice";
    }
    if (!is_our_header(jws->header)) {
        return "the header is not exactly alg, kid and typ " JWS_TYPE;
    }
    jws->has_signature = decode_signature(jws->signature, second + 1, (size_t)(end - second - 1));
    return NULL;
}

enum pobf_status jws_parse(struct jws *jws, const uint8_t *bytes, size_t size, const char **defect)
{
    *jws = (struct jws){.header = NULL};
    *defect = size > JWS_MAX ? "longer than a report can be"
                             : parse_parts(jws, (const char *)bytes, size);
    if (*defect != NULL) {
        jws_clear(jws);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

enum pobf_status jws_verify(const struct jws *jws, const uint8_t *bytes, const struct key *key)
{
    const char *algorithm = json_string_value(json_object_get(jws->header, "alg"));
    const char *id = json_string_value(json_object_get(jws->header, "kid"));
    char own_id[KEY_ID_TEXT];

    print_key_id(own_id, key);
    if (!jws->has_signature || algorithm == NULL || strcmp(algorithm, key_algorithm(key)) != 0 ||
        id == NULL || strcmp(id, own_id) != 0) {
        return POBF_E_AUTH;
    }
    return key_verify(key, jws->signature, bytes, jws->signed_size);
}

void jws_clear(struct jws *jws)
{
    json_decref(jws->header);
    json_decref(jws->claims);
    *jws = (struct jws){.header = NULL};
}
