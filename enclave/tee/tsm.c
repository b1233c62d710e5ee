#include "enclave/tee/tsm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enclave/tee/tsm_entry.h"

enum { NUMBER_MAX = 24 };

/* A number in an attribute; leaves what is no number as POBF_E_SYSTEM. */
static enum pobf_status read_number(uint64_t *number, const char *entry, const char *attribute)
{
    uint8_t *text;
    size_t size;
    char *end = NULL;
    enum pobf_status status = tsm_entry_read(&text, &size, entry, attribute, NUMBER_MAX);

    *number = 0;
    if (status == POBF_OK) {
        *number = strtoull((const char *)text, &end, 10);
        status =
            end != (const char *)text && (*end == '\0' || *end == '\n') ? POBF_OK : POBF_E_SYSTEM;
    }
    free(text);
    return status;
}

/* Without a floor there are no levels, and none can be asked for. */
static enum pobf_status set_level(const char *entry, int level)
{
    char text[NUMBER_MAX];
    uint64_t floor;
    const enum pobf_status status = read_number(&floor, entry, "privlevel_floor");
    int size;

    if (status != POBF_OK) {
        return status == POBF_E_MISSING ? POBF_E_REFUSED : status;
    }
    if ((uint64_t)level < floor) {
        return POBF_E_REFUSED;
    }
    size = snprintf(text, sizeof text, "%d", level);
    return tsm_entry_write(entry, "privlevel", (const uint8_t *)text, (size_t)size);
}

static enum pobf_status read_provider(char provider[TSM_PROVIDER_ROOM], const char *entry)
{
    uint8_t *text;
    size_t size;
    const enum pobf_status status =
        tsm_entry_read(&text, &size, entry, "provider", TSM_PROVIDER_ROOM - 1);

    if (status == POBF_OK) {
        memcpy(provider, text, size + 1);
        provider[strcspn(provider, "\n")] = '\0';
    }
    free(text);
    return status;
}

static enum pobf_status read_blobs(struct tsm_report *report, const char *entry)
{
    enum pobf_status status =
        tsm_entry_read(&report->outblob, &report->outblob_size, entry, "outblob", TSM_BLOB_MAX);

    if (status == POBF_OK && report->outblob_size == 0) {
        status = POBF_E_SYSTEM;
    }
    if (status == POBF_OK) {
        status =
            tsm_entry_read(&report->auxblob, &report->auxblob_size, entry, "auxblob", TSM_BLOB_MAX);
        status = status == POBF_E_MISSING ? POBF_OK : status;
    }
    return status == POBF_OK ? read_provider(report->provider, entry) : status;
}

/* What is read is of what was written only where nobody else wrote in between. */
static enum pobf_status ask(struct tsm_report *report, const char *entry, int level,
                            const uint8_t *data, size_t size)
{
    uint64_t before, after;
    enum pobf_status status = read_number(&before, entry, "generation");

    if (status == POBF_OK && level >= 0) {
        status = set_level(entry, level);
    }
    if (status == POBF_OK) {
        status = tsm_entry_write(entry, "inblob", data, size);
    }
    if (status == POBF_OK) {
        status = read_blobs(report, entry);
    }
    if (status == POBF_OK) {
        status = read_number(&after, entry, "generation");
    }
    if (status == POBF_OK && after != before + (level >= 0 ? 2 : 1)) {
        status = POBF_E_STATE;
    }
    return status;
}

enum pobf_status tsm_ask(struct tsm_report *report, const struct tsm_options *options,
                         const uint8_t *data, size_t size)
{
    char entry[TSM_ENTRY_ROOM];
    enum pobf_status status;

    *report = (struct tsm_report){.outblob = NULL};
    if (size == 0 || size > TSM_INBLOB_MAX) {
        return POBF_E_SPACE;
    }
    status = tsm_entry_make(entry, options->reports);
    if (status != POBF_OK) {
        return status;
    }
    status = ask(report, entry, options->privlevel, data, size);
    tsm_entry_remove(entry);
    if (status != POBF_OK) {
        tsm_clear(report);
    }
    return status;
}

void tsm_clear(struct tsm_report *report)
{
    free(report->outblob);
    free(report->auxblob);
    *report = (struct tsm_report){.outblob = NULL};
}
