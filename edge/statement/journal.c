#include "edge/statement/journal.h"

#include <string.h>

#include "contracts/sodium.h"

enum { HEAD_BYTES = 3, CHECK_BYTES = 16, INTENT_BYTES = 112 };

/* Head, what is in place behind it, and the check. */
static size_t finish_record(uint8_t *record, enum journal_kind kind, size_t size)
{
    uint8_t digest[POBF_DIGEST_BYTES];

    record[0] = (uint8_t)(size >> 8);
    record[1] = (uint8_t)size;
    record[2] = (uint8_t)kind;
    crypto_hash_sha256(digest, record, HEAD_BYTES + size);
    memcpy(record + HEAD_BYTES + size, digest, CHECK_BYTES);
    return HEAD_BYTES + size + CHECK_BYTES;
}

static void put_number(uint8_t at[8], uint64_t number)
{
    for (int i = 0; i < 8; i++) {
        at[i] = (uint8_t)(number >> (56 - 8 * i));
    }
}

static uint64_t take_number(const uint8_t at[8])
{
    uint64_t number = 0;

    for (int i = 0; i < 8; i++) {
        number = number << 8 | at[i];
    }
    return number;
}

size_t journal_print_intent(uint8_t *bytes, enum journal_kind kind, const struct intent *intent)
{
    uint8_t *at = bytes + HEAD_BYTES;

    memcpy(at, intent->boot_id, 16);
    put_number(at + 16, intent->sequence);
    put_number(at + 24, intent->at_s);
    memcpy(at + 32, intent->task_id, 16);
    memcpy(at + 48, intent->salt, 32);
    memcpy(at + 80, intent->commitment, 32);
    return finish_record(bytes, kind, INTENT_BYTES);
}

static void parse_intent(struct intent *intent, const uint8_t *at)
{
    memcpy(intent->boot_id, at, 16);
    intent->sequence = take_number(at + 16);
    intent->at_s = take_number(at + 24);
    memcpy(intent->task_id, at + 32, 16);
    memcpy(intent->salt, at + 48, 32);
    memcpy(intent->commitment, at + 80, 32);
}

size_t journal_print_receipt(uint8_t *bytes, const uint8_t *receipt, size_t size)
{
    if (size > POBF_RECEIPT_ROOM) {
        return 0;
    }
    memcpy(bytes + HEAD_BYTES, receipt, size);
    return finish_record(bytes, JOURNAL_RECEIPT, size);
}

/* The size of what the record holds; 0 where it is none. */
static size_t check_record(const uint8_t *record, size_t room)
{
    uint8_t digest[POBF_DIGEST_BYTES];
    size_t size;

    if (room < HEAD_BYTES + CHECK_BYTES) {
        return 0;
    }
    size = (size_t)record[0] << 8 | record[1];
    if (size > room - HEAD_BYTES - CHECK_BYTES) {
        return 0;
    }
    crypto_hash_sha256(digest, record, HEAD_BYTES + size);
    return memcmp(record + HEAD_BYTES + size, digest, CHECK_BYTES) == 0 ? size : 0;
}

static enum pobf_status tell(const struct journal_reader *reader, const uint8_t *record,
                             size_t size)
{
    const enum journal_kind kind = (enum journal_kind)record[2];
    struct intent intent;

    if (kind == JOURNAL_RECEIPT) {
        return reader->receipt(reader->context, record + HEAD_BYTES, size);
    }
    if (size != INTENT_BYTES) {
        return POBF_E_INPUT; /* its check is right, so it was written by another version of us */
    }
    parse_intent(&intent, record + HEAD_BYTES);
    return reader->intent(reader->context, kind, &intent);
}

/* The size of all of the record; 0 where it is none. */
static size_t whole_record(const uint8_t *record, size_t room)
{
    const size_t held = check_record(record, room);

    return held == 0 ? 0 : HEAD_BYTES + held + CHECK_BYTES;
}

enum pobf_status journal_read(const uint8_t *bytes, size_t size,
                              const struct journal_reader *reader)
{
    enum pobf_status status = POBF_OK;
    size_t at = 0;
    size_t whole = whole_record(bytes, size);

    while (whole > 0 && status == POBF_OK) {
        status = tell(reader, bytes + at, whole - HEAD_BYTES - CHECK_BYTES);
        at += whole;
        whole = whole_record(bytes + at, size - at);
    }
    return status;
}

int journal_is_torn(const uint8_t *bytes, size_t size)
{
    size_t at = 0;
    size_t whole = whole_record(bytes, size);

    while (whole > 0) {
        at += whole;
        whole = whole_record(bytes + at, size - at);
    }
    return size != JOURNAL_ROOM || !sodium_is_zero(bytes + at, size - at);
}
