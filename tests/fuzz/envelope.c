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

/* There is evidence in it, and a platform of hardware that says something of it; or nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct envelope envelope;

    if (envelope_open(&envelope, bytes, size) == POBF_OK) {
        promise(envelope.evidence.bytes != NULL && 0 < envelope.evidence.size &&
                envelope.evidence.size < size);
        promise(appraisal_platform_is_hardware(envelope.platform));
        promise((envelope.report.bytes == NULL) == (envelope.platform == APPRAISAL_PLATFORM_TPM));
        promise(envelope.certificate_count <= ENVELOPE_CERTIFICATES_MAX);
    } else {
        promise(envelope.bytes == NULL && envelope.evidence.size == 0);
    }
    envelope_clear(&envelope);
    return 0;
}
