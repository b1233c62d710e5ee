/* EXPECT: incompatible-pointer-types */
#include "framework/chain/steps.h"

enum pobf_status wrong(struct pobf_bound *to, struct pobf_bound *from,
                       const struct pobf_chain *chain, const uint8_t *encapsulated);

enum pobf_status wrong(struct pobf_bound *to, struct pobf_bound *from,
                       const struct pobf_chain *chain, const uint8_t *encapsulated)
{
    return pobf_bind(to, from, chain, encapsulated);
}
