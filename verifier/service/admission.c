#include "verifier/service/admission.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_ROOM = 4096 };

enum pobf_status admission_open(struct admission *admission, const char *folder)
{
    char path[PATH_ROOM];
    enum pobf_status status = mirror_open(&admission->mirror, folder);

    admission->places = NULL;
    if (status == POBF_OK &&
        (size_t)snprintf(path, sizeof path, "%s/state/places", folder) >= sizeof path) {
        status = POBF_E_SPACE;
    }
    return status == POBF_OK ? places_open(&admission->places, path) : status;
}

void admission_close(struct admission *admission)
{
    places_close(admission->places);
    mirror_close(admission->mirror);
    *admission = (struct admission){NULL, NULL};
}

enum pobf_status admission_catch_up(struct admission *admission, const struct sequencer *log)
{
    return places_catch_up(admission->places, admission->mirror, sequencer_checkpoint(log)->size);
}

enum pobf_status admission_find(const struct admission *admission, uint64_t *place,
                                const uint8_t leaf[POBF_MERKLE_BYTES], const struct sequencer *log)
{
    return places_find(admission->places, admission->mirror, place, leaf,
                       sequencer_checkpoint(log)->size);
}

/* The same receipt may come from two hosts, or twice from one. */
static size_t find_twin(const struct entry *entries, size_t at)
{
    size_t i = 0;

    while (entries[i].size != entries[at].size ||
           memcmp(entries[i].bytes, entries[at].bytes, entries[at].size) != 0) {
        i++;
    }
    return i;
}

/* POBF_E_MISSING where neither the log nor those before it have this one. */
static enum pobf_status find_place(const struct admission *admission, uint64_t *places,
                                   const struct sequencer *log, const struct entry *entries,
                                   size_t at)
{
    const size_t twin = find_twin(entries, at);
    uint8_t leaf[POBF_MERKLE_BYTES];
    enum pobf_status status;

    if (twin < at) {
        places[at] = places[twin];
        return POBF_OK;
    }
    status = pobf_merkle_leaf(leaf, entries[at].bytes, entries[at].size);
    return status == POBF_OK ? admission_find(admission, &places[at], leaf, log) : status;
}

enum pobf_status admission_take(const struct admission *admission, uint64_t *places,
                                struct sequencer *log, const struct entry *entries, size_t count)
{
    struct entry *fresh = calloc(count + 1, sizeof *fresh);
    enum pobf_status status = fresh == NULL ? POBF_E_SYSTEM : POBF_OK;
    size_t fresh_count = 0;
    uint64_t first;

    for (size_t i = 0; i < count && status == POBF_OK; i++) {
        status = find_place(admission, places, log, entries, i);
        if (status == POBF_E_MISSING) {
            places[i] = sequencer_size(log) + fresh_count;
            fresh[fresh_count++] = entries[i];
            status = POBF_OK;
        }
    }
    if (status == POBF_OK && fresh_count > 0) {
        status = sequencer_append(log, fresh, fresh_count, &first);
    }
    free(fresh);
    return status;
}
