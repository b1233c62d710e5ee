#include "verifier/dcap/collateral.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <sodium.h>

#include "verifier/dcap/parsed.h"

int64_t collateral_epoch(const json_t *text)
{
    const char *string = json_string_value(text);
    struct tm broken = {.tm_year = 0};
    const char *end = string == NULL ? NULL : strptime(string, "%Y-%m-%dT%H:%M:%SZ", &broken);

    return end != NULL && *end == '\0' ? (int64_t)timegm(&broken) : INT64_MIN;
}

static int parse_signature(uint8_t signature[COLLATERAL_SIGNATURE_BYTES], const char *hex)
{
    size_t size = 0;

    return hex != NULL &&
           sodium_hex2bin(signature, COLLATERAL_SIGNATURE_BYTES, hex, strlen(hex), NULL, &size,
                          NULL) == 0 &&
           size == COLLATERAL_SIGNATURE_BYTES;
}

/* The text is kept as it is: that is what is signed. */
static void add_document(struct collateral *collateral, struct document *list, size_t *count,
                         const char *text, size_t size, const char *signature)
{
    struct document *document = &list[*count];

    if (*count == COLLATERAL_MAX) {
        collateral->defect = "there are too many documents of one kind";
        return;
    }
    if (text == NULL || !parse_signature(document->signature, signature)) {
        collateral->defect = "a document has no text, or no signature of 128 hex digits";
        return;
    }
    document->says = parsed_take(text, size);
    if (!json_is_object(document->says)) {
        json_decref(document->says);
        document->says = NULL;
        collateral->defect = "a document is not a JSON object, or says something twice";
        return;
    }
    document->text = text;
    document->size = size;
    document->from = collateral_epoch(json_object_get(document->says, "issueDate"));
    document->until = collateral_epoch(json_object_get(document->says, "nextUpdate"));
    (*count)++;
}

/* A list or chain in JSON: PEM, or DER in hexadecimal. */
static void add_certs(struct collateral *collateral, struct certs *certs, const json_t *member)
{
    const char *text = json_string_value(member);
    const size_t length = text == NULL ? 0 : strlen(text);
    uint8_t *der = malloc(length / 2 + 1);
    size_t size = 0;
    enum pobf_status status = POBF_E_INPUT;

    if (text != NULL && strncmp(text, "-----", 5) == 0) {
        status = certs_add(certs, (const uint8_t *)text, length);
    } else if (text != NULL && der != NULL &&
               sodium_hex2bin(der, length / 2 + 1, text, length, NULL, &size, NULL) == 0) {
        status = certs_add(certs, der, size);
    }
    free(der);
    if (member != NULL && status != POBF_OK) {
        collateral->defect = "a chain or a revocation list does not parse";
    }
}

static void add_bundle(struct collateral *collateral, struct certs *certs, const json_t *bundle)
{
    static const char *const lists[] = {"tcb_info_issuer_chain", "qe_identity_issuer_chain",
                                        "pck_crl_issuer_chain", "pck_crl", "root_ca_crl"};
    const json_t *last = NULL;
    const char *tcb_info = json_string_value(json_object_get(bundle, "tcb_info"));
    const char *qe_identity = json_string_value(json_object_get(bundle, "qe_identity"));

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        const json_t *list = json_object_get(bundle, lists[i]);

        if (!json_equal(list, last)) { /* both documents come with the same chain */
            add_certs(collateral, certs, list);
        }
        last = list;
    }
    add_document(collateral, collateral->tcb_info, &collateral->tcb_info_count, tcb_info,
                 tcb_info == NULL ? 0 : strlen(tcb_info),
                 json_string_value(json_object_get(bundle, "tcb_info_signature")));
    add_document(collateral, collateral->qe_identity, &collateral->qe_identity_count, qe_identity,
                 qe_identity == NULL ? 0 : strlen(qe_identity),
                 json_string_value(json_object_get(bundle, "qe_identity_signature")));
}

/* Of {"<name>":DOCUMENT,"signature":"..."} the bytes of DOCUMENT; POBF_E_INPUT where it is not so. */
static enum pobf_status slice(const char **text, size_t *size, const struct hardware_item *item,
                              const char *name)
{
    const char end[] = ",\"signature\":";
    const char *bytes = (const char *)item->bytes;
    const size_t head = strlen(name) + 4;
    const char *last = memmem(bytes, item->size, end, sizeof end - 1);

    if (item->size <= head || strncmp(bytes, "{\"", 2) != 0 ||
        strncmp(bytes + 2, name, strlen(name)) != 0 || strncmp(bytes + head - 2, "\":", 2) != 0 ||
        last == NULL) {
        return POBF_E_INPUT;
    }
    *text = bytes + head;
    *size = (size_t)(last - *text);
    return POBF_OK;
}

static void add_answer(struct collateral *collateral, const struct hardware_item *item,
                       const json_t *answer)
{
    const char *signature = json_string_value(json_object_get(answer, "signature"));
    const char *text;
    size_t size;

    if (slice(&text, &size, item, "tcbInfo") == POBF_OK) {
        add_document(collateral, collateral->tcb_info, &collateral->tcb_info_count, text, size,
                     signature);
    } else if (slice(&text, &size, item, "enclaveIdentity") == POBF_OK) {
        add_document(collateral, collateral->qe_identity, &collateral->qe_identity_count, text,
                     size, signature);
    } else {
        collateral->defect = "a piece of JSON is neither a bundle nor an answer of Intel's service";
    }
}

static void add_json(struct collateral *collateral, struct hardware_appraisal *appraisal,
                     const struct hardware_item *item)
{
    json_t *json = parsed_take((const char *)item->bytes, item->size);

    if (!json_is_object(json) || collateral->kept_count == HARDWARE_ITEMS_MAX) {
        json_decref(json);
        collateral->defect = "a piece of JSON does not parse, or says something twice";
        return;
    }
    collateral->kept[collateral->kept_count++] = json;
    if (json_object_get(json, "tcb_info") != NULL) {
        add_bundle(collateral, &appraisal->certs, json);
    } else {
        add_answer(collateral, item, json);
    }
}

void collateral_open(struct collateral *collateral, struct hardware_appraisal *appraisal)
{
    const struct hardware_input *input = appraisal->input;

    *collateral = (struct collateral){.kept_count = 0};
    for (size_t i = 0; i < input->collateral_count; i++) {
        if (input->collateral[i].size != 0 && input->collateral[i].bytes[0] == '{') {
            add_json(collateral, appraisal, &input->collateral[i]);
        }
    }
}

void collateral_close(struct collateral *collateral)
{
    for (size_t i = 0; i < collateral->tcb_info_count; i++) {
        json_decref(collateral->tcb_info[i].says);
    }
    for (size_t i = 0; i < collateral->qe_identity_count; i++) {
        json_decref(collateral->qe_identity[i].says);
    }
    for (size_t i = 0; i < collateral->kept_count; i++) {
        json_decref(collateral->kept[i]);
    }
    *collateral = (struct collateral){.kept_count = 0};
}

static int says(const struct document *document, const char *name, const char *value)
{
    const char *text = json_string_value(json_object_get(document->says, name));

    return text != NULL && strcasecmp(text, value) == 0;
}

struct document *collateral_choose(struct document *documents, size_t count, const char *id,
                                   const char *name, const char *value)
{
    for (size_t i = 0; i < count; i++) {
        if (says(&documents[i], "id", id) && (name == NULL || says(&documents[i], name, value))) {
            return &documents[i];
        }
    }
    return count == 0 ? NULL : &documents[0];
}
