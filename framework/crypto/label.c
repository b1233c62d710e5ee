#include "framework/crypto/label.h"

static const uint8_t version[7] = "HPKE-v1";

enum pobf_status pobf_label_extract(uint8_t prk[POBF_HKDF_BYTES], struct pobf_part suite,
                                    struct pobf_part salt, struct pobf_part label,
                                    struct pobf_part ikm)
{
    const struct pobf_part labelled_ikm[] = {{version, sizeof version}, suite, label, ikm};

    return pobf_hkdf_extract(prk, salt.bytes, salt.size, labelled_ikm, 4);
}

enum pobf_status pobf_label_expand(uint8_t *key, size_t size, struct pobf_part suite,
                                   const uint8_t prk[POBF_HKDF_BYTES], struct pobf_part label,
                                   struct pobf_part info)
{
    const uint8_t length[2] = {0, (uint8_t)size}; /* big-endian */
    const struct pobf_part labelled_info[] = {
        {length, sizeof length}, {version, sizeof version}, suite, label, info};

    return pobf_hkdf_expand(key, size, prk, labelled_info, 5);
}
