#include "verifier/tpm/measured.h"

#include <string.h>

#include <sodium.h>

#include "framework/crypto/digest.h"

/*                                                                    TPM 2.0, part 1, 11.4.7 */
enum pobf_status measured_expect(char text[MEASURED_TEXT], const uint8_t monitor[POBF_DIGEST_BYTES],
                                 const uint8_t image[POBF_DIGEST_BYTES])
{
    const uint8_t *const extended[] = {monitor, image};
    uint8_t value[POBF_DIGEST_BYTES] = {0};

    text[0] = '\0';
    for (size_t i = 0; i < sizeof extended / sizeof extended[0]; i++) {
        const struct pobf_part parts[] = {{value, POBF_DIGEST_BYTES},
                                          {extended[i], POBF_DIGEST_BYTES}};
        uint8_t next[POBF_DIGEST_BYTES];

        if (pobf_digest_sha256(next, parts, 2) != POBF_OK) {
            return POBF_E_SYSTEM;
        }
        memcpy(value, next, sizeof next);
    }
    sodium_bin2hex(text, MEASURED_TEXT, value, sizeof value);
    return POBF_OK;
}

const char *measured_seen(const json_t *claims)
{
    const json_t *bank = json_object_get(json_object_get(claims, "pcrs"), "sha256");

    return json_string_value(json_object_get(bank, MEASURED_REGISTER));
}
