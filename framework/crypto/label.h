#ifndef POBF_FRAMEWORK_CRYPTO_LABEL_H
#define POBF_FRAMEWORK_CRYPTO_LABEL_H

#include "framework/crypto/hkdf.h"

/*
 * HKDF as HPKE uses it: with a version, a suite and a label, so that no two of its keys can be
 * confused.                                                            RFC 9180, section 4.
 */

/* A part that is an array. */
#define POBF_PART(array) ((struct pobf_part){(array), sizeof(array)})

/*
 * LabeledExtract. POBF_E_SYSTEM where libsodium fails; then prk is all zeros.
 */
/*@
  requires prk:     \valid(prk + (0 .. POBF_HKDF_BYTES - 1));
  requires suite:   \valid_read(suite.bytes + (0 .. suite.size - 1));
  requires salt:    \valid_read(salt.bytes + (0 .. salt.size - 1));
  requires label:   \valid_read(label.bytes + (0 .. label.size - 1));
  requires ikm:     \valid_read(ikm.bytes + (0 .. ikm.size - 1));
  terminates        \true;
  exits             \false;
  assigns           prk[0 .. POBF_HKDF_BYTES - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure: \result != POBF_OK ==> zeroed(prk, POBF_HKDF_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_label_extract(uint8_t prk[POBF_HKDF_BYTES], struct pobf_part suite,
                                    struct pobf_part salt, struct pobf_part label,
                                    struct pobf_part ikm);

/*
 * LabeledExpand.
 *
 *   key   size bytes, at most 32
 *
 * POBF_E_SYSTEM where libsodium fails; then key is all zeros.
 */
/*@
  requires size:    size <= POBF_HKDF_BYTES;
  requires key:     \valid(key + (0 .. size - 1));
  requires suite:   \valid_read(suite.bytes + (0 .. suite.size - 1));
  requires prk:     \valid_read(prk + (0 .. POBF_HKDF_BYTES - 1));
  requires label:   \valid_read(label.bytes + (0 .. label.size - 1));
  requires info:    \valid_read(info.bytes + (0 .. info.size - 1));
  terminates        \true;
  exits             \false;
  assigns           key[0 .. size - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure: \result != POBF_OK ==> zeroed(key, size);
*/
POBF_MUST_CHECK
enum pobf_status pobf_label_expand(uint8_t *key, size_t size, struct pobf_part suite,
                                   const uint8_t prk[POBF_HKDF_BYTES], struct pobf_part label,
                                   struct pobf_part info);

#endif
