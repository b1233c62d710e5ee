#include "framework/wire/receipt.h"

#include <inttypes.h>
#include <stdio.h>

#include "framework/core/bytes.h"
#include "framework/crypto/digest.h"
#include "framework/wire/cose.h"
#include "verifier/appraisal/judge.h"

static const struct {
    const char *name;
    const char *sentence;
} exits[POBF_EXIT_COUNT] = {
#define X(name, sentence) [POBF_EXIT_##name] = {#name, sentence},
    POBF_EXITS(X)
#undef X
};

const char *appraisal_exit_sentence(enum pobf_exit kind)
{
    return (unsigned)kind < POBF_EXIT_COUNT ? exits[kind].sentence : "ended in no known way";
}

const char *appraisal_exit_name(enum pobf_exit kind)
{
    return (unsigned)kind < POBF_EXIT_COUNT ? exits[kind].name : "UNKNOWN";
}

/* 1 where the function came to its end and said something, which is sealed in the answer. */
static int has_answer(enum pobf_exit kind)
{
    return kind == POBF_EXIT_RETURNED || kind == POBF_EXIT_FAILED || kind == POBF_EXIT_FUEL;
}

/* 1 where the task may have ended before an input was bound to it. */
static int may_lack_input(enum pobf_exit kind)
{
    return kind == POBF_EXIT_REFUSED || kind == POBF_EXIT_ABANDONED;
}

static void judge_number(struct check *check, int passed, const char *expected, uint64_t seen)
{
    char text[32];

    snprintf(text, sizeof text, "%" PRIu64, seen);
    check_judge(check, passed, expected, text);
}

static void judge_commitment(struct check *check, const uint8_t *seen, const uint8_t *salt,
                             const uint8_t *data, size_t size)
{
    uint8_t expected[POBF_COMMITMENT_BYTES];

    if (pobf_commitment_make(expected, salt, data, size) == POBF_OK) {
        check_bytes(check, expected, seen, sizeof expected);
    }
}

static void judge_none(struct check *check, const uint8_t *seen)
{
    static const uint8_t none[POBF_COMMITMENT_BYTES];

    check_bytes(check, none, seen, sizeof none);
}

static void judge_input(struct judge *judge)
{
    const struct pobf_receipt *receipt = &judge->appraisal->receipt;
    const struct exchange *exchange = &judge->appraisal->exchange;
    struct check *input = judge_item(judge, ITEM_RECEIPT_INPUT);

    if (may_lack_input(receipt->exit) &&
        pobf_bytes_are_zero(receipt->input_commitment, POBF_COMMITMENT_BYTES)) {
        judge_none(input, receipt->input_commitment);
        return;
    }
    judge_commitment(input, receipt->input_commitment, exchange->input_salt, exchange->sealed_input,
                     exchange->sealed_input_size);
}

/* An answer there is exactly where the function came to its end. */
static void judge_output(struct judge *judge)
{
    const struct pobf_receipt *receipt = &judge->appraisal->receipt;
    const struct exchange *exchange = &judge->appraisal->exchange;
    const int has_seal = exchange->sealed_answer_size > 0;
    struct check *output = judge_item(judge, ITEM_RECEIPT_OUTPUT);

    if (has_seal) {
        judge_commitment(output, receipt->output_commitment, exchange->output_salt,
                         exchange->sealed_answer, exchange->sealed_answer_size);
    } else {
        judge_none(output, receipt->output_commitment);
    }
    check_judge(judge_item(judge, ITEM_RECEIPT_EXIT),
                receipt->exit != POBF_EXIT_NONE && has_answer(receipt->exit) == has_seal,
                has_seal ? "an end with an answer" : "an end without an answer",
                appraisal_exit_sentence(receipt->exit));
}

/* Whose receipt it is. */
static void judge_origin(struct judge *judge)
{
    const struct appraisal_file *file = &judge->input->receipt;
    const struct pobf_evidence *evidence = &judge->appraisal->evidence;
    const struct pobf_receipt *receipt = &judge->appraisal->receipt;

    judge_signature(judge, ITEM_RECEIPT_SIGNATURE,
                    pobf_cose_verify(file->bytes, file->size, evidence->receipt_key),
                    "the receipt key of the evidence");
    check_bytes(judge_item(judge, ITEM_RECEIPT_BOOT_ID), evidence->boot_id, receipt->boot_id,
                POBF_BOOT_ID_BYTES);
    check_bytes(judge_item(judge, ITEM_RECEIPT_MEASUREMENT), evidence->measurement,
                receipt->measurement, POBF_DIGEST_BYTES);
    check_bytes(judge_item(judge, ITEM_RECEIPT_POLICY), evidence->policy, receipt->policy,
                POBF_DIGEST_BYTES);
}

/* What the receipt says of the forgetting itself. */
static void judge_forgetting(struct judge *judge)
{
    const struct pobf_receipt *receipt = &judge->appraisal->receipt;
    char zone[64];

    judge_number(judge_item(judge, ITEM_RECEIPT_MISMATCHES), receipt->mismatches == 0, "0",
                 receipt->mismatches);
    judge_number(judge_item(judge, ITEM_RECEIPT_REGISTERS), receipt->registers_cleared == 1, "1",
                 receipt->registers_cleared);
    judge_number(judge_item(judge, ITEM_RECEIPT_KEY), receipt->key_destroyed == 1, "1",
                 receipt->key_destroyed);
    snprintf(zone, sizeof zone, "all of the zone's %" PRIu64 " bytes, not 0", receipt->zone_bytes);
    judge_number(judge_item(judge, ITEM_RECEIPT_RESTORED),
                 receipt->zone_bytes > 0 && receipt->restored_bytes >= receipt->zone_bytes, zone,
                 receipt->restored_bytes);
}

static void judge_sequence(struct judge *judge)
{
    const struct pobf_receipt *receipt = &judge->appraisal->receipt;
    const int is_first = pobf_bytes_are_zero(receipt->previous, POBF_DIGEST_BYTES);

    judge_number(judge_item(judge, ITEM_RECEIPT_SEQUENCE),
                 receipt->sequence > 0 && (receipt->sequence == 1) == is_first,
                 is_first ? "1, as none went before" : "more than 1, as one went before",
                 receipt->sequence);
}

/* The receipt before this one: of the same boot, one less in the sequence, named by its hash. */
static void judge_previous(struct judge *judge)
{
    const struct appraisal_file *file = &judge->input->previous;
    const struct pobf_evidence *evidence = &judge->appraisal->evidence;
    const struct pobf_receipt *receipt = &judge->appraisal->receipt;
    const struct pobf_part part = {file->bytes, file->size};
    struct check *check = judge_item(judge, ITEM_RECEIPT_PREVIOUS);
    struct pobf_receipt previous;
    uint8_t digest[POBF_DIGEST_BYTES];

    if (file->bytes == NULL || pobf_digest_sha256(digest, &part, 1) != POBF_OK) {
        return;
    }
    if (pobf_receipt_parse(&previous, file->bytes, file->size) != POBF_OK ||
        pobf_cose_verify(file->bytes, file->size, evidence->receipt_key) != POBF_OK) {
        check_judge(check, 0, "a receipt of the same enclave", "other bytes");
        return;
    }
    check_bytes(check, digest, receipt->previous, sizeof digest);
    if (check->result == CHECK_PASS &&
        (receipt->sequence != previous.sequence + 1 ||
         !pobf_bytes_equal(previous.boot_id, receipt->boot_id, POBF_BOOT_ID_BYTES))) {
        check_judge(check, 0, "the same boot, and one more than the sequence before it",
                    "another boot or sequence");
    }
}

void receipt_judge(struct judge *judge)
{
    const struct appraisal_file *file = &judge->input->receipt;
    struct pobf_receipt *receipt = &judge->appraisal->receipt;

    if (file->bytes == NULL) {
        return;
    }
    judge_parsed(judge, ITEM_RECEIPT_PARSE, pobf_receipt_parse(receipt, file->bytes, file->size));
    if (!judge_passed(judge, ITEM_RECEIPT_PARSE)) {
        return;
    }
    judge_forgetting(judge);
    judge_sequence(judge);
    if (judge_passed(judge, ITEM_EVIDENCE_PARSE)) {
        judge_origin(judge);
        judge_previous(judge);
    }
    if (judge_passed(judge, ITEM_EXCHANGE_PARSE)) {
        judge_input(judge);
        judge_output(judge);
    }
    if (judge_passed(judge, ITEM_OFFER_PARSE)) {
        check_bytes(judge_item(judge, ITEM_RECEIPT_TASK_ID), judge->appraisal->offer.task_id,
                    receipt->task_id, POBF_TASK_ID_BYTES);
    }
}
