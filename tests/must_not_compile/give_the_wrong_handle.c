/* EXPECT: incompatible-pointer-types */
#include "framework/chain/steps.h"

enum pobf_status wrong(struct pobf_loaded *to, struct pobf_fresh *from,
                       const struct pobf_chain *chain, const uint8_t *encapsulated);

enum pobf_status wrong(struct pobf_loaded *to, struct pobf_fresh *from,
                       const struct pobf_chain *chain, const uint8_t *encapsulated)
{
    return pobf_bind(to, from, chain, encapsulated);
}
