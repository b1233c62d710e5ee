/*
 * What a writer and a reader of CBOR may rely on: see steps.c. Five bytes are written and read one
 * by one; and what has failed once stays failed.
 */
#include "framework/wire/claim.h"

enum { ROOM = 100, KEY = -70101 };

uint8_t bytes[ROOM], out[ROOM], string[3];
struct pobf_cbor_writer writer;
struct pobf_cbor_reader reader;
const uint8_t *found;
uint64_t number;
size_t size;
enum pobf_status status;

/*@
  predicate writes_there{L} = writer.out == &out[0] && writer.room == ROOM && writer.size <= ROOM;

  predicate reads_there{L} = reader.bytes == &bytes[0] && reader.size == ROOM && reader.at <= ROOM;
*/

/*@
  terminates     \true;
  exits          \false;
  assigns        writer, out[0 .. ROOM - 1], size, status;
*/
void write_five_bytes(void);

void write_five_bytes(void)
{
    pobf_cbor_write_init(&writer, out, ROOM);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 1);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, string, 3);
    //@ assert head: writer.full == 0 ==> out[0] == 161;
    //@ assert first: writer.full == 0 ==> out[1] == 67 && out[2] == string[0];
    //@ assert last: writer.full == 0 ==> out[4] == string[2];
    status = pobf_cbor_write_end(&writer, &size);
    if (status == POBF_OK) {
        //@ assert size: size == 5;
        //@ assert kept: out[0] == 161 && out[4] == string[2];
        return;
    }
    //@ assert code: status == POBF_E_SPACE && size == 0;
    //@ assert nothing: out[0] == 0 && out[ROOM - 1] == 0;
}

/*@
  requires there: writes_there;
  requires full:  writer.full == 1;
  terminates      \true;
  exits           \false;
  assigns         writer.size, writer.full, out[0 .. ROOM - 1];
*/
void write_when_it_is_full(void);

void write_when_it_is_full(void)
{
    pobf_claim_print_bytes(&writer, KEY, string, 3);
    //@ assert bytes: writer.full != 0;
    pobf_claim_print_text(&writer, KEY, string, 3);
    //@ assert text: writer.full != 0;
    pobf_claim_print_uint(&writer, KEY, 7);
    //@ assert uint: writer.full != 0;
    pobf_claim_print_bool(&writer, KEY, 1);
    //@ assert bool: writer.full != 0;
}

/*@
  requires room: count <= ROOM;
  terminates     \true;
  exits          \false;
  assigns        reader, out[0 .. 2], status;
*/
void read_five_bytes(size_t count);

void read_five_bytes(size_t count)
{
    pobf_cbor_read_init(&reader, bytes, count);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_MAP, 1);
    pobf_cbor_read_bytes(&reader, out, 3);
    status = pobf_cbor_read_end(&reader);
    if (status == POBF_OK) {
        //@ assert size: count == 5;
        //@ assert head: bytes[0] == 161 && bytes[1] == 67;
        //@ assert first: out[0] == bytes[2];
        //@ assert last: out[2] == bytes[4];
        return;
    }
    //@ assert code: status == POBF_E_INPUT;
    //@ assert nothing: reader.failed != 0 ==> out[0] == 0 && out[2] == 0;
}

/*@
  requires there:  reads_there;
  requires failed: reader.failed == 1;
  terminates       \true;
  exits            \false;
  assigns          reader.at, reader.failed, out[0 .. 2], number, found, size;
*/
void read_when_it_has_failed(void);

void read_when_it_has_failed(void)
{
    pobf_claim_parse_bytes(&reader, KEY, out, 3);
    //@ assert bytes: reader.failed != 0 && out[0] == 0 && out[2] == 0;
    pobf_claim_parse_text(&reader, KEY, string, 3);
    //@ assert text: reader.failed != 0;
    number = pobf_claim_parse_uint(&reader, KEY);
    //@ assert uint: reader.failed != 0 && number == 0;
    number = pobf_claim_parse_bool(&reader, KEY);
    //@ assert bool: reader.failed != 0 && number == 0;
    number = pobf_cbor_read_head(&reader, POBF_CBOR_UINT);
    //@ assert head: reader.failed != 0 && number == 0;
    found = pobf_cbor_read_string(&reader, &size, POBF_CBOR_TEXT);
    //@ assert string: reader.failed != 0 && found == \null && size == 0;
    pobf_cbor_read_exact_string(&reader, POBF_CBOR_TEXT, string, 3);
    //@ assert exact: reader.failed != 0;
}
