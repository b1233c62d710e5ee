#include "framework/core/lifecycle.h"

#include <stdint.h>

/* C zeroes what an initialiser does not list, and zero is FORGOTTEN: silence means forget. */
static const uint8_t next[POBF_STATE_COUNT][POBF_EVENT_COUNT] = {
#define X(from, event, to) [POBF_##from][POBF_EV_##event] = POBF_##to,
    POBF_MOVES(X)
#undef X
};

enum pobf_state pobf_lifecycle_next(enum pobf_state state, enum pobf_event event)
{
    return (enum pobf_state)next[state][event];
}
