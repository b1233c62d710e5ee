#include "verifier/appraisal/judge.h"

struct check *judge_item(struct judge *judge, enum judge_index index)
{
    return &judge->appraisal->checks.item[index];
}

int judge_passed(const struct judge *judge, enum judge_index index)
{
    return judge->appraisal->checks.item[index].result == CHECK_PASS;
}

void judge_parsed(struct judge *judge, enum judge_index index, enum pobf_status status)
{
    check_judge(judge_item(judge, index), status == POBF_OK,
                "this layout, deterministic, nothing left over",
                status == POBF_OK ? "just that" : "other bytes");
}

void judge_signature(struct judge *judge, enum judge_index index, enum pobf_status status,
                     const char *signer)
{
    check_judge(judge_item(judge, index), status == POBF_OK, signer,
                status == POBF_OK ? signer : "no signature of that key over these bytes");
}
