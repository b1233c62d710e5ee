#include "verifier/client/kind.h"
#include "tests/fuzz/fuzz.h"

size_t seed(uint8_t *out, size_t room)
{
    static const uint8_t text[] = "{\"payloadType\":\"tag:pobf,2026:receipt\"}";

    promise(sizeof text <= room);
    memcpy(out, text, sizeof text - 1);
    return sizeof text - 1;
}

/* What `pobf inspect` does with a file, and what it would print of it. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct input input = {malloc(size + 1), size};
    json_t *facts;
    char *text;

    promise(input.bytes != NULL);
    memcpy(input.bytes, bytes, size);
    for (int kind = KIND_UNKNOWN; kind <= KIND_COUNT; kind++) {
        facts = kind_json((enum kind)kind, &input);
        text = json_dumps(facts, JSON_SORT_KEYS | JSON_ENSURE_ASCII);
        promise((text == NULL) == (facts == NULL));
        free(text);
        json_decref(facts);
    }
    promise(kind_name(kind_find(&input)) != NULL);
    free(input.bytes);
    return 0;
}
