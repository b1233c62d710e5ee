#include "edge/statement/intents.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 };

enum pobf_status intents_add(struct intents *intents, const struct intent *intent)
{
    if (intents->count == intents->room) {
        const size_t room = intents->room == 0 ? FIRST_ROOM : 2 * intents->room;
        struct intent *larger = realloc(intents->open, room * sizeof *larger);

        if (larger == NULL) {
            return POBF_E_SYSTEM;
        }
        intents->open = larger;
        intents->room = room;
    }
    intents->open[intents->count++] = *intent;
    return POBF_OK;
}

void intents_close(struct intents *intents, const uint8_t task_id[POBF_TASK_ID_BYTES])
{
    for (size_t i = intents->count; i-- > 0;) {
        if (memcmp(intents->open[i].task_id, task_id, POBF_TASK_ID_BYTES) == 0) {
            intents->open[i] = intents->open[--intents->count];
        }
    }
}

void intents_free(struct intents *intents)
{
    free(intents->open);
    *intents = (struct intents){.count = 0};
}
