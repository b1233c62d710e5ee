#include "framework/wire/event_log.h"

#include "framework/wire/tpm.h"

enum { SHA1_BYTES = 20, SHA256_BYTES = 32, SHA384_BYTES = 48, SHA512_BYTES = 64 };
enum { SPEC_BYTES = 24, NAME_BYTES = 16 };

static const uint8_t spec_name[NAME_BYTES] = "Spec ID Event03";

/* 1 where a hash may have digests of this size: one that is known has its one size. */
/*@
  terminates      \true;
  exits           \false;
  assigns         \nothing;
  ensures  fits:  \result != 0 ==> 0 < size <= POBF_EVENT_LOG_DIGEST_MAX;
*/
static int is_size(uint32_t id, uint32_t size)
{
    if (id == POBF_TPM_SHA1) {
        return size == SHA1_BYTES;
    }
    if (id == POBF_TPM_SHA256) {
        return size == SHA256_BYTES;
    }
    if (id == POBF_TPM_SHA384) {
        return size == SHA384_BYTES;
    }
    if (id == POBF_TPM_SHA512) {
        return size == SHA512_BYTES;
    }
    return size > 0 && size <= POBF_EVENT_LOG_DIGEST_MAX;
}

/*@
  requires from: \valid_read(from + (0 .. NAME_BYTES - 1));
  terminates     \true;
  exits          \false;
  assigns        \nothing;
*/
static int is_spec(const uint8_t *from)
{
    /*@
      loop invariant bound: 0 <= i <= NAME_BYTES;
      loop assigns i;
      loop variant NAME_BYTES - i;
    */
    for (size_t i = 0; i < NAME_BYTES; i++) {
        if (from[i] != spec_name[i]) {
            return 0;
        }
    }
    return 1;
}

/* A count, then identifier and size of each. */
/*@
  requires reader: valid_fixed(reader);
  requires hashes: \valid(hashes);
  requires apart:  \separated(hashes, reader, reader->bytes + (0 .. reader->size - 1));
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed, *hashes;
  ensures  reader: valid_fixed(reader);
  ensures  hashes: valid_hashes(hashes);
*/
static void take_hashes(struct pobf_event_log_hashes *hashes, struct pobf_fixed_reader *reader)
{
    const uint32_t count = pobf_fixed_take_u32(reader);

    hashes->count = 0;
    if (count > POBF_EVENT_LOG_HASHES_MAX) {
        return;
    }
    /*@
      loop invariant bound:  0 <= i <= count <= POBF_EVENT_LOG_HASHES_MAX;
      loop invariant reader: valid_fixed(reader);
      loop invariant empty:  hashes->count == 0;
      loop invariant sizes:  \forall integer k; 0 <= k < i ==>
                             0 < hashes->size[k] <= POBF_EVENT_LOG_DIGEST_MAX;
      loop assigns i, hashes->id[0 .. POBF_EVENT_LOG_HASHES_MAX - 1],
                   hashes->size[0 .. POBF_EVENT_LOG_HASHES_MAX - 1], reader->at, reader->failed;
      loop variant count - i;
    */
    for (uint32_t i = 0; i < count; i++) {
        hashes->id[i] = pobf_fixed_take_u16(reader);
        hashes->size[i] = pobf_fixed_take_u16(reader);
        if (!is_size(hashes->id[i], hashes->size[i])) {
            return; /* all that follows would be read askew */
        }
    }
    hashes->count = count;
}

/* The data of the first event: signature, class, versions; hashes; what a vendor added. */
/*@
  requires data:   \valid_read(data + (0 .. size - 1));
  requires hashes: \valid(hashes);
  requires apart:  \separated(hashes, data + (0 .. size - 1));
  terminates       \true;
  exits            \false;
  assigns          *hashes;
  ensures  hashes: valid_hashes(hashes);
*/
static void read_spec(struct pobf_event_log_hashes *hashes, const uint8_t *data, size_t size)
{
    struct pobf_fixed_reader reader;
    const uint8_t *fixed, *vendor;

    pobf_fixed_init(&reader, data, size);
    fixed = pobf_fixed_take(&reader, SPEC_BYTES);
    hashes->count = 0;
    if (reader.failed != 0 || !is_spec(fixed)) {
        return;
    }
    take_hashes(hashes, &reader);
    vendor = pobf_fixed_take(&reader, 1);
    if (reader.failed == 0) {
        (void)pobf_fixed_take(&reader, *vendor);
    }
    if (pobf_fixed_end(&reader) != POBF_OK) {
        hashes->count = 0;
    }
}

enum pobf_status pobf_event_log_begin(struct pobf_event_log_hashes *hashes,
                                      struct pobf_fixed_reader *reader)
{
    const uint32_t pcr = pobf_fixed_take_u32(reader);
    const uint32_t type = pobf_fixed_take_u32(reader);
    const uint8_t *digest = pobf_fixed_take(reader, SHA1_BYTES);
    const size_t size = pobf_fixed_take_u32(reader);
    const uint8_t *data = pobf_fixed_take(reader, size);

    (void)digest; /* of a bank that nobody asks for */
    hashes->count = 0;
    if (reader->failed == 0 && pcr == 0 && type == POBF_EVENT_NO_ACTION) {
        read_spec(hashes, data, size);
    }
    return hashes->count > 0 ? POBF_OK : POBF_E_INPUT;
}

/* The place of a hash; their count where the log did not announce it. */
/*@
  requires hashes: \valid_read(hashes) && valid_hashes(hashes);
  terminates       \true;
  exits            \false;
  assigns          \nothing;
  ensures  place:  0 <= \result <= hashes->count;
*/
static uint32_t find_hash(const struct pobf_event_log_hashes *hashes, uint32_t id)
{
    /*@
      loop invariant bound: 0 <= i <= hashes->count;
      loop assigns i;
      loop variant hashes->count - i;
    */
    for (uint32_t i = 0; i < hashes->count; i++) {
        if (hashes->id[i] == id) {
            return i;
        }
    }
    return hashes->count;
}

/* The next digest, which is the event's where it is of the bank. */
/*@
  requires reader: valid_fixed(reader);
  requires event:  \valid(event);
  requires hashes: \valid_read(hashes) && valid_hashes(hashes);
  requires apart:  \separated(event, hashes, reader, reader->bytes + (0 .. reader->size - 1));
  requires digest: event->digest == \null ||
                   within(event->digest, event->digest_size, reader->bytes, reader->size);
  requires size:   event->digest_size <= POBF_EVENT_LOG_DIGEST_MAX;
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed, event->digest, event->digest_size;
  ensures  reader: valid_fixed(reader);
  ensures  sticky: \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  digest: event->digest == \null ||
                   within(event->digest, event->digest_size, reader->bytes, reader->size);
  ensures  size:   event->digest_size <= POBF_EVENT_LOG_DIGEST_MAX;
*/
static void take_digest(struct pobf_event *event, struct pobf_fixed_reader *reader,
                        const struct pobf_event_log_hashes *hashes, uint32_t bank)
{
    const uint32_t id = pobf_fixed_take_u16(reader);
    const uint32_t place = find_hash(hashes, id);
    const uint8_t *digest;

    if (place == hashes->count || (id == bank && event->digest != NULL)) {
        reader->failed = 1;
        return;
    }
    digest = pobf_fixed_take(reader, hashes->size[place]);
    if (reader->failed == 0 && id == bank) {
        event->digest = digest;
        event->digest_size = hashes->size[place];
    }
}

/*@
  requires event: \valid(event);
  terminates      \true;
  exits           \false;
  assigns         *event;
  ensures  empty: empty_event(event);
*/
static void clear(struct pobf_event *event)
{
    event->pcr = 0;
    event->type = 0;
    event->digest = NULL;
    event->digest_size = 0;
    event->data = NULL;
    event->data_size = 0;
}

/* Register, type and digests; the event has none of these before. */
/*@
  requires reader: valid_fixed(reader);
  requires event:  \valid(event);
  requires hashes: \valid_read(hashes) && valid_hashes(hashes);
  requires apart:  \separated(event, hashes, reader, reader->bytes + (0 .. reader->size - 1));
  requires empty:  empty_event(event);
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed, event->pcr, event->type, event->digest,
                   event->digest_size;
  ensures  reader: valid_fixed(reader);
  ensures  digest: event->digest == \null ||
                   within(event->digest, event->digest_size, reader->bytes, reader->size);
  ensures  size:   event->digest_size <= POBF_EVENT_LOG_DIGEST_MAX;
*/
static void take_head(struct pobf_event *event, struct pobf_fixed_reader *reader,
                      const struct pobf_event_log_hashes *hashes, uint32_t bank)
{
    uint32_t count;

    event->pcr = pobf_fixed_take_u32(reader);
    event->type = pobf_fixed_take_u32(reader);
    count = pobf_fixed_take_u32(reader);
    if (count > POBF_EVENT_LOG_HASHES_MAX) {
        reader->failed = 1;
        return;
    }
    /*@
      loop invariant bound:  0 <= i <= count <= POBF_EVENT_LOG_HASHES_MAX;
      loop invariant reader: valid_fixed(reader);
      loop invariant digest: event->digest == \null ||
                             within(event->digest, event->digest_size, reader->bytes, reader->size);
      loop invariant size:   event->digest_size <= POBF_EVENT_LOG_DIGEST_MAX;
      loop assigns i, reader->at, reader->failed, event->digest, event->digest_size;
      loop variant count - i;
    */
    for (uint32_t i = 0; i < count; i++) {
        take_digest(event, reader, hashes, bank);
    }
}

enum pobf_status pobf_event_log_next(struct pobf_event *event, struct pobf_fixed_reader *reader,
                                     const struct pobf_event_log_hashes *hashes, uint32_t bank)
{
    clear(event);
    take_head(event, reader, hashes, bank);
    event->data_size = pobf_fixed_take_u32(reader);
    event->data = pobf_fixed_take(reader, event->data_size);
    //@ assert kept: valid_fixed(reader); // what is stored is in the event alone
    if (reader->failed != 0) {
        clear(event);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}
