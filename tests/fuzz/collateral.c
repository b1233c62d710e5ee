#include "tests/fuzz/fuzz.h"
#include "tests/verifier/dcap/made.h"

/* Collateral: a quote is accepted with the documents that were signed, and no others. */
static struct made_dcap made;

size_t seed(uint8_t *out, size_t room)
{
    const size_t size =
        (made_open(&made), made_give(&made, 4, POBF_QUOTE_TD10), strlen(made.collateral));

    promise(size <= room);
    memcpy(out, made.collateral, size);
    return size;
}

/* The document is in this bundle, byte for byte. */
static int holds(const json_t *bundle, const char *name, const char *document)
{
    const char *text = json_string_value(json_object_get(bundle, name));

    return text != NULL && strcmp(text, document) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    fixture_input.collateral_count = 0;
    fixture_collate(bytes, size);
    fixture_appraise("tdx", made.quote, made.quote_size);
    if (fixture.accepted) {
        json_t *bundle = json_loadb((const char *)bytes, size, 0, NULL);

        promise(holds(bundle, "tcb_info", made.tcb_info));
        promise(holds(bundle, "qe_identity", made.qe_identity));
        json_decref(bundle);
    }
    return 0;
}
