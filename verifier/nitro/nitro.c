#include "verifier/nitro/nitro.h"

#include <stdio.h>
#include <string.h>

#include "framework/core/bytes.h"
#include "framework/wire/nitro.h"
#include "verifier/cose/cose.h"
#include "verifier/hardware/chain.h"

enum { ES384 = -35, DEBUG_PCRS = 3 };

static const struct hardware_check checks[NITRO_COUNT] = {
#define X(name, id, field, mandatory, advice) [NITRO_##name] = {id, field, mandatory, advice},
    NITRO_CHECKS(X)
#undef X
};

/* What the steps share. */
struct nitro {
    struct hardware_appraisal *appraisal;
    size_t first; /* the place of NITRO_PARSE in the list */
    const uint8_t *bytes;
    struct pobf_nitro document;
    X509 *leaf;
    struct certs bundle; /* as it is in the document: root first */
    struct path path;
};

static struct check *check_of(struct nitro *nitro, enum nitro_place place)
{
    return hardware_check_at(nitro->appraisal, nitro->first + place);
}

static X509 *open_cert(const uint8_t *bytes, const struct pobf_span *span)
{
    const uint8_t *at = bytes + span->at;
    X509 *cert = d2i_X509(NULL, &at, (long)span->size);

    if (cert != NULL && at != bytes + span->at + span->size) {
        X509_free(cert);
        return NULL;
    }
    return cert;
}

/* The document's certificates; 1 where all of them parse, and nothing stands after them. */
static int take_certs(struct nitro *nitro)
{
    struct certs *all = &nitro->appraisal->certs;
    const struct pobf_span *bundle = &nitro->document.claim[POBF_NITRO_BUNDLE];
    struct pobf_span span;

    nitro->leaf = open_cert(nitro->bytes, &nitro->document.claim[POBF_NITRO_CERTIFICATE]);
    if (nitro->leaf == NULL) {
        return 0;
    }
    for (size_t i = 0; pobf_nitro_issuer(&span, nitro->bytes, bundle, i); i++) {
        const uint8_t *bytes = nitro->bytes + span.at;

        if (certs_add(&nitro->bundle, bytes, span.size) != POBF_OK ||
            certs_add(all, bytes, span.size) != POBF_OK || nitro->bundle.count != i + 1) {
            return 0;
        }
    }
    return 1;
}

/* The bundle is the path without its leaf, the other way round. A root counts by its key. */
static int is_in_order(const struct nitro *nitro)
{
    const struct path *path = &nitro->path;

    if (path->count != nitro->bundle.count + 1) {
        return 0;
    }
    for (size_t i = 1; i + 1 < path->count; i++) {
        if (X509_cmp(path->cert[i], nitro->bundle.cert[path->count - 1 - i]) != 0) {
            return 0;
        }
    }
    return 1;
}

static void judge_chain(struct nitro *nitro)
{
    const size_t first = nitro->first;
    const struct chain_places places = {first + NITRO_CHAIN, first + NITRO_VALIDITY,
                                        first + NITRO_REVOCATION,
                                        first + NITRO_REVOCATION_VALIDITY};
    struct certs own = {.count = 0};
    const struct path_profile profile = {
        .roots = hardware_roots(nitro->appraisal, &own, ROOTS_AWS_NITRO),
        .bare_leaf = 1,
        .bare_issuers = 1};
    const uint64_t made = nitro->document.timestamp_ms / 1000;
    char seen[CHECK_TEXT_ROOM];

    if (profile.roots == NULL) {
        return;
    }
    (void)chain_judge(nitro->appraisal, &nitro->path, nitro->leaf, &profile, &places,
                      "the document's chain");
    if (nitro->path.leads_to_root) {
        check_judge(check_of(nitro, NITRO_ORDER), is_in_order(nitro), "the chain, root first",
                    is_in_order(nitro) ? "just that" : "others, or another order");
        snprintf(seen, sizeof seen, "made at %llu", (unsigned long long)made);
        check_judge(check_of(nitro, NITRO_TIMESTAMP),
                    made <= INT64_MAX && (int64_t)made >= nitro->path.from &&
                        (int64_t)made <= nitro->path.until,
                    "made while its certificates are valid", seen);
    }
    certs_clear(&own);
}

static void verify(struct nitro *nitro)
{
    const int32_t algorithm = nitro->document.sign1.algorithm;
    const int parsed = take_certs(nitro);
    char seen[CHECK_TEXT_ROOM];
    int good;

    snprintf(seen, sizeof seen, "COSE algorithm %d", algorithm);
    check_judge(check_of(nitro, NITRO_ALGORITHM), algorithm == ES384, "COSE algorithm -35 (ES384)",
                seen);
    check_judge(check_of(nitro, NITRO_CERTIFICATES), parsed, "different certificates, DER",
                parsed ? "just that" : "one that does not parse, or is there twice");
    if (!parsed) {
        return;
    }
    judge_chain(nitro);
    good = algorithm == ES384 && cose_verify(&nitro->document.sign1, nitro->bytes,
                                             X509_get0_pubkey(nitro->leaf)) == POBF_OK;
    check_judge(check_of(nitro, NITRO_SIGNATURE), good, "by the key of its certificate",
                good ? "by the key of its certificate" : "not by that key over these bytes");
}

static int find_pcr(struct pobf_span *pcr, const struct nitro *nitro, uint32_t index)
{
    return pobf_nitro_pcr(pcr, nitro->bytes, &nitro->document.claim[POBF_NITRO_REGISTERS], index);
}

/* Registers 0 to 2 are those of the image: there, and not zero, but in debug mode. */
static void say_debug(struct nitro *nitro)
{
    struct hardware_found *found = &nitro->appraisal->found;
    struct pobf_span span;

    found->debug = 1;
    for (uint32_t i = 0; i < DEBUG_PCRS; i++) {
        if (!find_pcr(&span, nitro, i)) {
            return;
        }
        found->debug = found->debug && pobf_bytes_are_zero(nitro->bytes + span.at, span.size);
    }
    found->debug_is_known = 1;
}

static void claim_pcrs(struct nitro *nitro)
{
    json_t *pcrs = json_object();
    struct pobf_span span;
    char name[16];

    for (uint32_t i = 0; i < POBF_NITRO_PCRS; i++) {
        if (find_pcr(&span, nitro, i)) {
            snprintf(name, sizeof name, "%u", i);
            hardware_claim_bytes(pcrs, name, nitro->bytes + span.at, span.size);
        }
    }
    json_object_set_new(nitro->appraisal->found.claims, "pcrs", pcrs);
}

static void say_what_it_says(struct nitro *nitro)
{
    struct hardware_found *found = &nitro->appraisal->found;
    const struct pobf_span *claim = nitro->document.claim;
    const struct pobf_span *module_id = &claim[POBF_NITRO_MODULE_ID];
    const struct pobf_span *public_key = &claim[POBF_NITRO_PUBLIC_KEY];
    const struct pobf_span *user_data = &claim[POBF_NITRO_USER_DATA];
    const struct pobf_span *nonce = &claim[POBF_NITRO_NONCE];
    const uint8_t *bytes = nitro->bytes;
    struct pobf_span pcr0;

    hardware_data_set(&found->nonce, bytes + nonce->at, nonce->size);
    hardware_data_set(&found->report_data, bytes + user_data->at, user_data->size);
    if (find_pcr(&pcr0, nitro, 0)) {
        hardware_data_set(&found->measurement, bytes + pcr0.at, pcr0.size);
    }
    found->tcb_status = TCB_UNRATED;
    say_debug(nitro);
    claim_pcrs(nitro);
    json_object_set_new(found->claims, "module_id",
                        json_stringn((const char *)bytes + module_id->at, module_id->size));
    hardware_claim_number(found->claims, "timestamp_ms", nitro->document.timestamp_ms);
    hardware_claim_bytes(found->claims, "public_key", bytes + public_key->at, public_key->size);
    hardware_claim_bytes(found->claims, "user_data", bytes + user_data->at, user_data->size);
}

static void appraise(struct hardware_appraisal *appraisal)
{
    const struct hardware_item *evidence = &appraisal->input->evidence;
    struct nitro nitro = {.appraisal = appraisal, .bytes = evidence->bytes};
    int parsed;

    nitro.first = hardware_list(appraisal, checks, NITRO_COUNT);
    parsed = pobf_nitro_parse(&nitro.document, evidence->bytes, evidence->size) == POBF_OK;
    check_judge(check_of(&nitro, NITRO_PARSE), parsed, "a document, strict CBOR, nothing left over",
                parsed ? "just that" : "other bytes");
    if (parsed) {
        say_what_it_says(&nitro);
        verify(&nitro);
    }
    X509_free(nitro.leaf);
    certs_clear(&nitro.bundle);
}

/* An array of four, and in it a byte string that holds {1: an algorithm}. */
static int detect(const uint8_t *bytes, size_t size)
{
    static const uint8_t begin[] = {0x84, 0x44, 0xa1, 0x01, 0x38};

    return size > sizeof begin && memcmp(bytes, begin, sizeof begin) == 0;
}

const struct hardware_platform nitro_platform = {"nitro", detect, appraise};
