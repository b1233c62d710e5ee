#ifndef POBF_FRAMEWORK_WIRE_CCA_H
#define POBF_FRAMEWORK_WIRE_CCA_H

#include "framework/core/status.h"
#include "framework/wire/claim_table.h"
#include "framework/wire/component.h"

/*
 * The attestation token of Arm CCA: tag 399 over {44234: platform token, 44241: realm token}, both
 * COSE_Sign1 with its tag. The platform's key (CPAK) signs for the platform, whose challenge is the
 * hash of the realm's key (RAK); the RAK signs for the realm.   draft-ffm-rats-cca-token.
 *
 *   claim of the platform          claim of the realm
 *      10  challenge  32, 48, 64      10     challenge            64 bytes
 *     256  instance id        33      44235  personalization      64
 *     265  profile          text      44236  hash algorithm       text
 *    2395  life cycle     number      44237  RAK                  97 (a point), or a COSE_Key
 *    2396  implementation id  32      44238  initial measurement  32, 48, 64
 *    2399  components               44239  extensible ones      four of 32, 48, 64
 *    2400  service          text      44240  hash of the RAK      text
 *    2401  configuration   bytes      265    profile              text, left out by older ones
 *    2402  hash algorithm   text
 */
enum { POBF_CCA_REGISTERS = 4, POBF_CCA_NUMBER_BYTES = 48, POBF_CCA_CONFIGURATION_MAX = 512 };

enum pobf_cca_token { POBF_CCA_PLATFORM, POBF_CCA_REALM, POBF_CCA_TOKENS };

struct pobf_cca {
    struct pobf_span token[POBF_CCA_TOKENS]; /* each COSE_Sign1 */
};

enum pobf_cca_platform_claim {
    POBF_CCA_PROFILE,
    POBF_CCA_CHALLENGE,
    POBF_CCA_IMPLEMENTATION_ID,
    POBF_CCA_INSTANCE_ID,
    POBF_CCA_CONFIGURATION,
    POBF_CCA_HASH,
    POBF_CCA_COMPONENTS,
    POBF_CCA_SERVICE, /* no bytes: left out */
    POBF_CCA_PLATFORM_CLAIMS
};

struct pobf_cca_platform {
    struct pobf_span claim[POBF_CCA_PLATFORM_CLAIMS];
    uint64_t lifecycle;
};

enum pobf_cca_realm_claim {
    POBF_CCA_REALM_PROFILE, /* no bytes: left out */
    POBF_CCA_REALM_CHALLENGE,
    POBF_CCA_REALM_PERSONALIZATION,
    POBF_CCA_REALM_MEASUREMENT,
    POBF_CCA_REALM_REGISTERS, /* the array: pobf_cca_register reads it */
    POBF_CCA_REALM_HASH,
    POBF_CCA_REALM_KEY_HASH,
    POBF_CCA_REALM_KEY, /* RAK, as it is hashed */
    POBF_CCA_REALM_CLAIMS
};

enum pobf_cca_coordinate { POBF_CCA_X, POBF_CCA_Y, POBF_CCA_COORDINATES };

struct pobf_cca_realm {
    struct pobf_span claim[POBF_CCA_REALM_CLAIMS];
    struct pobf_span point[POBF_CCA_COORDINATES]; /* that the key is, of P-384 */
};

/*@
  predicate empty_cca_platform{L}(struct pobf_cca_platform *p) =
    \at(p->lifecycle, L) == 0 && empty_spans{L}(&p->claim[0], POBF_CCA_PLATFORM_CLAIMS);

  predicate empty_cca_realm{L}(struct pobf_cca_realm *r) =
    empty_spans{L}(&r->claim[0], POBF_CCA_REALM_CLAIMS) &&
    empty_spans{L}(&r->point[0], POBF_CCA_COORDINATES);
*/

/* Find the two tokens. POBF_E_INPUT where it is not exactly this; then both are empty. */
/*@
  requires cca:      \valid(cca);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(cca, bytes + (0 .. size - 1));
  terminates         \true;
  exits              \false;
  assigns            *cca;
  ensures  code:     \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  inside:   spans_in(&cca->token[0], POBF_CCA_TOKENS, size);
  ensures  failure:  \result != POBF_OK ==> empty_spans(&cca->token[0], POBF_CCA_TOKENS);
*/
POBF_MUST_CHECK
enum pobf_status pobf_cca_parse(struct pobf_cca *cca, const uint8_t *bytes, size_t size);

/* Parse the claims in a span; judges nothing. POBF_E_INPUT where they are not such claims. */
/*@
  requires platform: \valid(platform);
  requires span:     \valid_read(span);
  requires bytes:    \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:     span->at + span->size <= 18446744073709551615;
  requires apart:    \separated(platform, span);
  requires alone:    \separated(platform, bytes + (0 .. span->at + span->size - 1));
  terminates         \true;
  exits              \false;
  assigns            *platform;
  ensures  code:     \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  inside:   spans_in(&platform->claim[0], POBF_CCA_PLATFORM_CLAIMS,
                              \old(span->at + span->size));
  ensures  failure:  \result != POBF_OK ==> empty_cca_platform(platform);
*/
POBF_MUST_CHECK
enum pobf_status pobf_cca_platform_parse(struct pobf_cca_platform *platform, const uint8_t *bytes,
                                         const struct pobf_span *span);

/*@
  requires realm:    \valid(realm);
  requires span:     \valid_read(span);
  requires bytes:    \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:     span->at + span->size <= 18446744073709551615;
  requires apart:    \separated(realm, span);
  requires alone:    \separated(realm, bytes + (0 .. span->at + span->size - 1));
  terminates         \true;
  exits              \false;
  assigns            *realm;
  ensures  code:     \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  inside:   spans_in(&realm->claim[0], POBF_CCA_REALM_CLAIMS,
                              \old(span->at + span->size));
  ensures  inside:   spans_in(&realm->point[0], POBF_CCA_COORDINATES,
                              \old(span->at + span->size));
  ensures  failure:  \result != POBF_OK ==> empty_cca_realm(realm);
*/
POBF_MUST_CHECK
enum pobf_status pobf_cca_realm_parse(struct pobf_cca_realm *realm, const uint8_t *bytes,
                                      const struct pobf_span *span);

/* An extensible measurement, by index: 1; 0, and an empty span, where it is none. */
/*@
  requires span:      \valid(span);
  requires registers: \valid_read(registers);
  requires bytes:     \valid_read(bytes + (0 .. registers->at + registers->size - 1));
  requires fits:      registers->at + registers->size <= 18446744073709551615;
  requires apart:     \separated(span, registers);
  requires alone:     \separated(span, bytes + (0 .. registers->at + registers->size - 1));
  terminates          \true;
  exits               \false;
  assigns             *span;
  ensures  inside:    span_in(span, \old(registers->at + registers->size));
*/
int pobf_cca_register(struct pobf_span *span, const uint8_t *bytes,
                      const struct pobf_span *registers, size_t index);

#endif
