#ifndef POBF_FRAMEWORK_CRYPTO_MERKLE_H
#define POBF_FRAMEWORK_CRYPTO_MERKLE_H

#include "framework/crypto/digest.h"

/*
 * The hash tree of a log.                                             RFC 9162, section 2.1.
 * A host keeps a receipt until its inclusion is proved, a verifier checks the same proof: both
 * call this.
 */
enum { POBF_MERKLE_BYTES = POBF_SHA256_BYTES, POBF_MERKLE_PATH_MAX = 64 };

/* The hashes of a proof: `count` of 32 bytes, one after another. */
struct pobf_merkle_path {
    const uint8_t *hashes;
    size_t count;
};

/*@
  predicate readable_path{L}(struct pobf_merkle_path path) =
    path.count <= POBF_MERKLE_PATH_MAX &&
    \valid_read{L}(path.hashes + (0 .. path.count * POBF_MERKLE_BYTES - 1));
*/

/*
 * The hash of an entry, and the hash of two neighbours; `node` may be one of them.
 * POBF_E_SYSTEM where libsodium fails; then the hash is all zeros.
 */
/*@
  requires leaf:    \valid(leaf + (0 .. POBF_MERKLE_BYTES - 1));
  requires entry:   \valid_read(entry + (0 .. size - 1));
  requires apart:   \separated(leaf + (0 .. POBF_MERKLE_BYTES - 1), entry + (0 .. size - 1));
  terminates        \true;
  exits             \false;
  assigns           leaf[0 .. POBF_MERKLE_BYTES - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure: \result != POBF_OK ==> zeroed(leaf, POBF_MERKLE_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_merkle_leaf(uint8_t leaf[POBF_MERKLE_BYTES], const uint8_t *entry,
                                  size_t size);

/*@
  requires node:    \valid(node + (0 .. POBF_MERKLE_BYTES - 1));
  requires left:    \valid_read(left + (0 .. POBF_MERKLE_BYTES - 1));
  requires right:   \valid_read(right + (0 .. POBF_MERKLE_BYTES - 1));
  terminates        \true;
  exits             \false;
  assigns           node[0 .. POBF_MERKLE_BYTES - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_SYSTEM;
  ensures  failure: \result != POBF_OK ==> zeroed(node, POBF_MERKLE_BYTES);
*/
POBF_MUST_CHECK
enum pobf_status pobf_merkle_node(uint8_t node[POBF_MERKLE_BYTES],
                                  const uint8_t left[POBF_MERKLE_BYTES],
                                  const uint8_t right[POBF_MERKLE_BYTES]);

/*
 * Is `leaf` entry `index` of the tree of `size` entries under `root`?          Section 2.1.3.2.
 * POBF_E_AUTH where the path does not say so, or is of another length than it must be.
 */
/*@
  requires leaf:    \valid_read(leaf + (0 .. POBF_MERKLE_BYTES - 1));
  requires root:    \valid_read(root + (0 .. POBF_MERKLE_BYTES - 1));
  requires path:    readable_path(path);
  terminates        \true;
  exits             \false;
  assigns           \nothing;
  ensures  code:    \result == POBF_OK || \result == POBF_E_AUTH || \result == POBF_E_SYSTEM;
  ensures  inside:  \result == POBF_OK ==> index < size;
*/
POBF_MUST_CHECK
enum pobf_status pobf_merkle_check_inclusion(const uint8_t leaf[POBF_MERKLE_BYTES], uint64_t index,
                                             uint64_t size, struct pobf_merkle_path path,
                                             const uint8_t root[POBF_MERKLE_BYTES]);

/*
 * Are the entries start .. end - 1 of the tree of `size` entries under `root` those under `part`?
 * With start 0: is the tree of `end` entries a beginning of the larger one?   Section 2.1.4.2.
 * A start that is not 0 must be a multiple of a power of two that is at least end - start.
 * POBF_E_AUTH where the path does not say so, or is of another length than it must be.
 */
/*@
  requires part:    \valid_read(part + (0 .. POBF_MERKLE_BYTES - 1));
  requires root:    \valid_read(root + (0 .. POBF_MERKLE_BYTES - 1));
  requires path:    readable_path(path);
  terminates        \true;
  exits             \false;
  assigns           \nothing;
  ensures  code:    \result == POBF_OK || \result == POBF_E_AUTH || \result == POBF_E_SYSTEM;
  ensures  inside:  \result == POBF_OK ==> start < end <= size;
*/
POBF_MUST_CHECK
enum pobf_status pobf_merkle_check_consistency(uint64_t start, uint64_t end, uint64_t size,
                                               const uint8_t part[POBF_MERKLE_BYTES],
                                               struct pobf_merkle_path path,
                                               const uint8_t root[POBF_MERKLE_BYTES]);

#endif
