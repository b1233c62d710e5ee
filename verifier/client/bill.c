#include "verifier/client/bill.h"

#include "edge/cli/talk.h"
#include "framework/chain/provider.h"
#include "framework/core/bytes.h"
#include "verifier/appraisal/checks.h"

static int has_passed(const struct appraisal *appraisal, const char *id)
{
    const struct check *check = checks_find(&appraisal->checks, id);

    return check != NULL && check->result == CHECK_PASS;
}

/* What is sealed, without what sealing adds; nothing where the receipt commits to nothing. */
static json_int_t clear_size(const uint8_t commitment[POBF_COMMITMENT_BYTES], size_t sealed,
                             size_t overhead)
{
    return pobf_bytes_are_zero(commitment, POBF_COMMITMENT_BYTES) || sealed < overhead
               ? 0
               : (json_int_t)(sealed - overhead);
}

json_t *bill_of(const struct appraisal *appraisal)
{
    const struct pobf_receipt *receipt = &appraisal->receipt;
    const struct exchange *exchange = &appraisal->exchange;

    if (appraisal->verdict != VERDICT_AFFIRMED ||
        !has_passed(appraisal, "receipt.input_commitment") ||
        !has_passed(appraisal, "receipt.output_commitment")) {
        return NULL;
    }
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I}", "steps", (json_int_t)receipt->steps, "time_us",
        (json_int_t)receipt->time_us, "memory_bytes", (json_int_t)receipt->memory_peak,
        "input_bytes",
        clear_size(receipt->input_commitment, exchange->sealed_input_size, POBF_AEAD_TAG_BYTES),
        "output_bytes",
        clear_size(receipt->output_commitment, exchange->sealed_answer_size, POBF_SEALED_OVERHEAD));
}

static long long number(const json_t *bill, const char *name)
{
    return json_integer_value(json_object_get(bill, name));
}

void bill_print(const json_t *bill)
{
    if (bill != NULL) {
        talk_say("it used %lld steps (0: not counted), %lld us, at most %lld bytes of memory; %lld "
                 "bytes in, %lld out",
                 number(bill, "steps"), number(bill, "time_us"), number(bill, "memory_bytes"),
                 number(bill, "input_bytes"), number(bill, "output_bytes"));
    }
}
