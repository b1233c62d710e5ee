#include "framework/wire/offer.h"

#include "framework/wire/cose.h"
#include "verifier/appraisal/judge.h"

/* The offer that was handed in, or else the one that the exchange kept. */
static struct appraisal_file find_offer(const struct judge *judge)
{
    const struct exchange *exchange = &judge->appraisal->exchange;

    if (judge->input->offer.bytes != NULL || !judge_passed(judge, ITEM_EXCHANGE_PARSE)) {
        return judge->input->offer;
    }
    return (struct appraisal_file){exchange->offer, exchange->offer_size};
}

void offer_judge(struct judge *judge)
{
    const struct appraisal_file file = find_offer(judge);
    const struct pobf_evidence *evidence = &judge->appraisal->evidence;
    struct pobf_offer *offer = &judge->appraisal->offer;

    if (file.bytes == NULL) {
        return;
    }
    judge_parsed(judge, ITEM_OFFER_PARSE, pobf_offer_parse(offer, file.bytes, file.size));
    if (judge_passed(judge, ITEM_OFFER_PARSE) && judge_passed(judge, ITEM_EVIDENCE_PARSE)) {
        judge_signature(judge, ITEM_OFFER_SIGNATURE,
                        pobf_cose_verify(file.bytes, file.size, evidence->receipt_key),
                        "the receipt key of the evidence");
        check_bytes(judge_item(judge, ITEM_OFFER_BOOT_ID), evidence->boot_id, offer->boot_id,
                    POBF_BOOT_ID_BYTES);
    }
}
