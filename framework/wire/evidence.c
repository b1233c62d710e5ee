#include "framework/wire/evidence.h"

#include "framework/core/wipe.h"
#include "framework/crypto/digest.h"
#include "framework/wire/claim.h"
#include "framework/wire/cose.h"

/* The keys, in the order of their encodings. */
enum {
    NONCE = 10,
    PROFILE = 265,
    PLATFORM = -70001,
    BACKEND = -70002,
    BOOT_ID = -70003,
    MEASUREMENT = -70004,
    MONITOR = -70005,
    POLICY = -70006,
    RECEIPT_KEY = -70007,
    CHANNEL_KEY = -70008,
    CERTIFICATE = -70009,
    REPORT_DATA = -70010,
    CLAIM_COUNT = 12
};

enum pobf_status pobf_evidence_bind(uint8_t report_data[POBF_DIGEST_BYTES],
                                    const struct pobf_evidence *evidence)
{
    const uint8_t context[] = "pobf evidence 1";
    const struct pobf_part parts[] = {
        {context, sizeof context - 1},
        {evidence->nonce, sizeof evidence->nonce},
        {evidence->receipt_key, sizeof evidence->receipt_key},
        {evidence->channel_key, sizeof evidence->channel_key},
        {evidence->certificate, sizeof evidence->certificate},
    };

    return pobf_digest_sha256(report_data, parts, sizeof parts / sizeof parts[0]);
}

/*@
  requires writer:   valid_writer(writer);
  terminates         \true;
  exits              \false;
  assigns            writer->size, writer->full, writer->out[0 .. writer->room - 1];
  ensures  writer:   valid_writer(writer);
*/
static void print_backend(struct pobf_cbor_writer *writer, enum pobf_backend backend)
{
    const uint8_t process[] = "process";
    const uint8_t kvm[] = "kvm";

    if (backend == POBF_BACKEND_KVM) {
        pobf_claim_print_text(writer, BACKEND, kvm, sizeof kvm - 1);
    } else {
        pobf_claim_print_text(writer, BACKEND, process, sizeof process - 1);
    }
}

/* All claims, in the order of the table in the header. */
/*@
  requires writer:   valid_writer(writer);
  requires evidence: \valid_read(evidence);
  requires apart:    \separated(writer, evidence, writer->out + (0 .. writer->room - 1));
  terminates         \true;
  exits              \false;
  assigns            writer->size, writer->full, writer->out[0 .. writer->room - 1];
  ensures  writer:   valid_writer(writer);
*/
static void print_claims(struct pobf_cbor_writer *writer, const struct pobf_evidence *evidence)
{
    const uint8_t profile[] = "tag:pobf,2026:evidence";
    const uint8_t sim[] = "sim";

    pobf_cbor_write_head(writer, POBF_CBOR_MAP, CLAIM_COUNT);
    pobf_claim_print_bytes(writer, NONCE, evidence->nonce, sizeof evidence->nonce);
    pobf_claim_print_text(writer, PROFILE, profile, sizeof profile - 1);
    pobf_claim_print_text(writer, PLATFORM, sim, sizeof sim - 1);
    print_backend(writer, evidence->backend);
    pobf_claim_print_bytes(writer, BOOT_ID, evidence->boot_id, sizeof evidence->boot_id);
    pobf_claim_print_bytes(writer, MEASUREMENT, evidence->measurement,
                           sizeof evidence->measurement);
    pobf_claim_print_bytes(writer, MONITOR, evidence->monitor, sizeof evidence->monitor);
    pobf_claim_print_bytes(writer, POLICY, evidence->policy, sizeof evidence->policy);
    pobf_claim_print_bytes(writer, RECEIPT_KEY, evidence->receipt_key,
                           sizeof evidence->receipt_key);
    pobf_claim_print_bytes(writer, CHANNEL_KEY, evidence->channel_key,
                           sizeof evidence->channel_key);
    pobf_claim_print_bytes(writer, CERTIFICATE, evidence->certificate,
                           sizeof evidence->certificate);
    pobf_claim_print_bytes(writer, REPORT_DATA, evidence->report_data,
                           sizeof evidence->report_data);
}

enum pobf_status pobf_evidence_sign(uint8_t *out, size_t room, size_t *size,
                                    const struct pobf_evidence *evidence,
                                    const uint8_t signing_key[POBF_SIGNING_KEY_BYTES])
{
    uint8_t claims[POBF_EVIDENCE_ROOM];
    size_t claims_size;
    struct pobf_cbor_writer writer;
    enum pobf_status status = POBF_E_INPUT;

    if (evidence->platform != POBF_PLATFORM_SIM ||
        (evidence->backend != POBF_BACKEND_PROCESS && evidence->backend != POBF_BACKEND_KVM)) {
        goto forget;
    }
    pobf_cbor_write_init(&writer, claims, sizeof claims);
    print_claims(&writer, evidence);
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

/* The next claim must be one of two backends: where it is not the first, it is read once more. */
/*@
  requires reader:   valid_reader(reader);
  terminates         \true;
  exits              \false;
  assigns            reader->at, reader->failed;
  ensures  reader:   valid_reader(reader);
  ensures  known:    is_backend(\result);
*/
static enum pobf_backend parse_backend(struct pobf_cbor_reader *reader)
{
    const uint8_t process[] = "process";
    const uint8_t kvm[] = "kvm";
    const size_t at = reader->at;
    const uint32_t failed = reader->failed;

    pobf_claim_parse_text(reader, BACKEND, kvm, sizeof kvm - 1);
    if (reader->failed == 0) {
        return POBF_BACKEND_KVM;
    }
    reader->at = at;
    reader->failed = failed;
    pobf_claim_parse_text(reader, BACKEND, process, sizeof process - 1);
    return POBF_BACKEND_PROCESS;
}

/* The same claims, in the same order; the first failure sticks to the reader. */
/*@
  requires reader:   valid_reader(reader);
  requires evidence: \valid(evidence);
  requires apart:    \separated(reader, evidence, reader->bytes + (0 .. reader->size - 1));
  terminates         \true;
  exits              \false;
  assigns            reader->at, reader->failed, *evidence;
  ensures  reader:   valid_reader(reader);
  ensures  kinds:    evidence->platform == POBF_PLATFORM_SIM &&
                     is_backend(evidence->backend);
*/
static void parse_claims(struct pobf_cbor_reader *reader, struct pobf_evidence *evidence)
{
    const uint8_t profile[] = "tag:pobf,2026:evidence";
    const uint8_t sim[] = "sim";

    pobf_cbor_read_exact_head(reader, POBF_CBOR_MAP, CLAIM_COUNT);
    pobf_claim_parse_bytes(reader, NONCE, evidence->nonce, sizeof evidence->nonce);
    pobf_claim_parse_text(reader, PROFILE, profile, sizeof profile - 1);
    pobf_claim_parse_text(reader, PLATFORM, sim, sizeof sim - 1);
    evidence->backend = parse_backend(reader);
    pobf_claim_parse_bytes(reader, BOOT_ID, evidence->boot_id, sizeof evidence->boot_id);
    pobf_claim_parse_bytes(reader, MEASUREMENT, evidence->measurement,
                           sizeof evidence->measurement);
    pobf_claim_parse_bytes(reader, MONITOR, evidence->monitor, sizeof evidence->monitor);
    pobf_claim_parse_bytes(reader, POLICY, evidence->policy, sizeof evidence->policy);
    pobf_claim_parse_bytes(reader, RECEIPT_KEY, evidence->receipt_key,
                           sizeof evidence->receipt_key);
    pobf_claim_parse_bytes(reader, CHANNEL_KEY, evidence->channel_key,
                           sizeof evidence->channel_key);
    pobf_claim_parse_bytes(reader, CERTIFICATE, evidence->certificate,
                           sizeof evidence->certificate);
    pobf_claim_parse_bytes(reader, REPORT_DATA, evidence->report_data,
                           sizeof evidence->report_data);
    evidence->platform = POBF_PLATFORM_SIM;
}

/* Field by field: WP does not follow a wipe of the struct as bytes into its fields. */
/*@
  requires evidence: \valid(evidence);
  terminates         \true;
  exits              \false;
  assigns            *evidence;
  ensures  empty:    empty_evidence(evidence);
*/
static void clear(struct pobf_evidence *evidence)
{
    evidence->platform = POBF_PLATFORM_NONE;
    evidence->backend = POBF_BACKEND_NONE;
    pobf_wipe(evidence->nonce, sizeof evidence->nonce);
    pobf_wipe(evidence->boot_id, sizeof evidence->boot_id);
    pobf_wipe(evidence->measurement, sizeof evidence->measurement);
    pobf_wipe(evidence->monitor, sizeof evidence->monitor);
    pobf_wipe(evidence->policy, sizeof evidence->policy);
    pobf_wipe(evidence->receipt_key, sizeof evidence->receipt_key);
    pobf_wipe(evidence->channel_key, sizeof evidence->channel_key);
    pobf_wipe(evidence->certificate, sizeof evidence->certificate);
    pobf_wipe(evidence->report_data, sizeof evidence->report_data);
}

enum pobf_status pobf_evidence_parse(struct pobf_evidence *evidence, const uint8_t *bytes,
                                     size_t size)
{
    const uint8_t *claims;
    size_t claims_size;
    struct pobf_cbor_reader reader;
    enum pobf_status status = pobf_cose_parse(&claims, &claims_size, bytes, size);

    if (status == POBF_OK) {
        pobf_cbor_read_init(&reader, claims, claims_size);
        parse_claims(&reader, evidence);
        status = pobf_cbor_read_end(&reader);
    }
    if (status != POBF_OK) {
        clear(evidence);
    }
    return status;
}
