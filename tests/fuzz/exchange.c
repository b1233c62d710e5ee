#include "verifier/appraisal/exchange.h"
#include "tests/fuzz/fuzz.h"

size_t seed(uint8_t *out, size_t room)
{
    static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const struct exchange exchange = {
        .offer = bytes,
        .offer_size = 4,
        .sealed_input = bytes,
        .sealed_input_size = 9,
        .sealed_answer = bytes,
    };
    size_t size;

    promise(exchange_print(out, room, &size, &exchange) == POBF_OK);
    return size;
}

/* What parses is printed as the same bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct exchange exchange;
    uint8_t *again = malloc(size + 1);
    size_t again_size;

    promise(again != NULL);
    memset(&exchange, 0xa5, sizeof exchange);
    if (exchange_parse(&exchange, bytes, size) != POBF_OK) {
        promise(fuzz_all_zero(&exchange, sizeof exchange));
    } else {
        promise(exchange_is(bytes, size));
        promise(exchange_print(again, size, &again_size, &exchange) == POBF_OK);
        promise(again_size == size && memcmp(again, bytes, size) == 0);
    }
    free(again);
    return 0;
}
