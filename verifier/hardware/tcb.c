#include "verifier/hardware/tcb.h"

#include <string.h>

static const struct {
    const char *word;
    enum tcb_tier tier;
} table[TCB_STATUS_COUNT] = {
#define X(name, word, tier) {word, TCB_TIER_##tier},
    TCB_STATUSES(X)
#undef X
};

const char *tcb_word(enum tcb_status status)
{
    return (size_t)status < TCB_STATUS_COUNT ? table[status].word : "";
}

enum tcb_tier tcb_tier(enum tcb_status status)
{
    return (size_t)status < TCB_STATUS_COUNT ? table[status].tier : TCB_TIER_CONTRAINDICATED;
}

enum tcb_status tcb_find(const char *word)
{
    for (size_t i = TCB_NONE + 1; i < TCB_STATUS_COUNT; i++) {
        if (strcmp(table[i].word, word) == 0) {
            return (enum tcb_status)i;
        }
    }
    return TCB_NONE;
}
