#include "framework/wire/receipt.h"
#include "tests/fuzz/signed.h"

size_t seed(uint8_t *out, size_t room)
{
    struct pobf_receipt receipt;
    uint8_t signing_key[64];
    size_t size;

    memset(&receipt, 7, sizeof receipt);
    receipt.exit = POBF_EXIT_RETURNED;
    receipt.mismatches = 0;
    receipt.registers_cleared = 1;
    receipt.key_destroyed = 1;
    fuzz_signing_key(signing_key);
    promise(pobf_receipt_sign(out, room, &size, &receipt, signing_key) == POBF_OK);
    return size;
}

/* All zeros, but for the four bytes of padding that no parser need touch. */
static int empty(struct pobf_receipt *receipt)
{
    const size_t padding = offsetof(struct pobf_receipt, exit) + sizeof receipt->exit;

    memset((uint8_t *)receipt + padding, 0, offsetof(struct pobf_receipt, zone_bytes) - padding);
    return fuzz_all_zero(receipt, sizeof *receipt);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct pobf_receipt receipt;
    uint8_t again[POBF_RECEIPT_ROOM];
    uint8_t signing_key[64];
    size_t again_size;

    memset(&receipt, 0xa5, sizeof receipt);
    if (pobf_receipt_parse(&receipt, bytes, size) != POBF_OK) {
        promise(empty(&receipt));
        return 0;
    }
    if (receipt.mismatches != 0 || receipt.registers_cleared != 1 || receipt.key_destroyed != 1) {
        return 0; /* it says it did not forget: nobody may sign that again */
    }
    fuzz_signing_key(signing_key);
    promise(pobf_receipt_sign(again, sizeof again, &again_size, &receipt, signing_key) == POBF_OK);
    promise_same_claims(bytes, size, again, again_size);
    return 0;
}
