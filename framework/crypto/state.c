#include "framework/crypto/state.h"

#include "framework/core/wipe.h"

void pobf_state_wipe(crypto_hash_sha256_state *state)
{
    /*@
      loop invariant bound: 0 <= i <= 8;
      loop invariant zero:  \forall integer k; 0 <= k < i ==> state->state[k] == 0;
      loop assigns i, state->state[0 .. 7];
      loop variant 8 - i;
    */
    for (size_t i = 0; i < 8; i++) {
        state->state[i] = 0;
    }
    state->count = 0;
    /* Last, because it keeps the stores above: what is handed to pobf_wipe may be read. */
    pobf_wipe(state->buf, sizeof state->buf);
}
