#include "verifier/client/crashed.h"

#include <string.h>

#include "edge/statement/intent.h"
#include "framework/wire/receipt.h"
#include "verifier/appraisal/exchange.h"

const char crashed_sentence[] =
    "Not proved: the host says that this task was forgotten by crash. There is no receipt.";

static void judge_receipt(struct check *check, const struct intent *intent,
                          const struct input *receipt)
{
    struct pobf_receipt parsed;

    if (receipt->bytes == NULL ||
        pobf_receipt_parse(&parsed, receipt->bytes, receipt->size) != POBF_OK) {
        return;
    }
    if (memcmp(parsed.task_id, intent->task_id, sizeof parsed.task_id) == 0 ||
        (memcmp(parsed.boot_id, intent->boot_id, sizeof parsed.boot_id) == 0 &&
         parsed.sequence >= intent->sequence)) {
        check_judge(check, 0, "no receipt of this task, nor of its boot from there on",
                    "such a receipt");
    }
}

static void judge_commitment(struct checks *checks, const struct intent *intent,
                             const struct input *file)
{
    struct check *check = checks_add(checks, "crash.commitment", 1,
                                     "give the exchange of the call that the statement is about");
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    struct exchange exchange;

    if (exchange_parse(&exchange, file->bytes, file->size) == POBF_OK &&
        pobf_commitment_make(commitment, intent->salt, exchange.sealed_input,
                             exchange.sealed_input_size) == POBF_OK) {
        check_bytes(check, intent->commitment, commitment, sizeof commitment);
    }
}

void crashed_judge(struct checks *checks, const struct input *statement,
                   const struct input *receipt, const struct input *exchange)
{
    struct check *parse =
        checks_add(checks, "crash.parse", 1, "give the statement as the host wrote it");
    struct check *none = checks_add(
        checks, "crash.receipt", 1,
        "nothing shows what became of the data; seal it again, for another task, if you need to");
    struct intent intent;
    const int parsed = intent_parse(&intent, statement->bytes, statement->size) == POBF_OK;

    check_judge(parse, parsed, "a host's statement", parsed ? "one" : "a damaged one");
    if (!parsed) {
        return;
    }
    judge_receipt(none, &intent, receipt);
    if (exchange->bytes != NULL) {
        judge_commitment(checks, &intent, exchange);
    }
}
