#include "verifier/log/ongoing.h"

#include "edge/statement/intents.h"

const char ongoing_torn[] = "its last record is not whole: a host is writing it, and you may look "
                            "again; or was killed, and "
                            "the next one that serves from this folder states what is open";

struct reading {
    const struct ongoing *ongoing;
    struct intents intents;
};

static enum pobf_status take_intent(void *context, enum journal_kind kind,
                                    const struct intent *intent)
{
    struct reading *reading = context;

    if (kind == JOURNAL_INTENT) {
        return intents_add(&reading->intents, intent);
    }
    intents_close(&reading->intents, intent->task_id);
    return POBF_OK;
}

static enum pobf_status take_receipt(void *context, const uint8_t *bytes, size_t size)
{
    struct reading *reading = context;
    struct pobf_receipt receipt;
    const enum pobf_status status = pobf_receipt_parse(&receipt, bytes, size);

    if (status != POBF_OK) {
        return status;
    }
    intents_close(&reading->intents, receipt.task_id);
    return reading->ongoing->receipt(reading->ongoing->context, bytes, size);
}

enum pobf_status ongoing_read(const uint8_t *bytes, size_t size, const struct ongoing *ongoing)
{
    struct reading reading = {.ongoing = ongoing};
    const struct journal_reader reader = {take_intent, take_receipt, &reading};
    enum pobf_status status = journal_read(bytes, size, &reader);
    const int is_damaged = status == POBF_E_INPUT || journal_is_torn(bytes, size);

    if (is_damaged) {
        status = POBF_OK;
    }
    for (size_t i = 0; i < reading.intents.count && status == POBF_OK; i++) {
        status = ongoing->open(ongoing->context, &reading.intents.open[i]);
    }
    intents_free(&reading.intents);
    return status == POBF_OK && is_damaged ? POBF_E_INPUT : status;
}
