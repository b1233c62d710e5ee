#ifndef POBF_ENCLAVE_HOST_REFERENCE_H
#define POBF_ENCLAVE_HOST_REFERENCE_H

#include <jansson.h>

#include "enclave/image/image.h"

/*
 * Reference values: what a data provider compares evidence with.
 *   {"measurement": HEX64, "policy": HEX64, "backend": "process" or "kvm", "monitor": HEX64,
 *    "name", "limits": {..}}
 */

/* NULL where memory runs out. */
json_t *reference_json(const struct image *image, enum pobf_backend backend,
                       const uint8_t monitor[POBF_DIGEST_BYTES]);

#endif
