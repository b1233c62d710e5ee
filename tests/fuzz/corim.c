#include "verifier/corim/corim.h"
#include "tests/fuzz/fuzz.h"
#include "tests/verifier/corim/made.h"

static EVP_PKEY *key;
static uint8_t made[MADE_ROOM];
static size_t made_size;

size_t seed(uint8_t *out, size_t room)
{
    const struct corim_wish wish = {.number = 641, .fill = 0x22, .until = CHAIN_UNTIL};

    key = EVP_EC_gen("P-256");
    made_size = corim_sign(made, sizeof made, key, &wish);
    promise(made_size <= room);
    memcpy(out, made, made_size);
    return made_size;
}

static void promise_span(const struct pobf_span *span, size_t size)
{
    promise(span->at <= size && span->size <= size - span->at);
}

/* All that is found stands in the bytes; none but what was signed verifies. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct pobf_corim corim;

    if (pobf_corim_parse(&corim, bytes, size) != POBF_OK) {
        promise(fuzz_all_zero(&corim, sizeof corim));
        return 0;
    }
    for (size_t i = 0; i < corim.values.count; i++) {
        promise_span(&corim.values.item[i].bytes, size);
        promise_span(&corim.values.item[i].text, size);
    }
    if (corim_verify(&corim, bytes, key) == POBF_OK) {
        promise(corim.is_signed && memmem(made, made_size, bytes + corim.sign1.payload.at,
                                          corim.sign1.payload.size) != NULL);
    }
    return 0;
}
