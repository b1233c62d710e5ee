#ifndef POBF_VERIFIER_LAYOUT_CCA_H
#define POBF_VERIFIER_LAYOUT_CCA_H

#include "framework/core/status.h"
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

struct pobf_cca {
    struct pobf_span platform; /* the token: COSE_Sign1 */
    struct pobf_span realm;
};

struct pobf_cca_platform {
    struct pobf_span profile;
    struct pobf_span challenge;
    struct pobf_span implementation_id;
    struct pobf_span instance_id;
    struct pobf_span configuration;
    struct pobf_span hash;
    struct pobf_span components;
    struct pobf_span service; /* empty: left out */
    uint64_t lifecycle;
};

struct pobf_cca_realm {
    struct pobf_span profile; /* empty: left out */
    struct pobf_span challenge;
    struct pobf_span personalization;
    struct pobf_span measurement;
    struct pobf_span registers; /* the array: pobf_cca_register reads it */
    struct pobf_span hash;
    struct pobf_span key_hash;
    struct pobf_span key; /* RAK, as it is hashed */
    struct pobf_span x;   /* of the point, P-384 */
    struct pobf_span y;
};

/*@
  predicate cca_platform_in{L}(struct pobf_cca_platform *p, integer size) =
    span_in{L}(&p->profile, size) && span_in{L}(&p->challenge, size) &&
    span_in{L}(&p->implementation_id, size) && span_in{L}(&p->instance_id, size) &&
    span_in{L}(&p->configuration, size) && span_in{L}(&p->hash, size) &&
    span_in{L}(&p->components, size) && span_in{L}(&p->service, size);

  predicate cca_realm_in{L}(struct pobf_cca_realm *r, integer size) =
    span_in{L}(&r->profile, size) && span_in{L}(&r->challenge, size) &&
    span_in{L}(&r->personalization, size) && span_in{L}(&r->measurement, size) &&
    span_in{L}(&r->registers, size) && span_in{L}(&r->hash, size) &&
    span_in{L}(&r->key_hash, size) && span_in{L}(&r->key, size) && span_in{L}(&r->x, size) &&
    span_in{L}(&r->y, size);

  predicate empty_cca_platform{L}(struct pobf_cca_platform *p) =
    \at(p->lifecycle, L) == 0 && empty_span{L}(&p->profile) &&
    empty_span{L}(&p->challenge) &&
    empty_span{L}(&p->implementation_id) &&
    empty_span{L}(&p->instance_id) &&
    empty_span{L}(&p->configuration) &&
    empty_span{L}(&p->hash) &&
    empty_span{L}(&p->components) &&
    empty_span{L}(&p->service);

  predicate empty_cca_realm{L}(struct pobf_cca_realm *r) =
    empty_span{L}(&r->profile) &&
    empty_span{L}(&r->challenge) &&
    empty_span{L}(&r->personalization) &&
    empty_span{L}(&r->measurement) &&
    empty_span{L}(&r->registers) &&
    empty_span{L}(&r->hash) &&
    empty_span{L}(&r->key_hash) &&
    empty_span{L}(&r->key) &&
    empty_span{L}(&r->x) &&
    empty_span{L}(&r->y);
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
  ensures  inside:   span_in(&cca->platform, size) && span_in(&cca->realm, size);
  ensures  failure:  \result != POBF_OK ==>
                     empty_span(&cca->platform) && empty_span(&cca->realm);
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
  ensures  inside:   cca_platform_in(platform, \old(span->at + span->size));
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
  ensures  inside:   cca_realm_in(realm, \old(span->at + span->size));
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
