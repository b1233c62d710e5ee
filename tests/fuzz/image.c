#include "enclave/image/image.h"
#include "tests/enclave/image/small.h"
#include "tests/fuzz/fuzz.h"

size_t seed(uint8_t *out, size_t room)
{
    const struct file file = good();

    promise(sizeof file <= room);
    memcpy(out, &file, sizeof file);
    return sizeof file;
}

/* In the file, all of it, and in memory not less than in the file. */
static void promise_segment(const struct image_segment *segment, size_t size)
{
    promise(segment->file_size <= size && segment->file_at <= size - segment->file_size);
    promise(segment->file_size <= segment->memory_size);
}

/* On whole pages, in the zone, and a page away from what stands before it. */
static uint64_t promise_part(const struct image_part *part, uint64_t from, uint64_t zone_size)
{
    promise(part->at % IMAGE_PAGE == 0 && part->size % IMAGE_PAGE == 0);
    promise(part->at >= from && part->at <= zone_size && part->size <= zone_size - part->at);
    return part->at + part->size + IMAGE_PAGE;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct image image;
    uint64_t at = 0;

    memset(&image, 0xa5, sizeof image);
    if (image_parse(&image, bytes, size) != POBF_OK) {
        promise(image.defect != NULL && image.bytes == NULL && image.zone_size == 0);
        promise(fuzz_all_zero(&image.manifest, sizeof image.manifest));
        return 0;
    }
    promise_segment(&image.text, size);
    promise_segment(&image.constants, size);
    promise_segment(&image.data, size);
    promise(image.zone_size <= IMAGE_ZONE_MAX);
    at = promise_part(&image.call, at, image.zone_size);
    at = promise_part(&image.variables, at, image.zone_size);
    at = promise_part(&image.stack, at, image.zone_size);
    at = promise_part(&image.input, at, image.zone_size);
    at = promise_part(&image.output, at, image.zone_size);
    at = promise_part(&image.arena, at, image.zone_size);
    promise(image.input.size >= image.manifest.input_max);
    promise(image.output.size >= image.manifest.output_max);
    return 0;
}
