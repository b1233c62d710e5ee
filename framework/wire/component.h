#ifndef POBF_FRAMEWORK_WIRE_COMPONENT_H
#define POBF_FRAMEWORK_WIRE_COMPONENT_H

#include "framework/wire/span.h"

/*
 * What a platform of Arm measured: an array of software components, each a map of
 * 1 type, 2 measurement, 4 version, 5 signer, 6 hash algorithm.            RFC 9783, section 4.4.1.
 */
enum { POBF_COMPONENTS_MAX = 32 };

struct pobf_component {
    struct pobf_span measurement; /* 32, 48 or 64 bytes: always there */
    struct pobf_span signer;      /* the same: the hash of its key    */
    struct pobf_span type;        /* texts; no bytes: left out        */
    struct pobf_span version;
    struct pobf_span algorithm;
};

/*@
  predicate component_in{L}(struct pobf_component *c, integer size) =
    span_in{L}(&c->measurement, size) && span_in{L}(&c->signer, size) &&
    span_in{L}(&c->type, size) && span_in{L}(&c->version, size) && span_in{L}(&c->algorithm, size);
*/

/* A component, by index: 1; 0 where there is none, or it is not such a map. */
/*@
  requires component:  \valid(component);
  requires components: \valid_read(components);
  requires bytes:      \valid_read(bytes + (0 .. components->at + components->size - 1));
  requires fits:       components->at + components->size <= 18446744073709551615;
  requires apart:      \separated(component, components);
  requires alone:  \separated(component, bytes + (0 .. components->at + components->size - 1));
  terminates           \true;
  exits                \false;
  assigns              *component;
  ensures  inside:     component_in(component, \old(components->at + components->size));
  ensures  range:      \result == 0 || \result == 1;
*/
int pobf_component_read(struct pobf_component *component, const uint8_t *bytes,
                        const struct pobf_span *components, size_t index);

/* How many there are; 0 where there are none, too many, or one that is not such a map. */
/*@
  requires components: \valid_read(components);
  requires bytes:      \valid_read(bytes + (0 .. components->at + components->size - 1));
  requires fits:       components->at + components->size <= 18446744073709551615;
  terminates           \true;
  exits                \false;
  assigns              \nothing;
  ensures  range:      \result <= POBF_COMPONENTS_MAX;
*/
size_t pobf_component_count(const uint8_t *bytes, const struct pobf_span *components);

/* Is this the size of a digest by SHA-256, SHA-384 or SHA-512? */
/*@
  terminates           \true;
  exits                \false;
  assigns              \nothing;
  ensures  yes:        \result != 0 <==> size == 32 || size == 48 || size == 64;
*/
int pobf_component_is_digest(size_t size);

#endif
