#include "framework/wire/cbor_item.h"

enum { CBOR_NULL = 22 };

enum pobf_cbor_major pobf_cbor_next_major(const struct pobf_cbor_reader *reader)
{
    if (reader->failed != 0 || reader->at == reader->size) {
        return POBF_CBOR_MAJOR_COUNT;
    }
    return (enum pobf_cbor_major)(reader->bytes[reader->at] / 32U);
}

/* How many items are inside an item with this head; one whose head cannot be right fails. */
/*@
  requires reader: valid_reader(reader);
  requires major:  0 <= major < POBF_CBOR_MAJOR_COUNT;
  terminates       \true;
  exits            \false;
  assigns          reader->failed;
  ensures  reader: valid_reader(reader);
  ensures  sticky: \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  fits:   reader->failed == 0 ==> \result <= reader->size - reader->at;
*/
static uint64_t count_inside(struct pobf_cbor_reader *reader, enum pobf_cbor_major major,
                             uint64_t number)
{
    const size_t left = reader->size - reader->at;
    const uint64_t most = major == POBF_CBOR_MAP ? left / 2 : left;

    if (major == POBF_CBOR_SIMPLE && (number < POBF_CBOR_FALSE || number > CBOR_NULL)) {
        reader->failed = 1;
    }
    if (major == POBF_CBOR_TAG) {
        number = 1;
    } else if (major != POBF_CBOR_ARRAY && major != POBF_CBOR_MAP) {
        return 0;
    }
    if (number > most) {
        reader->failed = 1;
        return 0;
    }
    return major == POBF_CBOR_MAP ? number * 2 : number;
}

/* Read a head, or a whole string; returns how many items are inside. */
/*@
  requires reader:  valid_reader(reader);
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed;
  ensures  reader:  valid_reader(reader);
  ensures  sticky:  \old(reader->failed) != 0 ==> reader->failed != 0;
  ensures  onwards: \old(reader->at) <= reader->at;
  ensures  moved:   reader->failed == 0 ==> \old(reader->at) < reader->at;
  ensures  fits:    reader->failed == 0 ==> \result <= reader->size - reader->at;
*/
static uint64_t read_outermost(struct pobf_cbor_reader *reader)
{
    const enum pobf_cbor_major major = pobf_cbor_next_major(reader);
    uint64_t number;
    size_t size;

    if (major == POBF_CBOR_MAJOR_COUNT) {
        reader->failed = 1;
        return 0;
    }
    if (major == POBF_CBOR_BYTES || major == POBF_CBOR_TEXT) {
        (void)pobf_cbor_read_string(reader, &size, major);
        return 0;
    }
    number = pobf_cbor_read_head(reader, major);
    return count_inside(reader, major, number);
}

/* No depth to keep: each item that is owed takes a byte at least, so bombs end at once. */
void pobf_cbor_read_item(struct pobf_cbor_reader *reader)
{
    uint64_t owed = 1;

    /*@
      loop invariant reader:  valid_reader(reader);
      loop invariant sticky:  \at(reader->failed, Pre) != 0 ==> reader->failed != 0;
      loop invariant onwards: \at(reader->at, Pre) <= reader->at;
      loop assigns owed, reader->at, reader->failed;
      loop variant reader->size - reader->at;
    */
    while (owed > 0) {
        const uint64_t inside = read_outermost(reader);
        const size_t left = reader->size - reader->at;

        if (reader->failed != 0 || owed - 1 > left - inside) {
            reader->failed = 1;
            return;
        }
        owed = owed - 1 + inside;
    }
}
