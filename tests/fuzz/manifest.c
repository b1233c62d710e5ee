#include "enclave/host/manifest.h"
#include "tests/fuzz/fuzz.h"

size_t seed(uint8_t *out, size_t room)
{
    static const char text[] = "{\"name\":\"f\",\"input_max\":1,\"output_max\":1073741824,"
                               "\"arena\":0,\"stack\":16384,\"deadline_ms\":3600000,"
                               "\"files\":{\"a/b\":\"c\"}}";

    promise(sizeof text <= room);
    memcpy(out, text, sizeof text - 1);
    return sizeof text - 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct image_manifest manifest;
    struct manifest_defect defect;
    struct files files;

    memset(&manifest, 0xa5, sizeof manifest);
    memset(&files, 0xa5, sizeof files);
    memset(&defect, 0xa5, sizeof defect);
    if (manifest_parse(&manifest, &files, &defect, bytes, size) != POBF_OK) {
        promise(fuzz_all_zero(&manifest, sizeof manifest));
        promise(fuzz_all_zero(&files, sizeof files));
        promise(memchr(defect.field, '\0', sizeof defect.field) != NULL);
        promise(memchr(defect.expected, '\0', sizeof defect.expected) != NULL);
        promise(memchr(defect.seen, '\0', sizeof defect.seen) != NULL);
    } else {
        promise(manifest_is_name(manifest.name) && manifest.input_max > 0 &&
                manifest.files == files.count);
    }
    return 0;
}
