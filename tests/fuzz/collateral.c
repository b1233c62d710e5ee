#include "verifier/dcap/collateral.h"
#include "tests/fuzz/fuzz.h"
#include "tests/verifier/dcap/made.h"
#include "verifier/dcap/parsed.h"

/* Collateral: a quote is accepted with the documents that were signed, and no others. */
static struct made_dcap made;

enum { ONE_IN = 64 };

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

/* Parsed alone, as an appraisal does first: 1 where it is no collateral. */
static int has_defect(const struct hardware_input *input)
{
    struct hardware_appraisal appraisal = {.input = input};
    struct collateral collateral;
    int defect;

    collateral_open(&collateral, &appraisal);
    defect =
        collateral.defect != NULL || collateral.tcb_info_count + collateral.qe_identity_count == 0;
    collateral_close(&collateral);
    certs_clear(&appraisal.certs);
    return defect;
}

static unsigned int sum_of(const uint8_t *bytes, size_t size)
{
    unsigned int sum = 0;

    for (size_t i = 0; i < size; i++) {
        sum += bytes[i];
    }
    return sum;
}

/*
 * A quote's signatures cost a thousand times what it takes to see that something is no collateral.
 * That such a thing is refused is tried of one in 64; of all that parses, always.
 */
static void appraise_with(const uint8_t *bytes, size_t size)
{
    int defect;

    fixture_input.collateral_count = 0;
    fixture_collate(bytes, size);
    defect = has_defect(&fixture_input);
    if (defect && sum_of(bytes, size) % ONE_IN != 0) {
        return;
    }
    fixture_appraise("tdx", made.quote, made.quote_size);
    promise(!fixture.accepted || !defect);
    if (fixture.accepted) {
        json_t *bundle = json_loadb((const char *)bytes, size, 0, NULL);

        promise(holds(bundle, "tcb_info", made.tcb_info));
        promise(holds(bundle, "qe_identity", made.qe_identity));
        json_decref(bundle);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    appraise_with(bytes, size);
    parsed_clear(); /* what is kept of one input is no leak of the next one's */
    return 0;
}
