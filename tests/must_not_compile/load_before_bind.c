/* EXPECT: incompatible-pointer-types */
#include "framework/chain/steps.h"

enum pobf_status wrong(struct pobf_loaded *loaded, struct pobf_fresh *fresh,
                       struct pobf_receipt *receipt, const struct pobf_chain *chain,
                       const struct pobf_zone *zone, const uint8_t *sealed, size_t *size);

enum pobf_status wrong(struct pobf_loaded *loaded, struct pobf_fresh *fresh,
                       struct pobf_receipt *receipt, const struct pobf_chain *chain,
                       const struct pobf_zone *zone, const uint8_t *sealed, size_t *size)
{
    return pobf_load(loaded, fresh, receipt, chain, zone, sealed, 16, size);
}
