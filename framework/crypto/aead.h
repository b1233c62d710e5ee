#ifndef POBF_FRAMEWORK_CRYPTO_AEAD_H
#define POBF_FRAMEWORK_CRYPTO_AEAD_H

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"
#include "contracts/verdicts.acsl"
#include "framework/core/status.h"

enum { POBF_AEAD_KEY_BYTES = 32, POBF_AEAD_NONCE_BYTES = 12, POBF_AEAD_TAG_BYTES = 16 };

/* The longest text: the block counter has 32 bits.                   RFC 8439, section 2.8. */
#define POBF_AEAD_TEXT_MAX ((size_t)274877906880) /* 64 * (2^32 - 1) */

/*
 * A key that works once: one seal or one open, then it is gone.  RFC 8439, section 2.8.
 * `uses` is 1 in a live key and 0 in a spent one; a spent key is all zeros.
 */
struct pobf_aead {
    uint8_t key[POBF_AEAD_KEY_BYTES];
    uint8_t nonce[POBF_AEAD_NONCE_BYTES];
    uint32_t uses;
};

/*@
  // Nothing of the key is left.
  predicate spent_aead{L}(struct pobf_aead *aead) =
    zeroed{L}(&aead->key[0], POBF_AEAD_KEY_BYTES) &&
    zeroed{L}(&aead->nonce[0], POBF_AEAD_NONCE_BYTES) && \at(aead->uses, L) == 0;
*/

/* Forget the key, used or not. */
/*@
  requires aead:   \valid(aead);
  terminates       \true;
  exits            \false;
  assigns          *aead;
  ensures  spent:  spent_aead(aead);
*/
void pobf_aead_clear(struct pobf_aead *aead);

/*
 * Seal in place, and spend the key.
 *
 *   text  size + 16 bytes: `size` bytes of clear text in, cipher text and tag out
 *
 * POBF_E_KEY where the key is spent, POBF_E_SPACE where the text is longer than
 * POBF_AEAD_TEXT_MAX, POBF_E_SYSTEM where libsodium fails. On any failure text is all zeros.
 */
/*@
  requires aead:    \valid(aead);
  requires text:    \valid(text + (0 .. size + POBF_AEAD_TAG_BYTES - 1));
  requires aad:     \valid_read(aad + (0 .. aad_size - 1));
  requires apart:   \separated(text + (0 .. size + POBF_AEAD_TAG_BYTES - 1), aead);
  requires alone:   \separated(text + (0 .. size + POBF_AEAD_TAG_BYTES - 1),
                               aad + (0 .. aad_size - 1));
  terminates        \true;
  exits             \false;
  assigns           *aead, text[0 .. size + POBF_AEAD_TAG_BYTES - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_KEY || \result == POBF_E_SPACE ||
                    \result == POBF_E_SYSTEM;
  ensures  once:    \old(aead->uses) != 1 ==> \result == POBF_E_KEY;
  ensures  spent:   spent_aead(aead);
  ensures  sealed:  \result == POBF_OK ==> all_enciphered(text, size + POBF_AEAD_TAG_BYTES);
  ensures  failure: \result != POBF_OK ==> zeroed(text, size + POBF_AEAD_TAG_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_aead_seal(struct pobf_aead *aead, uint8_t *text, size_t size,
                                const uint8_t *aad, size_t aad_size);

/*
 * Open in place, and spend the key, also when it fails.
 *
 *   text         sealed_size bytes of cipher text and tag in; clear text and 16 zeros out
 *
 * POBF_E_KEY where the key is spent, POBF_E_INPUT where there is no room for a tag,
 * POBF_E_SPACE where the text is longer than POBF_AEAD_TEXT_MAX, POBF_E_AUTH where the tag does
 * not verify. On any failure text is all zeros. The clear text is sealed_size - 16 bytes.
 */
/*@
  requires aead:    \valid(aead);
  requires text:    \valid(text + (0 .. sealed_size - 1));
  requires aad:     \valid_read(aad + (0 .. aad_size - 1));
  requires apart:   \separated(text + (0 .. sealed_size - 1), aead);
  requires alone:   \separated(text + (0 .. sealed_size - 1), aad + (0 .. aad_size - 1));
  terminates        \true;
  exits             \false;
  assigns           *aead, text[0 .. sealed_size - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_KEY || \result == POBF_E_INPUT ||
                    \result == POBF_E_SPACE || \result == POBF_E_AUTH;
  ensures  once:    \old(aead->uses) != 1 ==> \result == POBF_E_KEY;
  ensures  spent:   spent_aead(aead);
  ensures  verdict: \result == POBF_OK ==>
                      chacha20poly1305_opens{Pre}(text, sealed_size, aad, aad_size,
                                                  &aead->nonce[0], &aead->key[0]);
  ensures  tag:     \result == POBF_OK ==> sealed_size >= POBF_AEAD_TAG_BYTES &&
                    zeroed(text + (sealed_size - POBF_AEAD_TAG_BYTES), POBF_AEAD_TAG_BYTES);
  ensures  failure: \result != POBF_OK ==> zeroed(text, sealed_size);
*/
POBF_MUST_CHECK
enum pobf_status pobf_aead_open(struct pobf_aead *aead, uint8_t *text, size_t sealed_size,
                                const uint8_t *aad, size_t aad_size);

#endif
