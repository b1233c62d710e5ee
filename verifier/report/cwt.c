#include "verifier/report/cwt.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "edge/cli/base64.h"
#include "framework/wire/cbor_write.h"
#include "framework/wire/sign1.h"
#include "verifier/report/vector.h"

enum { MEMBERS_MAX = 32, NONCE_MAX = 64, COSE_SIGN1 = 18, ALGORITHM = 1, KEY_ID = 4 };

enum kind { KIND_TEXT, KIND_NUMBER, KIND_MAP, KIND_LIST, KIND_NONCE, KIND_STATUS, KIND_JSON };

/* IANA's registry of CWT claims; draft-ietf-rats-ear. The claims of a vector have their places. */
static const struct claim {
    const char *name;
    int number;
    enum kind kind;
} registry[] = {
    {"exp", 4, KIND_NUMBER},
    {"iat", 6, KIND_NUMBER},
    {"eat_nonce", 10, KIND_NONCE},
    {"eat_profile", 265, KIND_TEXT},
    {"submods", 266, KIND_MAP},
    {"ear_status", 1000, KIND_STATUS},
    {"ear_trustworthiness_vector", 1001, KIND_MAP},
    {"ear_appraisal_policy_ids", 1003, KIND_LIST},
    {"ear_verifier_id", 1004, KIND_MAP},
    {"developer", 0, KIND_TEXT},
    {"build", 1, KIND_TEXT},
};

/* A member of a map under its key: a number, or -1 for its name. */
struct member {
    const char *name;
    const json_t *value;
    int number;
    enum kind kind;
};

struct printer {
    struct pobf_cbor_writer *writer;
    int defect; /* 1: something is not of the registry */
};

static void print_value(struct printer *printer, const struct member *member);

static void print_text(struct printer *printer, const char *text)
{
    pobf_cbor_write_string(printer->writer, POBF_CBOR_TEXT, (const uint8_t *)text, strlen(text));
}

static void print_head(struct printer *printer, enum pobf_cbor_major major, uint64_t number)
{
    pobf_cbor_write_head(printer->writer, major, number);
}

static struct member classify(const char *name, const json_t *value)
{
    for (size_t i = 0; i < sizeof registry / sizeof registry[0]; i++) {
        if (strcmp(name, registry[i].name) == 0) {
            return (struct member){name, value, registry[i].number, registry[i].kind};
        }
    }
    for (int i = 0; i < VECTOR_CLAIMS; i++) {
        if (strcmp(name, vector_claim_name((enum vector_claim)i)) == 0) {
            return (struct member){name, value, i, KIND_NUMBER};
        }
    }
    return (struct member){name, value, -1, strncmp(name, "tag:", 4) == 0 ? KIND_JSON : KIND_MAP};
}

/* The order of the keys' encodings: numbers, then texts, the shorter first. RFC 8949, section 4.2.1. */
static int compare(const void *left, const void *right)
{
    const struct member *a = left;
    const struct member *b = right;
    const size_t length[2] = {strlen(a->name), strlen(b->name)};

    if (a->number >= 0 || b->number >= 0) {
        return a->number < 0 ? 1 : b->number < 0 ? -1 : a->number - b->number;
    }
    return length[0] == length[1] ? strcmp(a->name, b->name) : length[0] < length[1] ? -1 : 1;
}

static void print_map(struct printer *printer, const json_t *map)
{
    struct member members[MEMBERS_MAX];
    size_t count = 0;
    const char *name;
    json_t *value;

    if (!json_is_object(map) || json_object_size(map) > MEMBERS_MAX) {
        printer->defect = 1;
        return;
    }
    json_object_foreach((json_t *)(uintptr_t)map, name, value)
    {
        members[count++] = classify(name, value);
    }
    qsort(members, count, sizeof members[0], compare);
    print_head(printer, POBF_CBOR_MAP, count);
    for (size_t i = 0; i < count; i++) {
        if (members[i].number >= 0) {
            print_head(printer, POBF_CBOR_UINT, (uint64_t)members[i].number);
        } else {
            print_text(printer, members[i].name);
        }
        print_value(printer, &members[i]);
    }
}

static void print_list(struct printer *printer, const json_t *list)
{
    size_t i;
    json_t *text;

    print_head(printer, POBF_CBOR_ARRAY, json_array_size(list));
    json_array_foreach((json_t *)(uintptr_t)list, i, text)
    {
        const struct member member = {"", text, -1, KIND_TEXT};

        print_value(printer, &member);
    }
}

static void print_nonce(struct printer *printer, const char *text)
{
    uint8_t nonce[NONCE_MAX];
    const size_t size = base64_decode(nonce, sizeof nonce, text, strlen(text),
                                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);

    printer->defect |= size == 0;
    pobf_cbor_write_string(printer->writer, POBF_CBOR_BYTES, nonce, size);
}

/* A status is the tier that stands for it. */
static uint64_t status_number(const char *word)
{
    switch (ear_status_parse(word)) {
    case EAR_AFFIRMING:
        return VECTOR_AFFIRMING;
    case EAR_WARNING:
        return VECTOR_WARNING;
    case EAR_CONTRAINDICATED:
        return VECTOR_BAD;
    case EAR_NONE:
    default:
        return VECTOR_NONE;
    }
}

static void print_json(struct printer *printer, const json_t *value)
{
    char *text =
        json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);

    printer->defect |= text == NULL;
    print_text(printer, text == NULL ? "" : text);
    free(text);
}

static void print_value(struct printer *printer, const struct member *member)
{
    const int is_text =
        member->kind == KIND_TEXT || member->kind == KIND_NONCE || member->kind == KIND_STATUS;
    const char *text = json_string_value(member->value);
    const json_int_t number = json_integer_value(member->value);

    if ((is_text && text == NULL) ||
        (member->kind == KIND_NUMBER && (!json_is_integer(member->value) || number < 0))) {
        printer->defect = 1;
        return;
    }
    switch (member->kind) {
    case KIND_NUMBER:
        print_head(printer, POBF_CBOR_UINT, (uint64_t)number);
        break;
    case KIND_MAP:
        print_map(printer, member->value);
        break;
    case KIND_LIST:
        print_list(printer, member->value);
        break;
    case KIND_NONCE:
        print_nonce(printer, text);
        break;
    case KIND_STATUS:
        print_head(printer, POBF_CBOR_UINT, status_number(text));
        break;
    case KIND_JSON:
        print_json(printer, member->value);
        break;
    case KIND_TEXT:
    default:
        print_text(printer, text);
        break;
    }
}

/* The claims alone: their size; 0 where they are not of the registry, or too many. */
static size_t print_claims(uint8_t *out, const json_t *claims)
{
    struct pobf_cbor_writer writer;
    struct printer printer = {&writer, 0};
    size_t size;

    pobf_cbor_write_init(&writer, out, CWT_MAX);
    print_map(&printer, claims);
    return pobf_cbor_write_end(&writer, &size) == POBF_OK && !printer.defect ? size : 0;
}

/* {1: -7}, or {1: -8}: ES256, EdDSA.                                   RFC 9053, section 2 */
static const uint8_t *protected_header(const struct key *key)
{
    static const uint8_t es256[] = {0xa1, ALGORITHM, 0x26};
    static const uint8_t eddsa[] = {0xa1, ALGORITHM, 0x27};

    return key_kind(key) == KEY_ES256 ? es256 : eddsa;
}

/* The token with a signature of zeros, and where its parts are. */
static enum pobf_status print_frame(uint8_t *out, size_t *size, struct pobf_sign1 *sign1,
                                    const uint8_t *claims, size_t claims_size,
                                    const struct key *key)
{
    static const uint8_t no_signature[KEY_SIGNATURE_BYTES];
    struct pobf_cbor_writer writer;
    uint8_t id[KEY_ID_BYTES];

    key_id(key, id);
    pobf_cbor_write_init(&writer, out, 2 * CWT_MAX);
    pobf_cbor_write_head(&writer, POBF_CBOR_TAG, COSE_SIGN1);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, protected_header(key), 3);
    sign1->header = (struct pobf_span){writer.size - 3, 3};
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 1);
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, KEY_ID);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, id, sizeof id);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, claims, claims_size);
    sign1->payload = (struct pobf_span){writer.size - claims_size, claims_size};
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, no_signature, sizeof no_signature);
    return pobf_cbor_write_end(&writer, size);
}

/* Sign what stands in the frame, and put the signature at its end. */
static enum pobf_status sign_frame(uint8_t *frame, size_t size, const struct pobf_sign1 *sign1,
                                   const struct key *key)
{
    const size_t room = sign1->payload.size + POBF_SIGN1_EXTRA_BYTES;
    uint8_t *message = malloc(room);
    size_t message_size;
    enum pobf_status status = POBF_E_SYSTEM;

    if (message != NULL) {
        status = pobf_sign1_print_signed(message, room, &message_size, sign1, frame);
    }
    if (status == POBF_OK) {
        status = key_sign(key, frame + size - KEY_SIGNATURE_BYTES, message, message_size);
    }
    free(message);
    return status;
}

enum pobf_status cwt_sign(uint8_t **cwt, size_t *size, const json_t *claims, const struct key *key)
{
    struct pobf_sign1 sign1 = {.algorithm = 0};
    uint8_t *payload = malloc(CWT_MAX);
    enum pobf_status status = POBF_E_SYSTEM;

    *cwt = malloc(2 * CWT_MAX);
    *size = 0;
    if (payload != NULL && *cwt != NULL) {
        const size_t payload_size = print_claims(payload, claims);

        status = payload_size == 0 ? POBF_E_INPUT
                                   : print_frame(*cwt, size, &sign1, payload, payload_size, key);
    }
    if (status == POBF_OK) {
        status = sign_frame(*cwt, *size, &sign1, key);
    }
    free(payload);
    if (status != POBF_OK) {
        free(*cwt);
        *cwt = NULL;
        *size = 0;
    }
    return status;
}
