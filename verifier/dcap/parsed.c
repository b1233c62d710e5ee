#include "verifier/dcap/parsed.h"

#include <stdlib.h>
#include <string.h>

struct parsed {
    char *text; /* NULL: nothing is kept here */
    size_t size;
    json_t *says;
};

static struct parsed kept[PARSED_COUNT]; /* one loop, one thread */
static size_t oldest;

static void clear(struct parsed *parsed)
{
    free(parsed->text);
    json_decref(parsed->says);
    *parsed = (struct parsed){.text = NULL};
}

/* In place of the oldest; where there is no memory for it, it is parsed again. */
static void keep(const char *text, size_t size, json_t *says)
{
    char *copy = malloc(size);

    if (copy == NULL) {
        return;
    }
    memcpy(copy, text, size);
    clear(&kept[oldest]);
    kept[oldest] = (struct parsed){copy, size, json_incref(says)};
    oldest = (oldest + 1) % PARSED_COUNT;
}

json_t *parsed_take(const char *text, size_t size)
{
    json_t *says;

    for (size_t i = 0; i < PARSED_COUNT; i++) {
        if (kept[i].text != NULL && kept[i].size == size && memcmp(kept[i].text, text, size) == 0) {
            return json_incref(kept[i].says);
        }
    }
    says = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    if (says != NULL && size <= PARSED_BYTES_MAX) {
        keep(text, size, says);
    }
    return says;
}

void parsed_clear(void)
{
    for (size_t i = 0; i < PARSED_COUNT; i++) {
        clear(&kept[i]);
    }
}
