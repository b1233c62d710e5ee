#include "verifier/corim/corim.h"

#include <string.h>

#include "verifier/cose/cose.h"

enum pobf_status corim_verify(const struct pobf_corim *corim, const uint8_t *bytes, EVP_PKEY *key)
{
    return corim->is_signed ? cose_verify(&corim->sign1, bytes, key) : POBF_E_AUTH;
}

static int is_for(const struct pobf_comid_value *value, const uint8_t *bytes, uint64_t number)
{
    static const char name[] = "measurement";

    switch (value->kind) {
    case POBF_COMID_KEY_NONE:
        return 1;
    case POBF_COMID_KEY_NUMBER:
        return number != 0 && value->number == number;
    case POBF_COMID_KEY_TEXT:
        return value->text.size == sizeof name - 1 &&
               memcmp(bytes + value->text.at, name, sizeof name - 1) == 0;
    case POBF_COMID_KEY_OTHER:
    default:
        return 0;
    }
}

int corim_has(const struct pobf_corim *corim, const uint8_t *bytes, uint64_t number,
              const uint8_t *measurement, size_t size)
{
    for (size_t i = 0; i < corim->values.count; i++) {
        const struct pobf_comid_value *value = &corim->values.item[i];

        if (is_for(value, bytes, number) && value->bytes.size == size &&
            memcmp(bytes + value->bytes.at, measurement, size) == 0) {
            return 1;
        }
    }
    return 0;
}
