#include "edge/tlog/inclusion.h"
#include "tests/fuzz/fuzz.h"

size_t seed(uint8_t *out, size_t room)
{
    struct inclusion inclusion = {
        .index = 170, .checkpoint = "a checkpoint", .checkpoint_size = 12};
    char *text;
    size_t size;

    inclusion.proof.count = 3;
    promise(inclusion_print(&text, &size, &inclusion) == POBF_OK && size <= room);
    memcpy(out, text, size);
    free(text);
    return size;
}

/* What parses is printed as the same bytes: one proof has one spelling. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *ended = malloc(size + 1),
         *again = NULL; /* with a zero behind it, as file_read gives it */
    struct inclusion inclusion;
    size_t again_size;

    promise(ended != NULL);
    memcpy(ended, bytes, size);
    ended[size] = '\0';
    memset(&inclusion, 0xa5, sizeof inclusion);
    if (inclusion_parse(&inclusion, ended, size) != POBF_OK) {
        promise(fuzz_all_zero(&inclusion, sizeof inclusion));
    } else {
        promise(inclusion_print(&again, &again_size, &inclusion) == POBF_OK);
        promise(again_size == size && memcmp(again, ended, size) == 0);
    }
    free(again);
    free(ended);
    return 0;
}
