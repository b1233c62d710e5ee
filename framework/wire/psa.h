#ifndef POBF_FRAMEWORK_WIRE_PSA_H
#define POBF_FRAMEWORK_WIRE_PSA_H

#include "framework/core/status.h"
#include "framework/wire/claim_table.h"
#include "framework/wire/component.h"

/*
 * The claims of a PSA attestation token, which is COSE_Sign1 with its tag over them.   RFC 9783.
 *
 *   claim                profile 2   profile 1
 *   profile                    265      -75000   "http://arm.com/psa/2.0.0",
 *                                                "tag:psacertified.org,2023:psa#tfm";
 *                                                "PSA_IOT_PROFILE_1"
 *   client id                 2394      -75001   who asked: negative ones are not secure
 *   security life cycle       2395      -75002   0x30..: secured
 *   implementation id         2396      -75003   32 bytes
 *   boot seed                 2397      -75004   8 to 32 bytes
 *   certification             2398      -75005   text
 *   components                2399      -75006   see component.h
 *   nonce                       10      -75008   32, 48 or 64 bytes
 *   instance id                256      -75009   33 bytes, the first is 1
 *   verification service      2400      -75010   text
 *
 * A token that says it has no measurements (-75007) is refused: there is nothing to appraise.
 */
enum pobf_psa_profile { POBF_PSA_NONE, POBF_PSA_1, POBF_PSA_2 };

enum pobf_psa_claim {
    POBF_PSA_IMPLEMENTATION_ID,
    POBF_PSA_INSTANCE_ID,
    POBF_PSA_NONCE,
    POBF_PSA_COMPONENTS,
    POBF_PSA_BOOT_SEED, /* no bytes: left out, as are the next two */
    POBF_PSA_CERTIFICATION,
    POBF_PSA_SERVICE,
    POBF_PSA_CLIENT_ID, /* as it stands there; below as a number */
    POBF_PSA_CLAIMS
};

struct pobf_psa {
    enum pobf_psa_profile profile;
    int64_t client_id;
    uint64_t lifecycle;
    struct pobf_span claim[POBF_PSA_CLAIMS];
};

/*@
  predicate psa_in{L}(struct pobf_psa *p, integer size) =
    spans_in{L}(&p->claim[0], POBF_PSA_CLAIMS, size);

  predicate empty_psa{L}(struct pobf_psa *p) =
    \at(p->profile, L) == POBF_PSA_NONE && \at(p->client_id, L) == 0 &&
    \at(p->lifecycle, L) == 0 && empty_spans{L}(&p->claim[0], POBF_PSA_CLAIMS);
*/

/*
 * Parse what stands in a span; judges nothing. POBF_E_INPUT where they are not such claims, in
 * deterministic form but for the order of keys, with nothing left over; then *psa is all zeros.
 */
/*@
  requires psa:      \valid(psa);
  requires span:     \valid_read(span);
  requires bytes:    \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:     span->at + span->size <= 18446744073709551615;
  requires apart:    \separated(psa, span);
  requires alone:    \separated(psa, bytes + (0 .. span->at + span->size - 1));
  terminates         \true;
  exits              \false;
  assigns            *psa;
  ensures  code:     \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  inside:   psa_in(psa, \old(span->at + span->size));
  ensures  failure:  \result != POBF_OK ==> empty_psa(psa);
*/
POBF_MUST_CHECK
enum pobf_status pobf_psa_parse(struct pobf_psa *psa, const uint8_t *bytes,
                                const struct pobf_span *span);

#endif
