#include "tests/fuzz/fuzz.h"
#include "tests/verifier/report/issued.h"
#include "verifier/report/jws.h"
#include "verifier/report/record.h"

/* The claims of a good report. Whatever they become, they are signed well. */
size_t seed(uint8_t *out, size_t room)
{
    json_t *claims;
    size_t size;

    promise(begin(NULL) == 0);
    claims = report_claims(&appraisal, &options);
    size = json_dumpb(claims, (char *)out, room, JSON_COMPACT | JSON_SORT_KEYS);
    promise(size > 0 && size <= room);
    json_decref(claims);
    return size;
}

/* What the report says of the receipt is what the receipt says, or it is not affirmed. */
static void promise_facts(const json_t *claims)
{
    const json_t *submods = json_object_get(claims, "submods");
    json_t *facts = claims_forgetting(&f.receipt);

    promise(json_equal(json_object_get(json_object_get(submods, "forgetting"), CLAIMS_FORGETTING),
                       facts) == 1);
    json_decref(facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    json_t *claims = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    char *jwt, *text;
    size_t text_size;

    if (!json_is_object(claims) || jws_sign(&jwt, claims, key) != POBF_OK) {
        json_decref(claims);
        return 0;
    }
    if (judge(jwt, strlen(jwt)) == VERDICT_AFFIRMED) {
        promise_facts(claims);
    }
    promise(!checks.overflow);
    promise(record_print(&text, &text_size, &(struct record){.claims = claims}) == POBF_OK);
    free(text);
    free(jwt);
    json_decref(claims);
    return 0;
}
