#include "verifier/appraisal/envelope.h"
#include "tests/fuzz/fuzz.h"

size_t seed(uint8_t *out, size_t room)
{
    static const char good[] =
        "{\"profile\":\"tag:pobf,2026:evidence+tpm\",\"evidence\":\"0oRDoQEn\","
        "\"tpm_quote\":{\"message\":\"/1RDRw==\",\"signature\":\"ABgACw==\","
        "\"pcrs\":{\"sha256\":[null]}}}";

    promise(sizeof good - 1 <= room);
    memcpy(out, good, sizeof good - 1);
    return sizeof good - 1;
}

/* There is evidence in it, of at least one byte, or nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    uint8_t *evidence = (uint8_t *)"";
    size_t evidence_size = 1;

    if (envelope_open(&evidence, &evidence_size, bytes, size) == POBF_OK) {
        promise(evidence != NULL && 0 < evidence_size && evidence_size < size);
        free(evidence);
    } else {
        promise(evidence == NULL && evidence_size == 0);
    }
    return 0;
}
