#include "framework/wire/cbor_write.h"

#include "framework/core/bytes.h"
#include "framework/core/wipe.h"

void pobf_cbor_write_init(struct pobf_cbor_writer *writer, uint8_t *out, size_t room)
{
    writer->out = out;
    writer->room = room;
    writer->size = 0;
    writer->full = 0;
}

/* Add bytes as they are, all of them or none. */
/*@
  requires writer:  valid_writer(writer);
  requires bytes:   \valid_read(bytes + (0 .. size - 1));
  requires apart:   \separated(bytes + (0 .. size - 1), writer);
  requires alone:   \separated(bytes + (0 .. size - 1), writer->out + (0 .. writer->room - 1));
  terminates        \true;
  exits             \false;
  assigns           writer->size, writer->full, writer->out[writer->size .. writer->room - 1];
  ensures  writer:  valid_writer(writer);
  ensures  moved:   added_or_full{Pre,Post}(writer, size);
  ensures  success: writer->full == 0 ==>
                    same_bytes(writer->out + \old(writer->size), bytes, size);
*/
static void add(struct pobf_cbor_writer *writer, const uint8_t *bytes, size_t size)
{
    if (writer->full != 0 || size > writer->room - writer->size) {
        writer->full = 1;
        return;
    }
    pobf_bytes_copy(writer->out + writer->size, bytes, size);
    writer->size += size;
}

void pobf_cbor_write_head(struct pobf_cbor_writer *writer, enum pobf_cbor_major major,
                          uint64_t number)
{
    if (writer->full != 0 || pobf_cbor_head_size(number) > writer->room - writer->size) {
        writer->full = 1;
        return;
    }
    writer->size += pobf_cbor_head_print(writer->out + writer->size, major, number);
}

void pobf_cbor_write_string(struct pobf_cbor_writer *writer, enum pobf_cbor_major major,
                            const uint8_t *string, size_t size)
{
    pobf_cbor_write_head(writer, major, size);
    add(writer, string, size);
}

enum pobf_status pobf_cbor_write_end(const struct pobf_cbor_writer *writer, size_t *size)
{
    if (writer->full != 0) {
        pobf_wipe(writer->out, writer->room);
        *size = 0;
        return POBF_E_SPACE;
    }
    *size = writer->size;
    return POBF_OK;
}
