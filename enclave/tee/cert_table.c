#include "enclave/tee/cert_table.h"

#include <string.h>

enum { GUID_BYTES = 16, ENTRY_BYTES = GUID_BYTES + 8 };

static size_t number(const uint8_t *bytes)
{
    return (size_t)bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 |
           (size_t)bytes[3] << 24;
}

static int is_last(const uint8_t *entry)
{
    static const uint8_t zeros[ENTRY_BYTES];

    return memcmp(entry, zeros, sizeof zeros) == 0;
}

/* The bytes of an entry: at least one, all of them there. */
static int take(struct cert_table *table, const uint8_t *entry, const uint8_t *bytes, size_t size)
{
    const size_t at = number(entry + GUID_BYTES);
    const size_t length = number(entry + GUID_BYTES + 4);

    if (table->count == CERT_TABLE_MAX || length == 0 || at > size || length > size - at) {
        return 0;
    }
    table->item[table->count].bytes = bytes + at;
    table->item[table->count++].size = length;
    return 1;
}

enum pobf_status cert_table_parse(struct cert_table *table, const uint8_t *bytes, size_t size)
{
    size_t at = 0;
    int good = 1;

    memset(table, 0, sizeof *table);
    while (good && size - at >= ENTRY_BYTES && !is_last(bytes + at)) {
        good = take(table, bytes + at, bytes, size);
        at += ENTRY_BYTES;
    }
    if (!good || size - at < ENTRY_BYTES || table->count == 0) {
        memset(table, 0, sizeof *table);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}
