/* EXPECT: unused-result */
#include "framework/chain/steps.h"

void wrong(struct pobf_bound *bound, struct pobf_fresh *fresh, const struct pobf_chain *chain,
           const uint8_t *encapsulated);

void wrong(struct pobf_bound *bound, struct pobf_fresh *fresh, const struct pobf_chain *chain,
           const uint8_t *encapsulated)
{
    pobf_bind(bound, fresh, chain, encapsulated);
}
