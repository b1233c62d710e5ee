#include "verifier/client/kind.h"

#include <stdlib.h>
#include <string.h>

#include "edge/statement/alarm.h"
#include "edge/statement/intent.h"
#include "edge/tlog/inclusion.h"
#include "framework/wire/offer.h"
#include "framework/wire/receipt.h"
#include "verifier/appraisal/envelope.h"
#include "verifier/report/claims.h"
#include "verifier/report/report.h"

static const char *const names[KIND_COUNT] = {
    [KIND_UNKNOWN] = "unknown",
    [KIND_EVIDENCE] = "evidence",
    [KIND_RECEIPT] = "receipt",
    [KIND_EXCHANGE] = "exchange",
    [KIND_OFFER] = "offer",
    [KIND_REPORT] = "report",
    [KIND_CERTIFICATE] = "certificate",
    [KIND_INCLUSION] = "inclusion",
    [KIND_CRASH] = "crash statement",
    [KIND_CHECKPOINT] = "checkpoint",
    [KIND_ALARM] = "log alarm",
};

const char *kind_name(enum kind kind)
{
    return names[kind];
}

/* The profile stands in clear in every token of ours, also where the rest is damaged. */
static int has_profile(const struct input *input, const char *profile)
{
    return memmem(input->bytes, input->size, profile, strlen(profile)) != NULL;
}

static int is_checkpoint(const struct input *input)
{
    struct checkpoint checkpoint;
    struct note note;

    return note_split(&note, (const char *)input->bytes, input->size) == POBF_OK &&
           checkpoint_parse(&checkpoint, &note) == POBF_OK;
}

enum kind kind_find(const struct input *input)
{
    if (inclusion_is(input->bytes, input->size)) {
        return KIND_INCLUSION;
    }
    if (intent_is(input->bytes, input->size)) {
        return KIND_CRASH;
    }
    if (alarm_is(input->bytes, input->size)) {
        return KIND_ALARM;
    }
    if (is_checkpoint(input)) {
        return KIND_CHECKPOINT;
    }
    if (exchange_is(input->bytes, input->size)) {
        return KIND_EXCHANGE; /* first: it has an offer inside */
    }
    if (report_is(input->bytes, input->size)) {
        return KIND_REPORT;
    }
    if (certificate_is(input->bytes, input->size)) {
        return KIND_CERTIFICATE;
    }
    if (has_profile(input, "tag:pobf,2026:evidence")) {
        return KIND_EVIDENCE;
    }
    if (has_profile(input, "tag:pobf,2026:receipt")) {
        return KIND_RECEIPT;
    }
    return has_profile(input, "tag:pobf,2026:offer") ? KIND_OFFER : KIND_UNKNOWN;
}

static json_t *offer_json(const uint8_t *bytes, size_t size)
{
    struct pobf_offer offer;

    if (pobf_offer_parse(&offer, bytes, size) != POBF_OK) {
        return NULL;
    }
    return json_pack("{s:o, s:o, s:o}", "boot_id", claims_hex(offer.boot_id, POBF_BOOT_ID_BYTES),
                     "task_id", claims_hex(offer.task_id, POBF_TASK_ID_BYTES), "public_key",
                     claims_hex(offer.public_key, sizeof offer.public_key));
}

/* Not the salts: whoever has them can open the receipt's commitments. */
static json_t *exchange_json(const uint8_t *bytes, size_t size)
{
    struct exchange exchange;
    json_t *offer;

    if (exchange_parse(&exchange, bytes, size) != POBF_OK) {
        return NULL;
    }
    offer = offer_json(exchange.offer, exchange.offer_size);
    return json_pack("{s:o, s:o, s:o, s:I, s:I}", "nonce",
                     claims_hex(exchange.nonce, POBF_NONCE_BYTES), "channel_key",
                     claims_hex(exchange.channel_key, POBF_DIGEST_BYTES), "offer",
                     offer != NULL ? offer : json_null(), "sealed_input_bytes",
                     (json_int_t)exchange.sealed_input_size, "sealed_answer_bytes",
                     (json_int_t)exchange.sealed_answer_size);
}

static json_t *bare_json(enum appraisal_platform platform, const uint8_t *bytes, size_t size)
{
    struct pobf_evidence evidence;

    return pobf_evidence_parse(&evidence, bytes, size) != POBF_OK
               ? NULL
               : json_pack("{s:o, s:o}", "platform", claims_platform(platform, evidence.backend),
                           "enclave", claims_enclave(&evidence));
}

static json_t *evidence_json(const uint8_t *bytes, size_t size)
{
    struct envelope envelope;
    json_t *facts;

    if (!envelope_is(bytes, size)) {
        return bare_json(APPRAISAL_PLATFORM_SIM, bytes, size);
    }
    if (envelope_open(&envelope, bytes, size) != POBF_OK) {
        return NULL;
    }
    facts = bare_json(envelope.platform, envelope.evidence.bytes, envelope.evidence.size);
    envelope_clear(&envelope);
    return facts;
}

static json_t *receipt_json(const uint8_t *bytes, size_t size)
{
    struct pobf_receipt receipt;

    return pobf_receipt_parse(&receipt, bytes, size) == POBF_OK ? claims_forgetting(&receipt)
                                                                : NULL;
}

static json_t *inclusion_json(const uint8_t *bytes, size_t size)
{
    struct inclusion inclusion;
    struct checkpoint checkpoint;
    struct note note;

    if (inclusion_parse(&inclusion, (const char *)bytes, size) != POBF_OK ||
        note_split(&note, inclusion.checkpoint, inclusion.checkpoint_size) != POBF_OK ||
        checkpoint_parse(&checkpoint, &note) != POBF_OK) {
        return NULL;
    }
    return json_pack("{s:s, s:I, s:I, s:o}", "origin", checkpoint.origin, "index",
                     (json_int_t)inclusion.index, "size", (json_int_t)checkpoint.size, "root",
                     claims_hex(checkpoint.root, sizeof checkpoint.root));
}

static json_t *checkpoint_json(const uint8_t *bytes, size_t size)
{
    struct checkpoint checkpoint;
    struct note note;

    return note_split(&note, (const char *)bytes, size) != POBF_OK ||
                   checkpoint_parse(&checkpoint, &note) != POBF_OK
               ? NULL
               : json_pack("{s:s, s:I, s:o}", "origin", checkpoint.origin, "size",
                           (json_int_t)checkpoint.size, "root",
                           claims_hex(checkpoint.root, sizeof checkpoint.root));
}

static json_t *log_alarm_json(const uint8_t *bytes, size_t size)
{
    struct checkpoint before, after;
    struct alarm alarm;

    return alarm_parse(&alarm, bytes, size) != POBF_OK ||
                   alarm_open(&before, &after, &alarm) != POBF_OK
               ? NULL
               : json_pack("{s:s, s:s, s:I, s:I, s:I}", "log", alarm.log.name, "kind",
                           alarm_word(alarm.kind), "at", (json_int_t)alarm.at_s, "before",
                           (json_int_t)before.size, "after", (json_int_t)after.size);
}

/* Not the salt, as with an exchange. */
static json_t *crash_json(const uint8_t *bytes, size_t size)
{
    struct intent intent;

    if (intent_parse(&intent, bytes, size) != POBF_OK) {
        return NULL;
    }
    return json_pack("{s:o, s:I, s:I, s:o, s:o, s:s}", "boot_id",
                     claims_hex(intent.boot_id, sizeof intent.boot_id), "sequence",
                     (json_int_t)intent.sequence, "at", (json_int_t)intent.at_s, "task_id",
                     claims_hex(intent.task_id, sizeof intent.task_id), "input_commitment",
                     claims_hex(intent.commitment, sizeof intent.commitment), "said_by",
                     "the host, unsigned");
}

json_t *kind_json(enum kind kind, const struct input *input)
{
    switch (kind) {
    case KIND_EVIDENCE:
        return evidence_json(input->bytes, input->size);
    case KIND_RECEIPT:
        return receipt_json(input->bytes, input->size);
    case KIND_EXCHANGE:
        return exchange_json(input->bytes, input->size);
    case KIND_OFFER:
        return offer_json(input->bytes, input->size);
    case KIND_REPORT:
        return report_json(input->bytes, input->size);
    case KIND_CERTIFICATE:
        return certificate_json(input->bytes, input->size);
    case KIND_INCLUSION:
        return inclusion_json(input->bytes, input->size);
    case KIND_CRASH:
        return crash_json(input->bytes, input->size);
    case KIND_CHECKPOINT:
        return checkpoint_json(input->bytes, input->size);
    case KIND_ALARM:
        return log_alarm_json(input->bytes, input->size);
    case KIND_UNKNOWN:
    case KIND_COUNT:
    default:
        return NULL;
    }
}
