#ifndef POBF_FRAMEWORK_CRYPTO_STATE_H
#define POBF_FRAMEWORK_CRYPTO_STATE_H

#include "contracts/sodium.h"

/*@
  // Nothing of what was hashed is left.
  predicate spent_state{L}(crypto_hash_sha256_state *state) =
    (\forall integer i; 0 <= i < 8 ==> \at(state->state[i], L) == 0) &&
    \at(state->count, L) == 0 && zeroed{L}(&state->buf[0], 64);
*/

/*
 * Forget a running hash. libsodium wipes one that it ends; this is for one that could not be
 * ended, and so that nobody has to believe libsodium.
 */
/*@
  requires state: \valid(state);
  terminates      \true;
  exits           \false;
  assigns         *state;
  ensures  spent: spent_state(state);
*/
void pobf_state_wipe(crypto_hash_sha256_state *state);

#endif
