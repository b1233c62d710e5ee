#include "verifier/cose/cose.h"

#include <stdlib.h>

/* RFC 9053, section 2; RFC 8230, section 2. */
static const struct {
    int32_t number;
    enum signature_algorithm algorithm;
} algorithms[] = {
    {-7, SIGNATURE_ES256}, {-35, SIGNATURE_ES384}, {-36, SIGNATURE_ES512},
    {-8, SIGNATURE_EDDSA}, {-37, SIGNATURE_PS256}, {-38, SIGNATURE_PS384},
};

enum signature_algorithm cose_algorithm(int32_t number)
{
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        if (algorithms[i].number == number) {
            return algorithms[i].algorithm;
        }
    }
    return SIGNATURE_NONE;
}

enum pobf_status cose_verify(const struct pobf_sign1 *sign1, const uint8_t *bytes, EVP_PKEY *key)
{
    const enum signature_algorithm algorithm = cose_algorithm(sign1->algorithm);
    const size_t room = sign1->header.size + sign1->payload.size + POBF_SIGN1_EXTRA_BYTES;
    uint8_t *message = malloc(room);
    size_t size;
    enum pobf_status status;

    if (message == NULL || algorithm == SIGNATURE_NONE) {
        free(message);
        return message == NULL ? POBF_E_SYSTEM : POBF_E_AUTH;
    }
    status = pobf_sign1_print_signed(message, room, &size, sign1, bytes);
    if (status == POBF_OK) {
        status = signature_verify(algorithm, key, bytes + sign1->signature.at,
                                  sign1->signature.size, message, size);
    }
    free(message);
    return status;
}
