#ifndef POBF_FRAMEWORK_CRYPTO_HKDF_H
#define POBF_FRAMEWORK_CRYPTO_HKDF_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"
#include "framework/crypto/part.h"

enum { POBF_HKDF_BYTES = 32 };

#endif
