/* EXPECT: nothing, the right order compiles */
#include "framework/chain/steps.h"

enum pobf_status right_order(struct pobf_bound *bound, struct pobf_fresh *fresh,
                             const struct pobf_chain *chain, const uint8_t *encapsulated);

enum pobf_status right_order(struct pobf_bound *bound, struct pobf_fresh *fresh,
                             const struct pobf_chain *chain, const uint8_t *encapsulated)
{
    return pobf_bind(bound, fresh, chain, encapsulated);
}
