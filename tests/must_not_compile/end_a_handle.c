/* EXPECT: incompatible-pointer-types */
#include "framework/chain/steps.h"

enum pobf_status wrong(struct pobf_chain *chain, struct pobf_sealed *sealed,
                       const struct pobf_zone *zone, struct pobf_receipt *receipt, uint8_t *out,
                       size_t *size);

enum pobf_status wrong(struct pobf_chain *chain, struct pobf_sealed *sealed,
                       const struct pobf_zone *zone, struct pobf_receipt *receipt, uint8_t *out,
                       size_t *size)
{
    return pobf_end(chain, sealed, zone, receipt, out, 512, size);
}
