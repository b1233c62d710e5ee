#ifndef POBF_FRAMEWORK_CORE_LIFECYCLE_H
#define POBF_FRAMEWORK_CORE_LIFECYCLE_H

#include "contracts/lifecycle.h"
#include "contracts/moves.acsl"

/* The state that `event` leads to from `state`; POBF_FORGOTTEN where no move is listed. */
/*@
  requires state:  0 <= state < POBF_STATE_COUNT;
  requires event:  0 <= event < POBF_EVENT_COUNT;
  terminates       \true;
  exits            \false;
  assigns          \nothing;
  ensures  listed: \result != POBF_FORGOTTEN ==> is_move(state, event, \result);
  ensures  all:    \forall integer t; is_move(state, event, t) ==> \result == t;
  ensures  range:  0 <= \result < POBF_STATE_COUNT;
*/
enum pobf_state pobf_lifecycle_next(enum pobf_state state, enum pobf_event event);

#endif
