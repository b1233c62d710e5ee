/* EXPECT: incompatible-pointer-types */
#include "framework/chain/steps.h"

enum pobf_status wrong(struct pobf_computed *computed, struct pobf_bound *bound,
                       const struct pobf_chain *chain, const struct pobf_zone *zone);

enum pobf_status wrong(struct pobf_computed *computed, struct pobf_bound *bound,
                       const struct pobf_chain *chain, const struct pobf_zone *zone)
{
    return pobf_compute(computed, bound, chain, zone, 1);
}
