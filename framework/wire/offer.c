#include "framework/wire/offer.h"

#include "framework/core/wipe.h"
#include "framework/wire/claim.h"
#include "framework/wire/cose.h"

/* The keys, in the order of their encodings. */
enum { PROFILE = 265, BOOT_ID = -70201, TASK_ID = -70202, PUBLIC_KEY = -70203, CLAIM_COUNT = 4 };

/* All claims, in the order of the table in the header. */
/*@
  requires writer: valid_writer(writer);
  requires offer:  \valid_read(offer);
  requires apart:  \separated(writer, offer, writer->out + (0 .. writer->room - 1));
  terminates       \true;
  exits            \false;
  assigns          writer->size, writer->full, writer->out[0 .. writer->room - 1];
  ensures  writer: valid_writer(writer);
*/
static void print_claims(struct pobf_cbor_writer *writer, const struct pobf_offer *offer)
{
    const uint8_t profile[] = "tag:pobf,2026:offer";

    pobf_cbor_write_head(writer, POBF_CBOR_MAP, CLAIM_COUNT);
    pobf_claim_print_text(writer, PROFILE, profile, sizeof profile - 1);
    pobf_claim_print_bytes(writer, BOOT_ID, offer->boot_id, sizeof offer->boot_id);
    pobf_claim_print_bytes(writer, TASK_ID, offer->task_id, sizeof offer->task_id);
    pobf_claim_print_bytes(writer, PUBLIC_KEY, offer->public_key, sizeof offer->public_key);
}

enum pobf_status pobf_offer_sign(uint8_t *out, size_t room, size_t *size,
                                 const struct pobf_offer *offer,
                                 const uint8_t signing_key[POBF_SIGNING_KEY_BYTES])
{
    uint8_t claims[POBF_OFFER_ROOM];
    size_t claims_size;
    struct pobf_cbor_writer writer;
    enum pobf_status status;

    pobf_cbor_write_init(&writer, claims, sizeof claims);
    print_claims(&writer, offer);
    status = pobf_cbor_write_end(&writer, &claims_size);
    if (status != POBF_OK) {
        goto forget;
    }
    return pobf_cose_sign(out, room, size, claims, claims_size, signing_key);

forget:
    pobf_wipe(out, room);
    *size = 0;
    return status;
}

/* The same claims, in the same order; the first failure sticks to the reader. */
/*@
  requires reader: valid_reader(reader);
  requires offer:  \valid(offer);
  requires apart:  \separated(reader, offer, reader->bytes + (0 .. reader->size - 1));
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed, *offer;
  ensures  reader: valid_reader(reader);
*/
static void parse_claims(struct pobf_cbor_reader *reader, struct pobf_offer *offer)
{
    const uint8_t profile[] = "tag:pobf,2026:offer";

    pobf_cbor_read_exact_head(reader, POBF_CBOR_MAP, CLAIM_COUNT);
    pobf_claim_parse_text(reader, PROFILE, profile, sizeof profile - 1);
    pobf_claim_parse_bytes(reader, BOOT_ID, offer->boot_id, sizeof offer->boot_id);
    pobf_claim_parse_bytes(reader, TASK_ID, offer->task_id, sizeof offer->task_id);
    pobf_claim_parse_bytes(reader, PUBLIC_KEY, offer->public_key, sizeof offer->public_key);
}

/* Field by field: WP does not follow a wipe of the struct as bytes into its fields. */
/*@
  requires offer: \valid(offer);
  terminates      \true;
  exits           \false;
  assigns         *offer;
  ensures  empty: empty_offer(offer);
*/
static void clear(struct pobf_offer *offer)
{
    pobf_wipe(offer->boot_id, sizeof offer->boot_id);
    pobf_wipe(offer->task_id, sizeof offer->task_id);
    pobf_wipe(offer->public_key, sizeof offer->public_key);
}

enum pobf_status pobf_offer_parse(struct pobf_offer *offer, const uint8_t *bytes, size_t size)
{
    const uint8_t *claims;
    size_t claims_size;
    struct pobf_cbor_reader reader;
    enum pobf_status status = pobf_cose_parse(&claims, &claims_size, bytes, size);

    if (status == POBF_OK) {
        pobf_cbor_read_init(&reader, claims, claims_size);
        parse_claims(&reader, offer);
        status = pobf_cbor_read_end(&reader);
    }
    if (status != POBF_OK) {
        clear(offer);
    }
    return status;
}
