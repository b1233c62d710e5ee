#ifndef POBF_VERIFIER_LOG_PRUNE_H
#define POBF_VERIFIER_LOG_PRUNE_H

#include <stdint.h>

#include "framework/core/status.h"

struct prune_sum {
    uint64_t partial_tiles; /* files removed whose full tile is there */
    uint64_t bundles;       /* files removed that held entries only   */
};

/*
 * Remove what C2SP tlog-tiles lets a log remove: partial tiles of which there is a full one, and
 * the bundles whose entries are all below `entries_before`: whoever has a receipt and its proof
 * needs neither, an audit of the whole log does. Nothing that a proof is made of is removed.
 * POBF_E_SYSTEM where a file cannot be removed; some may be gone by then.
 */
POBF_MUST_CHECK enum pobf_status prune(struct prune_sum *sum, int folder, uint64_t size,
                                       uint64_t entries_before);

#endif
