#include "edge/cli/base64.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

size_t base64_decode(uint8_t *bytes, size_t room, const char *text, size_t size, int variant)
{
    size_t got = 0;
    char *again;
    int is_same;

    if (sodium_base642bin(bytes, room, text, size, NULL, &got, NULL, variant) != 0 ||
        sodium_base64_encoded_len(got, variant) != size + 1) {
        return 0;
    }
    again = malloc(size + 1);
    if (again == NULL) {
        return 0;
    }
    sodium_bin2base64(again, size + 1, bytes, got, variant);
    is_same = memcmp(again, text, size) == 0;
    free(again);
    return is_same ? got : 0;
}
