#include "verifier/report/jws.h"
#include "tests/fuzz/fuzz.h"

static struct key *key;
static char *issued;

size_t seed(uint8_t *out, size_t room)
{
    json_t *claims =
        json_pack("{s:s, s:i, s:{s:b}}", "eat_profile", "x", "iat", 1, "submods", "platform", 1);
    size_t size;

    promise(key_generate(&key, KEY_EDDSA) == POBF_OK);
    promise(jws_sign(&issued, claims, key) == POBF_OK);
    json_decref(claims);
    size = strlen(issued);
    promise(size <= room);
    memcpy(out, issued, size);
    return size;
}

/* Nothing but what was issued verifies: one token has one spelling. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const int is_issued = size == strlen(issued) && memcmp(issued, bytes, size) == 0;
    struct jws jws;
    const char *defect;

    memset(&jws, 0xa5, sizeof jws);
    if (jws_parse(&jws, bytes, size, &defect) != POBF_OK) {
        promise(defect != NULL && fuzz_all_zero(&jws, sizeof jws) && !is_issued);
        return 0;
    }
    promise(json_is_object(jws.header) && json_is_object(jws.claims));
    promise(jws.signed_size < size && bytes[jws.signed_size] == '.');
    promise((jws_verify(&jws, bytes, key) == POBF_OK) == is_issued);
    jws_clear(&jws);
    return 0;
}
