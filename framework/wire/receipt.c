#include "framework/wire/receipt.h"

#include "framework/core/wipe.h"
#include "framework/wire/claim.h"
#include "framework/wire/cose.h"

/* The keys, in the order of their encodings. */
enum {
    ISSUED_AT = 6,
    PROFILE = 265,
    BOOT_ID = -70101,
    SEQUENCE = -70102,
    PREVIOUS = -70103,
    MEASUREMENT = -70104,
    POLICY = -70105,
    TASK_ID = -70106,
    INPUT_COMMITMENT = -70107,
    OUTPUT_COMMITMENT = -70108,
    EXIT = -70109,
    ZONE_BYTES = -70110,
    RESTORED_BYTES = -70111,
    GOLDEN = -70112,
    MISMATCHES = -70113,
    REGISTERS_CLEARED = -70114,
    KEY_DESTROYED = -70115,
    TIME_US = -70116,
    MEMORY_PEAK = -70117,
    STEPS = -70118,
    CLAIM_COUNT = 20
};

/* All claims, in the order of the table in the header. */
/*@
  requires writer:  valid_writer(writer);
  requires receipt: \valid_read(receipt);
  requires done:    forgotten_receipt(receipt);
  requires apart:   \separated(writer, receipt, writer->out + (0 .. writer->room - 1));
  terminates        \true;
  exits             \false;
  assigns           writer->size, writer->full, writer->out[0 .. writer->room - 1];
  ensures  writer:  valid_writer(writer);
*/
static void print_claims(struct pobf_cbor_writer *writer, const struct pobf_receipt *receipt)
{
    const uint8_t profile[] = "tag:pobf,2026:receipt";

    pobf_cbor_write_head(writer, POBF_CBOR_MAP, CLAIM_COUNT);
    pobf_claim_print_uint(writer, ISSUED_AT, receipt->issued_at_s);
    pobf_claim_print_text(writer, PROFILE, profile, sizeof profile - 1);
    pobf_claim_print_bytes(writer, BOOT_ID, receipt->boot_id, sizeof receipt->boot_id);
    pobf_claim_print_uint(writer, SEQUENCE, receipt->sequence);
    pobf_claim_print_bytes(writer, PREVIOUS, receipt->previous, sizeof receipt->previous);
    pobf_claim_print_bytes(writer, MEASUREMENT, receipt->measurement, sizeof receipt->measurement);
    pobf_claim_print_bytes(writer, POLICY, receipt->policy, sizeof receipt->policy);
    pobf_claim_print_bytes(writer, TASK_ID, receipt->task_id, sizeof receipt->task_id);
    pobf_claim_print_bytes(writer, INPUT_COMMITMENT, receipt->input_commitment,
                           sizeof receipt->input_commitment);
    pobf_claim_print_bytes(writer, OUTPUT_COMMITMENT, receipt->output_commitment,
                           sizeof receipt->output_commitment);
    pobf_claim_print_uint(writer, EXIT, receipt->exit);
    pobf_claim_print_uint(writer, ZONE_BYTES, receipt->zone_bytes);
    pobf_claim_print_uint(writer, RESTORED_BYTES, receipt->restored_bytes);
    pobf_claim_print_bytes(writer, GOLDEN, receipt->golden, sizeof receipt->golden);
    pobf_claim_print_uint(writer, MISMATCHES, receipt->mismatches);
    pobf_claim_print_bool(writer, REGISTERS_CLEARED, receipt->registers_cleared);
    pobf_claim_print_bool(writer, KEY_DESTROYED, receipt->key_destroyed);
    pobf_claim_print_uint(writer, TIME_US, receipt->time_us);
    pobf_claim_print_uint(writer, MEMORY_PEAK, receipt->memory_peak);
    pobf_claim_print_uint(writer, STEPS, receipt->steps);
}

enum pobf_status pobf_receipt_sign(uint8_t *out, size_t room, size_t *size,
                                   const struct pobf_receipt *receipt,
                                   const uint8_t signing_key[POBF_SIGNING_KEY_BYTES])
{
    uint8_t claims[POBF_RECEIPT_ROOM];
    size_t claims_size;
    struct pobf_cbor_writer writer;
    enum pobf_status status = POBF_E_INPUT;

    if (receipt->exit >= POBF_EXIT_COUNT) {
        goto forget;
    }
    pobf_cbor_write_init(&writer, claims, sizeof claims);
    print_claims(&writer, receipt);
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

/* One of the list; POBF_EXIT_NONE, and a failure that sticks, where it is not. */
/*@
  requires reader: valid_reader(reader);
  terminates       \true;
  exits            \false;
  assigns          reader->at, reader->failed;
  ensures  reader: valid_reader(reader);
  ensures  range:  0 <= \result < POBF_EXIT_COUNT;
*/
static enum pobf_exit parse_exit(struct pobf_cbor_reader *reader)
{
    const uint64_t value = pobf_claim_parse_uint(reader, EXIT);

    if (value >= POBF_EXIT_COUNT) {
        reader->failed = 1;
        return POBF_EXIT_NONE;
    }
    return (enum pobf_exit)value;
}

/* What the call took. */
/*@
  requires reader:  valid_reader(reader);
  requires receipt: \valid(receipt);
  requires apart:   \separated(reader, receipt, reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed;
  assigns           receipt->time_us, receipt->memory_peak, receipt->steps;
  ensures  reader:  valid_reader(reader);
*/
static void parse_resources(struct pobf_cbor_reader *reader, struct pobf_receipt *receipt)
{
    receipt->time_us = pobf_claim_parse_uint(reader, TIME_US);
    receipt->memory_peak = pobf_claim_parse_uint(reader, MEMORY_PEAK);
    receipt->steps = pobf_claim_parse_uint(reader, STEPS);
}

/* The same claims, in the same order; the first failure sticks to the reader. */
/*@
  requires reader:  valid_reader(reader);
  requires receipt: \valid(receipt);
  requires apart:   \separated(reader, receipt, reader->bytes + (0 .. reader->size - 1));
  terminates        \true;
  exits             \false;
  assigns           reader->at, reader->failed, *receipt;
  ensures  reader:  valid_reader(reader);
  ensures  exits:   0 <= receipt->exit < POBF_EXIT_COUNT;
  ensures  bools:   receipt->registers_cleared <= 1 && receipt->key_destroyed <= 1;
*/
static void parse_claims(struct pobf_cbor_reader *reader, struct pobf_receipt *receipt)
{
    const uint8_t profile[] = "tag:pobf,2026:receipt";

    pobf_cbor_read_exact_head(reader, POBF_CBOR_MAP, CLAIM_COUNT);
    receipt->issued_at_s = pobf_claim_parse_uint(reader, ISSUED_AT);
    pobf_claim_parse_text(reader, PROFILE, profile, sizeof profile - 1);
    pobf_claim_parse_bytes(reader, BOOT_ID, receipt->boot_id, sizeof receipt->boot_id);
    receipt->sequence = pobf_claim_parse_uint(reader, SEQUENCE);
    pobf_claim_parse_bytes(reader, PREVIOUS, receipt->previous, sizeof receipt->previous);
    pobf_claim_parse_bytes(reader, MEASUREMENT, receipt->measurement, sizeof receipt->measurement);
    pobf_claim_parse_bytes(reader, POLICY, receipt->policy, sizeof receipt->policy);
    pobf_claim_parse_bytes(reader, TASK_ID, receipt->task_id, sizeof receipt->task_id);
    pobf_claim_parse_bytes(reader, INPUT_COMMITMENT, receipt->input_commitment,
                           sizeof receipt->input_commitment);
    pobf_claim_parse_bytes(reader, OUTPUT_COMMITMENT, receipt->output_commitment,
                           sizeof receipt->output_commitment);
    receipt->exit = parse_exit(reader);
    receipt->zone_bytes = pobf_claim_parse_uint(reader, ZONE_BYTES);
    receipt->restored_bytes = pobf_claim_parse_uint(reader, RESTORED_BYTES);
    pobf_claim_parse_bytes(reader, GOLDEN, receipt->golden, sizeof receipt->golden);
    receipt->mismatches = pobf_claim_parse_uint(reader, MISMATCHES);
    receipt->registers_cleared = pobf_claim_parse_bool(reader, REGISTERS_CLEARED);
    receipt->key_destroyed = pobf_claim_parse_bool(reader, KEY_DESTROYED);
    parse_resources(reader, receipt);
}

/* Field by field: WP does not follow a wipe of the struct as bytes into its fields. */
/*@
  requires receipt: \valid(receipt);
  terminates        \true;
  exits             \false;
  assigns           *receipt;
  ensures  empty:   no_numbers(receipt);
*/
static void clear_numbers(struct pobf_receipt *receipt)
{
    receipt->issued_at_s = 0;
    receipt->sequence = 0;
    receipt->exit = POBF_EXIT_NONE;
    receipt->zone_bytes = 0;
    receipt->restored_bytes = 0;
    receipt->mismatches = 0;
    receipt->registers_cleared = 0;
    receipt->key_destroyed = 0;
    receipt->time_us = 0;
    receipt->memory_peak = 0;
    receipt->steps = 0;
}

/*@
  requires receipt: \valid(receipt);
  terminates        \true;
  exits             \false;
  assigns           receipt->input_commitment[0 .. POBF_DIGEST_BYTES - 1];
  assigns           receipt->output_commitment[0 .. POBF_DIGEST_BYTES - 1];
  ensures  empty:   no_commitments(receipt);
*/
static void clear_commitments(struct pobf_receipt *receipt)
{
    pobf_wipe(receipt->input_commitment, sizeof receipt->input_commitment);
    pobf_wipe(receipt->output_commitment, sizeof receipt->output_commitment);
}

/*@
  requires receipt: \valid(receipt);
  terminates        \true;
  exits             \false;
  assigns           receipt->boot_id[0 .. POBF_BOOT_ID_BYTES - 1];
  assigns           receipt->task_id[0 .. POBF_TASK_ID_BYTES - 1];
  ensures  empty:   no_ids(receipt);
*/
static void clear_ids(struct pobf_receipt *receipt)
{
    pobf_wipe(receipt->boot_id, sizeof receipt->boot_id);
    pobf_wipe(receipt->task_id, sizeof receipt->task_id);
}

/*@
  requires receipt: \valid(receipt);
  terminates        \true;
  exits             \false;
  assigns           receipt->measurement[0 .. POBF_DIGEST_BYTES - 1];
  assigns           receipt->golden[0 .. POBF_DIGEST_BYTES - 1];
  ensures  empty:   no_image(receipt);
*/
static void clear_image(struct pobf_receipt *receipt)
{
    pobf_wipe(receipt->measurement, sizeof receipt->measurement);
    pobf_wipe(receipt->golden, sizeof receipt->golden);
}

/*@
  requires receipt: \valid(receipt);
  terminates        \true;
  exits             \false;
  assigns           receipt->previous[0 .. POBF_DIGEST_BYTES - 1];
  assigns           receipt->policy[0 .. POBF_DIGEST_BYTES - 1];
  ensures  empty:   no_rest(receipt);
*/
static void clear_rest(struct pobf_receipt *receipt)
{
    pobf_wipe(receipt->previous, sizeof receipt->previous);
    pobf_wipe(receipt->policy, sizeof receipt->policy);
}

/* In pairs: the solver does not follow eight wipes at once. */
/*@
  requires receipt:     \valid(receipt);
  terminates            \true;
  exits                 \false;
  assigns               *receipt;
  ensures  numbers:     no_numbers(receipt);
  ensures  ids:         no_ids(receipt);
  ensures  image:       no_image(receipt);
  ensures  rest:        no_rest(receipt);
  ensures  commitments: no_commitments(receipt);
*/
static void clear(struct pobf_receipt *receipt)
{
    clear_numbers(receipt);
    clear_ids(receipt);
    clear_image(receipt);
    clear_rest(receipt);
    clear_commitments(receipt);
}

enum pobf_status pobf_receipt_parse(struct pobf_receipt *receipt, const uint8_t *bytes, size_t size)
{
    const uint8_t *claims;
    size_t claims_size;
    struct pobf_cbor_reader reader;
    enum pobf_status status = pobf_cose_parse(&claims, &claims_size, bytes, size);

    if (status == POBF_OK) {
        pobf_cbor_read_init(&reader, claims, claims_size);
        parse_claims(&reader, receipt);
        status = pobf_cbor_read_end(&reader);
    }
    if (status != POBF_OK) {
        clear(receipt);
    }
    return status;
}
