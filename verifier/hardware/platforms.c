#include <string.h>

#include "verifier/arm/arm.h"
#include "verifier/dcap/dcap.h"
#include "verifier/hardware/common.h"
#include "verifier/nitro/nitro.h"
#include "verifier/ratls/ratls.h"
#include "verifier/snp/snp.h"
#include "verifier/tpm/azure.h"
#include "verifier/tpm/quote.h"

/* All platforms, in the order in which "auto" asks them: those that are told apart best come first. */
static const struct hardware_platform *const platforms[] = {
    &snp_platform, &sgx_platform,   &tdx_platform, &cca_platform,   &nitro_platform,
    &psa_platform, &azure_platform, &tpm_platform, &ratls_platform,
};

enum { PLATFORM_COUNT = sizeof platforms / sizeof platforms[0] };

const struct hardware_platform *hardware_find(const char *name)
{
    for (size_t i = 0; i < PLATFORM_COUNT; i++) {
        if (strcmp(platforms[i]->name, name) == 0) {
            return platforms[i];
        }
    }
    return NULL;
}

const struct hardware_platform *platforms_detect(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < PLATFORM_COUNT; i++) {
        if (platforms[i]->detect(bytes, size)) {
            return platforms[i];
        }
    }
    return NULL;
}
