#include "verifier/cose/jwk.h"
#include "tests/fuzz/fuzz.h"
#include "verifier/cose/endorsed.h"

/* A key that whoever appraises names, in PEM or as JWK: one of a kind and size that is used, or none. */
size_t seed(uint8_t *out, size_t room)
{
    static const char jwk[] = "{\"kty\":\"EC\",\"crv\":\"P-256\","
                              "\"x\":\"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY\","
                              "\"y\":\"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU\"}";

    promise(sizeof jwk <= room);
    memcpy(out, jwk, sizeof jwk - 1);
    return sizeof jwk - 1;
}

static void promise_used(EVP_PKEY *key)
{
    const int bits = EVP_PKEY_get_bits(key);

    promise(EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? bits >= 2048 && bits <= 8192
                                                      : bits == 256 || bits == 384);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct hardware_item item = {bytes, size};
    json_t *json = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    EVP_PKEY *key = jwk_open(json);

    if (key != NULL) {
        promise_used(key);
    }
    json_decref(json);
    EVP_PKEY_free(key);
    if (memmem(bytes, size, "-----", 5) != NULL) { /* PEM takes libssl long */
        EVP_PKEY_free(endorsed_open(&item));
    }
    return 0;
}
