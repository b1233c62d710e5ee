#include "enclave/host/hex.h"

#include <string.h>

#include "contracts/sodium.h"

int hex_parse(uint8_t *bytes, size_t size, const char *text)
{
    size_t parsed;

    return text != NULL && strlen(text) == 2 * size &&
           sodium_hex2bin(bytes, size, text, 2 * size, NULL, &parsed, NULL) == 0 && parsed == size;
}
