#ifndef POBF_VERIFIER_SERVICE_BUNDLE_H
#define POBF_VERIFIER_SERVICE_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"
#include "verifier/appraisal/appraisal.h"

/* What one invocation left, in one body: a CBOR array of evidence, receipt and exchange. */
#define BUNDLE_MEDIA_TYPE "application/vnd.pobf.bundle+cbor"

struct bundle {
    struct appraisal_file evidence, receipt, exchange; /* point into the bytes parsed */
};

/* POBF_E_INPUT, and an empty *bundle, where it is not three byte strings in shortest form. */
POBF_MUST_CHECK enum pobf_status bundle_parse(struct bundle *bundle, const uint8_t *bytes,
                                              size_t size);

#endif
