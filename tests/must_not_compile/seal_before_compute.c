/* EXPECT: incompatible-pointer-types */
#include "framework/chain/steps.h"

enum pobf_status wrong(struct pobf_sealed *sealed, struct pobf_loaded *loaded,
                       struct pobf_receipt *receipt, const struct pobf_chain *chain,
                       const struct pobf_zone *zone, uint8_t *outbox, size_t *size);

enum pobf_status wrong(struct pobf_sealed *sealed, struct pobf_loaded *loaded,
                       struct pobf_receipt *receipt, const struct pobf_chain *chain,
                       const struct pobf_zone *zone, uint8_t *outbox, size_t *size)
{
    return pobf_seal(sealed, loaded, receipt, chain, zone, 1, outbox, 49, size);
}
