#ifndef POBF_FRAMEWORK_WIRE_RECEIPT_H
#define POBF_FRAMEWORK_WIRE_RECEIPT_H

#include "framework/wire/evidence.h"

/*
 * Receipt: what one invocation left, signed after the wipe and the comparison. COSE_Sign1
 * (RFC 9052, tag 18, EdDSA by the receipt key of the evidence) over deterministic CBOR.
 *
 *   key      claim              type      meaning
 *      6     iat                uint      seconds since 1970, the host's clock
 *    265     eat_profile        tstr      "tag:pobf,2026:receipt"
 *  -70101    boot id            bstr 16   as in the evidence
 *  -70102    sequence           uint      1 for the first receipt of a boot, then + 1
 *  -70103    previous           bstr 32   SHA-256 of the receipt before it, zeros for the first
 *  -70104    measurement        bstr 32   as in the evidence
 *  -70105    policy             bstr 32   as in the evidence
 *  -70106    task id            bstr 16
 *  -70107    input commitment   bstr 32   to the sealed input, salted; zeros where none was bound
 *  -70108    output commitment  bstr 32   to the sealed output, salted; zeros where there is none
 *  -70109    exit               uint      enum pobf_exit
 *  -70110    zone bytes         uint      all memory that the function can write
 *  -70111    restored bytes     uint      bytes brought back to the golden image, then compared
 *  -70112    golden             bstr 32   SHA-256 of the golden image
 *  -70113    mismatches         uint      0: a receipt is not signed otherwise
 *  -70114    registers cleared  bool      true: a receipt is not signed otherwise
 *  -70115    key destroyed      bool      true: a receipt is not signed otherwise
 *  -70116    time_us            uint      of the function, by the monitor's clock
 *  -70117    memory peak        uint      bytes of the budget that the zone may take
 *  -70118    steps              uint      fuel used, rounded up to four bits; 0: it is not counted
 *
 * The profile names the policy of the comparison, of which there is one: every restored byte, on
 * every call, whatever the size; none is sampled.
 */
#define POBF_EXITS(X)                                                                              \
    X(NONE, "no function ran")                                                                     \
    X(RETURNED, "returned")                                                                        \
    X(FAILED, "returned a failure of its own, its message is sealed in the answer")                \
    X(REFUSED, "the sealed input did not open, no function ran")                                   \
    X(TRAP, "trapped: an illegal instruction or an arithmetic fault")                              \
    X(MEMORY, "touched memory outside what the manifest gives it")                                 \
    X(DEADLINE, "ran past the deadline of the manifest")                                           \
    X(SYSTEM_CALL, "tried a system call")                                                          \
    X(OUTPUT, "returned more output than the manifest allows")                                     \
    X(KILLED, "its process was killed from outside")                                               \
    X(ABANDONED, "the task was given up before its input came")                                    \
    X(FUEL, "used up the fuel of the manifest, its message is sealed in the answer")

enum pobf_exit {
#define X(name, sentence) POBF_EXIT_##name,
    POBF_EXITS(X)
#undef X
        POBF_EXIT_COUNT
};

enum { POBF_RECEIPT_ROOM = 768 };

/*
 * mismatches, registers_cleared and key_destroyed say that forgetting happened: only the code that
 * wiped and compared may set them to 0, 1, 1, and no other values can be signed.
 */
struct pobf_receipt {
    uint64_t issued_at_s;
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint64_t sequence;
    uint8_t previous[POBF_DIGEST_BYTES];
    uint8_t measurement[POBF_DIGEST_BYTES];
    uint8_t policy[POBF_DIGEST_BYTES];
    uint8_t task_id[POBF_TASK_ID_BYTES];
    uint8_t input_commitment[POBF_DIGEST_BYTES];
    uint8_t output_commitment[POBF_DIGEST_BYTES];
    enum pobf_exit exit;
    uint64_t zone_bytes;
    uint64_t restored_bytes;
    uint8_t golden[POBF_DIGEST_BYTES];
    uint64_t mismatches;
    uint32_t registers_cleared; /* 0 or 1 */
    uint32_t key_destroyed;     /* 0 or 1 */
    uint64_t time_us;
    uint64_t memory_peak;
    uint64_t steps;
};

/*@
  // An end with an answer: a result, or a message.
  predicate answered(integer exit) =
    exit == POBF_EXIT_RETURNED || exit == POBF_EXIT_FAILED || exit == POBF_EXIT_FUEL;

  // What a receipt may be signed for: wiped, compared, nothing differed.
  predicate forgotten_receipt{L}(struct pobf_receipt *r) =
    \at(r->mismatches, L) == 0 && \at(r->registers_cleared, L) == 1 &&
    \at(r->key_destroyed, L) == 1;

  predicate no_numbers{L}(struct pobf_receipt *r) =
    \at(r->issued_at_s, L) == 0 && \at(r->sequence, L) == 0 &&
    \at(r->exit, L) == POBF_EXIT_NONE && \at(r->zone_bytes, L) == 0 &&
    \at(r->restored_bytes, L) == 0 && \at(r->mismatches, L) == 0 &&
    \at(r->registers_cleared, L) == 0 && \at(r->key_destroyed, L) == 0 &&
    \at(r->time_us, L) == 0 && \at(r->memory_peak, L) == 0 && \at(r->steps, L) == 0;

  predicate no_ids{L}(struct pobf_receipt *r) =
    zeroed{L}(&r->boot_id[0], POBF_BOOT_ID_BYTES) && zeroed{L}(&r->task_id[0], POBF_TASK_ID_BYTES);

  predicate no_image{L}(struct pobf_receipt *r) =
    zeroed{L}(&r->measurement[0], POBF_DIGEST_BYTES) && zeroed{L}(&r->golden[0], POBF_DIGEST_BYTES);

  predicate no_rest{L}(struct pobf_receipt *r) =
    zeroed{L}(&r->previous[0], POBF_DIGEST_BYTES) && zeroed{L}(&r->policy[0], POBF_DIGEST_BYTES);

  predicate no_commitments{L}(struct pobf_receipt *r) =
    zeroed{L}(&r->input_commitment[0], POBF_DIGEST_BYTES) &&
    zeroed{L}(&r->output_commitment[0], POBF_DIGEST_BYTES);

  predicate empty_receipt{L}(struct pobf_receipt *r) =
    no_numbers{L}(r) && no_ids{L}(r) && no_image{L}(r) && no_rest{L}(r) && no_commitments{L}(r);
*/

/*
 * Print and sign what was forgotten; a receipt of anything else is not a call that may be made.
 * POBF_E_INPUT where exit is not one of the list, POBF_E_SPACE where `room` bytes are too few,
 * POBF_E_SYSTEM where libsodium fails; then `room` bytes at out are zero and *size is 0.
 */
/*@
  requires out:     \valid(out + (0 .. room - 1));
  requires size:    \valid(size);
  requires receipt: \valid_read(receipt);
  requires done:    forgotten_receipt(receipt);
  requires key:     \valid_read(signing_key + (0 .. POBF_SIGNING_KEY_BYTES - 1));
  requires apart:   \separated(out + (0 .. room - 1), size, receipt);
  requires alone:   \separated(out + (0 .. room - 1), size,
                               signing_key + (0 .. POBF_SIGNING_KEY_BYTES - 1));
  terminates        \true;
  exits             \false;
  assigns           out[0 .. room - 1], *size;
  ensures  success: \result == POBF_OK ==> 0 < *size <= room;
  ensures  failure: \result != POBF_OK ==> zeroed(out, room) && *size == 0;
*/
POBF_MUST_CHECK
enum pobf_status pobf_receipt_sign(uint8_t *out, size_t room, size_t *size,
                                   const struct pobf_receipt *receipt,
                                   const uint8_t signing_key[POBF_SIGNING_KEY_BYTES]);

/*
 * Parse; judges nothing: the signature is pobf_cose_verify's, and a receipt that says it did not
 * forget parses. POBF_E_INPUT, and an all-zero *receipt, where it is not exactly this layout, in
 * deterministic form, with nothing left over.
 */
/*@
  requires receipt: \valid(receipt);
  requires bytes:   \valid_read(bytes + (0 .. size - 1));
  requires apart:   \separated(receipt, bytes + (0 .. size - 1));
  terminates        \true;
  exits             \false;
  assigns           *receipt;
  ensures  code:    \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  exits:   0 <= receipt->exit < POBF_EXIT_COUNT;
  ensures  bools:   receipt->registers_cleared <= 1 && receipt->key_destroyed <= 1;
  ensures  failure: \result != POBF_OK ==> empty_receipt(receipt);
*/
POBF_MUST_CHECK
enum pobf_status pobf_receipt_parse(struct pobf_receipt *receipt, const uint8_t *bytes,
                                    size_t size);

#endif
