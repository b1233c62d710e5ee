#include "framework/wire/tpm.h"
#include "tests/fuzz/foreign.h"

size_t seed(uint8_t *out, size_t room)
{
    return foreign_seed(out, room, foreign_quote);
}

/* The same bytes as a quote, and as a signature. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pobf_tpm_quote quote;
    struct pobf_tpm_signature signature;

    memset(&quote, 0, sizeof quote);
    memset(&signature, 0, sizeof signature);
    if (pobf_tpm_quote_parse(&quote, bytes, size) == POBF_OK) {
        promise_inside(&quote.nonce, size);
        promise_inside(&quote.digest, size);
        promise(quote.bank_count <= POBF_TPM_BANKS_MAX);
    } else {
        promise(fuzz_all_zero(&quote, sizeof quote));
    }
    if (pobf_tpm_signature_parse(&signature, bytes, size) == POBF_OK) {
        promise_inside(&signature.first, size);
        promise_inside(&signature.second, size);
    } else {
        promise(fuzz_all_zero(&signature, sizeof signature));
    }
    return 0;
}
