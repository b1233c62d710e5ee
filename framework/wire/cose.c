#include "framework/wire/cose.h"

#include "framework/core/wipe.h"
#include "framework/crypto/sign.h"
#include "framework/wire/cbor_read.h"
#include "framework/wire/cbor_write.h"

enum { TAG_SIGN1 = 18 };
enum { ALGORITHM = 1, EDDSA = 7 }; /* 7 stands for -8: RFC 9053, section 2.2 */
enum { HEADER_BYTES = 3 };
enum { TO_BE_SIGNED_ROOM = POBF_COSE_PAYLOAD_MAX + 20 };

/* The protected header, a byte string that holds {alg: EdDSA}. */
/*@
  requires writer: valid_writer(writer);
  terminates       \true;
  exits            \false;
  assigns          writer->size, writer->full, writer->out[writer->size .. writer->room - 1];
  ensures  writer: valid_writer(writer);
*/
static void write_header(struct pobf_cbor_writer *writer)
{
    pobf_cbor_write_head(writer, POBF_CBOR_BYTES, HEADER_BYTES);
    pobf_cbor_write_head(writer, POBF_CBOR_MAP, 1);
    pobf_cbor_write_head(writer, POBF_CBOR_UINT, ALGORITHM);
    pobf_cbor_write_head(writer, POBF_CBOR_NEGATIVE, EDDSA);
}

/*@
  requires reader: valid_reader(reader);
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed;
  ensures  reader: valid_reader(reader);
*/
static void read_header(struct pobf_cbor_reader *reader)
{
    pobf_cbor_read_exact_head(reader, POBF_CBOR_BYTES, HEADER_BYTES);
    pobf_cbor_read_exact_head(reader, POBF_CBOR_MAP, 1);
    pobf_cbor_read_exact_head(reader, POBF_CBOR_UINT, ALGORITHM);
    pobf_cbor_read_exact_head(reader, POBF_CBOR_NEGATIVE, EDDSA);
}

/* What is signed: [context, protected header, no external data, payload]. RFC 9052, section 4.4. */
/*@
  requires out:     \valid(out + (0 .. TO_BE_SIGNED_ROOM - 1));
  requires size:    \valid(size);
  requires payload: \valid_read(payload + (0 .. payload_size - 1));
  requires apart:   \separated(out + (0 .. TO_BE_SIGNED_ROOM - 1), size,
                               payload + (0 .. payload_size - 1));
  terminates        \true;
  exits             \false;
  assigns           out[0 .. TO_BE_SIGNED_ROOM - 1], *size;
  ensures  code:    \result == POBF_OK || \result == POBF_E_SPACE;
  ensures  success: \result == POBF_OK ==> *size <= TO_BE_SIGNED_ROOM;
*/
static enum pobf_status print_to_be_signed(uint8_t out[TO_BE_SIGNED_ROOM], size_t *size,
                                           const uint8_t *payload, size_t payload_size)
{
    const uint8_t context[] = "Signature1";
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, out, TO_BE_SIGNED_ROOM);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    pobf_cbor_write_string(&writer, POBF_CBOR_TEXT, context, sizeof context - 1);
    write_header(&writer);
    pobf_cbor_write_head(&writer, POBF_CBOR_BYTES, 0);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, payload, payload_size);
    return pobf_cbor_write_end(&writer, size);
}

/* Sign a payload; on failure the signature is all zeros. */
/*@
  requires signature: \valid(signature + (0 .. POBF_COSE_SIGNATURE_BYTES - 1));
  requires payload:   \valid_read(payload + (0 .. payload_size - 1));
  requires key:       \valid_read(signing_key + (0 .. 63));
  requires apart:     \separated(signature + (0 .. POBF_COSE_SIGNATURE_BYTES - 1),
                                 payload + (0 .. payload_size - 1));
  requires alone:     \separated(signature + (0 .. POBF_COSE_SIGNATURE_BYTES - 1),
                                 signing_key + (0 .. 63));
  terminates          \true;
  exits               \false;
  assigns             signature[0 .. POBF_COSE_SIGNATURE_BYTES - 1];
  ensures  code:      \result == POBF_OK || \result == POBF_E_SPACE || \result == POBF_E_SYSTEM;
  ensures  failure:   \result != POBF_OK ==> zeroed(signature, POBF_COSE_SIGNATURE_BYTES);
*/
static enum pobf_status sign(uint8_t signature[POBF_COSE_SIGNATURE_BYTES], const uint8_t *payload,
                             size_t payload_size, const uint8_t signing_key[64])
{
    uint8_t to_be_signed[TO_BE_SIGNED_ROOM];
    size_t size;
    enum pobf_status status = print_to_be_signed(to_be_signed, &size, payload, payload_size);

    if (status != POBF_OK) {
        pobf_wipe(signature, POBF_COSE_SIGNATURE_BYTES);
        return status;
    }
    return pobf_sign_make(signature, to_be_signed, size, signing_key);
}

enum pobf_status pobf_cose_sign(uint8_t *out, size_t room, size_t *size, const uint8_t *payload,
                                size_t payload_size, const uint8_t signing_key[64])
{
    uint8_t signature[POBF_COSE_SIGNATURE_BYTES];
    struct pobf_cbor_writer writer;
    const enum pobf_status status = sign(signature, payload, payload_size, signing_key);

    if (status != POBF_OK) {
        pobf_wipe(out, room);
        *size = 0;
        return status;
    }
    pobf_cbor_write_init(&writer, out, room);
    pobf_cbor_write_head(&writer, POBF_CBOR_TAG, TAG_SIGN1);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    write_header(&writer);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 0);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, payload, payload_size);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, signature, POBF_COSE_SIGNATURE_BYTES);
    return pobf_cbor_write_end(&writer, size);
}

/* Find payload and signature, as pobf_cose_parse says. */
/*@
  requires payload:   \valid(payload);
  requires size:      \valid(payload_size);
  requires signature: \valid(signature + (0 .. POBF_COSE_SIGNATURE_BYTES - 1));
  requires message:   \valid_read(message + (0 .. size - 1));
  requires apart:     \separated(payload, payload_size, message + (0 .. size - 1),
                                 signature + (0 .. POBF_COSE_SIGNATURE_BYTES - 1));
  terminates          \true;
  exits               \false;
  assigns             *payload, *payload_size, signature[0 .. POBF_COSE_SIGNATURE_BYTES - 1];
  ensures  code:      \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  success:   \result == POBF_OK ==> within(*payload, *payload_size, message, size);
  ensures  short:     *payload_size <= POBF_COSE_PAYLOAD_MAX;
  ensures  failure:   \result != POBF_OK ==> nowhere(*payload, *payload_size);
*/
static enum pobf_status parse(const uint8_t **payload, size_t *payload_size,
                              uint8_t signature[POBF_COSE_SIGNATURE_BYTES], const uint8_t *message,
                              size_t size)
{
    struct pobf_cbor_reader reader;

    pobf_cbor_read_init(&reader, message, size);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_TAG, TAG_SIGN1);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_ARRAY, 4);
    read_header(&reader);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_MAP, 0);
    *payload = pobf_cbor_read_string(&reader, payload_size, POBF_CBOR_BYTES);
    pobf_cbor_read_bytes(&reader, signature, POBF_COSE_SIGNATURE_BYTES);
    if (pobf_cbor_read_end(&reader) != POBF_OK || *payload_size > POBF_COSE_PAYLOAD_MAX) {
        *payload = NULL;
        *payload_size = 0;
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

enum pobf_status pobf_cose_parse(const uint8_t **payload, size_t *payload_size,
                                 const uint8_t *message, size_t size)
{
    uint8_t signature[POBF_COSE_SIGNATURE_BYTES];

    return parse(payload, payload_size, signature, message, size);
}

enum pobf_status pobf_cose_verify(const uint8_t *message, size_t size, const uint8_t public_key[32])
{
    const uint8_t *payload;
    size_t payload_size;
    uint8_t signature[POBF_COSE_SIGNATURE_BYTES];
    uint8_t to_be_signed[TO_BE_SIGNED_ROOM];
    size_t to_be_signed_size;

    if (parse(&payload, &payload_size, signature, message, size) != POBF_OK ||
        print_to_be_signed(to_be_signed, &to_be_signed_size, payload, payload_size) != POBF_OK) {
        return POBF_E_INPUT;
    }
    return pobf_sign_verify(signature, to_be_signed, to_be_signed_size, public_key);
}
