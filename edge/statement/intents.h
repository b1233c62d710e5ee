#ifndef POBF_EDGE_STATEMENT_INTENTS_H
#define POBF_EDGE_STATEMENT_INTENTS_H

#include "edge/statement/intent.h"

/* The intents that are open: no receipt, no refusal and no statement has closed them yet. */
struct intents {
    struct intent *open;
    size_t count;
    size_t room;
};

POBF_MUST_CHECK enum pobf_status intents_add(struct intents *intents, const struct intent *intent);
/* Whatever is open of this task is closed. */
void intents_close(struct intents *intents, const uint8_t task_id[POBF_TASK_ID_BYTES]);
void intents_free(struct intents *intents);

#endif
