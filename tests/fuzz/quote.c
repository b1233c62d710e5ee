#include "tests/framework/wire/quote.h"
#include "framework/wire/quote_body.h"
#include "tests/fuzz/fuzz.h"

size_t seed(uint8_t *out, size_t room)
{
    static const uint8_t certs[] = "certificates";
    const struct quote_wish wish = {5, POBF_QUOTE_TD15, 32, 5, certs, sizeof certs, 9};

    promise(room > 8192);
    return quote_print(out, &wish);
}

static void promise_within(const uint8_t *part, size_t part_size, const uint8_t *bytes, size_t size)
{
    promise(part >= bytes && part_size <= size && part <= bytes + (size - part_size));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pobf_quote quote;

    memset(&quote, 0xa5, sizeof quote);
    if (pobf_quote_parse(&quote, bytes, size) != POBF_OK) {
        promise(quote.version == 0 && quote.header == NULL && quote.certs_size == 0);
        return 0;
    }
    promise_within(quote.header, quote.signed_size, bytes, size);
    promise_within(quote.body, quote_body_bytes(quote.body_type), bytes, size);
    promise_within(quote.signature, 64, bytes, size);
    promise_within(quote.key, 64, bytes, size);
    promise_within(quote.qe_report, 384, bytes, size);
    promise_within(quote.qe_signature, 64, bytes, size);
    promise_within(quote.qe_auth, quote.qe_auth_size, bytes, size);
    promise_within(quote.certs, quote.certs_size, bytes, size);
    promise(quote.padding + quote.padding_size == bytes + size);
    return 0;
}
