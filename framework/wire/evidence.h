#ifndef POBF_FRAMEWORK_WIRE_EVIDENCE_H
#define POBF_FRAMEWORK_WIRE_EVIDENCE_H

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"
#include "framework/core/status.h"

/*
 * Evidence: an EAT (RFC 9711) in deterministic CBOR (RFC 8949, section 4.2.1), signed as
 * COSE_Sign1 (RFC 9052, tag 18) with EdDSA by the platform's key.
 *
 *   key      claim          type      meaning
 *     10     nonce          bstr 32   the verifier's nonce                        RFC 9711
 *    265     eat_profile    tstr      "tag:pobf,2026:evidence"                    RFC 9711
 *  -70001    platform       tstr      "sim" (the only one so far)
 *  -70002    backend        tstr      "process" or "kvm"
 *  -70003    boot id        bstr 16   drawn at every start of the monitor
 *  -70004    measurement    bstr 32   SHA-256 of the function's image
 *  -70005    monitor        bstr 32   SHA-256 of the monitor's program on this backend
 *  -70006    policy         bstr 32   SHA-256 of the limits in the image's manifest
 *  -70007    receipt key    bstr 32   Ed25519, signs receipts and one-time keys
 *  -70008    channel key    bstr 32   SHA-256 of the TLS key (SPKI), zeros on plain HTTP
 *  -70009    certificate    bstr 32   SHA-256 of the proof certificate, zeros where there is none
 *  -70010    report data    bstr 32   SHA-256 over nonce, receipt key, channel key, certificate
 */
enum { POBF_NONCE_BYTES = 32, POBF_BOOT_ID_BYTES = 16, POBF_TASK_ID_BYTES = 16 };
enum { POBF_DIGEST_BYTES = 32, POBF_PUBLIC_KEY_BYTES = 32, POBF_SIGNING_KEY_BYTES = 64 };
enum { POBF_EVIDENCE_ROOM = 768 };

enum pobf_platform { POBF_PLATFORM_NONE, POBF_PLATFORM_SIM };
enum pobf_backend { POBF_BACKEND_NONE, POBF_BACKEND_PROCESS, POBF_BACKEND_KVM };

struct pobf_evidence {
    enum pobf_platform platform;
    enum pobf_backend backend;
    uint8_t nonce[POBF_NONCE_BYTES];
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint8_t measurement[POBF_DIGEST_BYTES];
    uint8_t monitor[POBF_DIGEST_BYTES];
    uint8_t policy[POBF_DIGEST_BYTES];
    uint8_t receipt_key[POBF_PUBLIC_KEY_BYTES];
    uint8_t channel_key[POBF_DIGEST_BYTES];
    uint8_t certificate[POBF_DIGEST_BYTES];
    uint8_t report_data[POBF_DIGEST_BYTES];
};

/*@
  predicate is_backend(integer backend) =
    backend == POBF_BACKEND_PROCESS || backend == POBF_BACKEND_KVM;

  predicate empty_evidence{L}(struct pobf_evidence *e) =
    \at(e->platform, L) == POBF_PLATFORM_NONE && \at(e->backend, L) == POBF_BACKEND_NONE &&
    zeroed{L}(&e->nonce[0], POBF_NONCE_BYTES) &&
    zeroed{L}(&e->boot_id[0], POBF_BOOT_ID_BYTES) &&
    zeroed{L}(&e->measurement[0], POBF_DIGEST_BYTES) &&
    zeroed{L}(&e->monitor[0], POBF_DIGEST_BYTES) &&
    zeroed{L}(&e->policy[0], POBF_DIGEST_BYTES) &&
    zeroed{L}(&e->receipt_key[0], POBF_PUBLIC_KEY_BYTES) &&
    zeroed{L}(&e->channel_key[0], POBF_DIGEST_BYTES) &&
    zeroed{L}(&e->certificate[0], POBF_DIGEST_BYTES) &&
    zeroed{L}(&e->report_data[0], POBF_DIGEST_BYTES);
*/

/*
 * report_data = SHA-256("pobf evidence 1" || nonce || receipt key || channel key || certificate);
 * it may be evidence->report_data. POBF_E_SYSTEM, and all zeros, where libsodium fails.
 */
/*@
  requires report:   \valid(report_data + (0 .. POBF_DIGEST_BYTES - 1));
  requires evidence: \valid_read(evidence);
  terminates         \true;
  exits              \false;
  assigns            report_data[0 .. POBF_DIGEST_BYTES - 1];
  ensures  code:     \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure:  \result != POBF_OK ==> zeroed(report_data, POBF_DIGEST_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_evidence_bind(uint8_t report_data[POBF_DIGEST_BYTES],
                                    const struct pobf_evidence *evidence);

/*
 * Print and sign. POBF_E_INPUT where platform or backend is none, POBF_E_SPACE where `room` bytes
 * are too few, POBF_E_SYSTEM where libsodium fails; then `room` bytes at out are zero, *size is 0.
 */
/*@
  requires out:      \valid(out + (0 .. room - 1));
  requires size:     \valid(size);
  requires evidence: \valid_read(evidence);
  requires key:      \valid_read(signing_key + (0 .. POBF_SIGNING_KEY_BYTES - 1));
  requires apart:    \separated(out + (0 .. room - 1), size, evidence);
  requires alone:    \separated(out + (0 .. room - 1), size,
                                signing_key + (0 .. POBF_SIGNING_KEY_BYTES - 1));
  terminates         \true;
  exits              \false;
  assigns            out[0 .. room - 1], *size;
  ensures  success:  \result == POBF_OK ==> 0 < *size <= room;
  ensures  failure:  \result != POBF_OK ==> zeroed(out, room) && *size == 0;
*/
POBF_MUST_CHECK
enum pobf_status pobf_evidence_sign(uint8_t *out, size_t room, size_t *size,
                                    const struct pobf_evidence *evidence,
                                    const uint8_t signing_key[POBF_SIGNING_KEY_BYTES]);

/*
 * Parse; judges nothing: the signature is pobf_cose_verify's, report data pobf_evidence_bind's.
 * POBF_E_INPUT where it is not exactly this layout, in deterministic form, with nothing left over;
 * then *evidence is all zeros.
 */
/*@
  requires evidence: \valid(evidence);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(evidence, bytes + (0 .. size - 1));
  terminates         \true;
  exits              \false;
  assigns            *evidence;
  ensures  code:     \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  success:  \result == POBF_OK ==> evidence->platform == POBF_PLATFORM_SIM &&
                     is_backend(evidence->backend);
  ensures  failure:  \result != POBF_OK ==> empty_evidence(evidence);
*/
POBF_MUST_CHECK
enum pobf_status pobf_evidence_parse(struct pobf_evidence *evidence, const uint8_t *bytes,
                                     size_t size);

#endif
