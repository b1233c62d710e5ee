#include "verifier/service/bundle.h"

#include "framework/wire/cbor_read.h"

enum { PART_COUNT = 3 };

static struct appraisal_file read_part(struct pobf_cbor_reader *reader)
{
    struct appraisal_file part = {.bytes = NULL};

    part.bytes = pobf_cbor_read_string(reader, &part.size, POBF_CBOR_BYTES);
    return part;
}

enum pobf_status bundle_parse(struct bundle *bundle, const uint8_t *bytes, size_t size)
{
    struct pobf_cbor_reader reader;
    enum pobf_status status;

    pobf_cbor_read_init(&reader, bytes, size);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_ARRAY, PART_COUNT);
    bundle->evidence = read_part(&reader);
    bundle->receipt = read_part(&reader);
    bundle->exchange = read_part(&reader);
    status = pobf_cbor_read_end(&reader);
    if (status != POBF_OK) {
        *bundle = (struct bundle){.evidence = {.bytes = NULL}};
    }
    return status;
}
