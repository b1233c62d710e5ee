#include "framework/crypto/merkle.h"

#include "framework/core/bytes.h"

/* Leaves and nodes are told apart by their first byte: a node cannot pass for an entry. */
static const uint8_t leaf_tag[1] = {0x00};
static const uint8_t node_tag[1] = {0x01};

enum pobf_status pobf_merkle_leaf(uint8_t leaf[POBF_MERKLE_BYTES], const uint8_t *entry,
                                  size_t size)
{
    const struct pobf_part parts[] = {{leaf_tag, sizeof leaf_tag}, {entry, size}};

    return pobf_digest_sha256(leaf, parts, 2);
}

enum pobf_status pobf_merkle_node(uint8_t node[POBF_MERKLE_BYTES],
                                  const uint8_t left[POBF_MERKLE_BYTES],
                                  const uint8_t right[POBF_MERKLE_BYTES])
{
    const struct pobf_part parts[] = {
        {node_tag, sizeof node_tag}, {left, POBF_MERKLE_BYTES}, {right, POBF_MERKLE_BYTES}};

    return pobf_digest_sha256(node, parts, 3);
}

/* Where a proof stands on its way up: nodes of one level, counted from the left. */
struct spine {
    uint64_t first; /* the leftmost node over the part */
    uint64_t last;  /* the rightmost node over the part */
    uint64_t tip;   /* the rightmost node of the whole tree */
};

/*@
  requires spine:   \valid(spine);
  terminates        \true;
  exits             \false;
  assigns           *spine;
  ensures  up:      spine->first == \old(spine->first) / 2 &&
                    spine->last == \old(spine->last) / 2 && spine->tip == \old(spine->tip) / 2;
*/
static void go_up(struct spine *spine)
{
    spine->first /= 2;
    spine->last /= 2;
    spine->tip /= 2;
}

/*
 * The part's last node is a right child, or the lone end of its level: what comes next in the
 * proof stands to its left. Skip the levels on which the lone end moves up without a sibling.
 */
/*@
  requires spine:   \valid(spine);
  terminates        \true;
  exits             \false;
  assigns           *spine;
  ensures  ordered: \old(spine->first <= spine->last <= spine->tip) ==>
                    spine->first <= spine->last <= spine->tip;
*/
static void skip_lone_ends(struct spine *spine)
{
    /*@
      loop invariant ordered: \at(spine->first <= spine->last <= spine->tip, Pre) ==>
                              spine->first <= spine->last <= spine->tip;
      loop assigns *spine;
      loop variant spine->last;
    */
    while (spine->last % 2 == 0 && spine->last != 0) {
        go_up(spine);
    }
}

/*
 * The part begins below: go up to the node that is the part's own, or that has a left sibling
 * inside the part.
 */
/*@
  requires spine:   \valid(spine);
  requires ordered: spine->first <= spine->last <= spine->tip;
  terminates        \true;
  exits             \false;
  assigns           *spine;
  ensures  ordered: spine->first <= spine->last <= spine->tip;
*/
static void go_to_part(struct spine *spine)
{
    const int at_the_end = spine->last == spine->tip;

    /*@
      loop invariant ordered: spine->first <= spine->last <= spine->tip;
      loop assigns *spine;
      loop variant spine->last;
    */
    while (spine->first != spine->last && (at_the_end || spine->last % 2 == 1)) {
        go_up(spine);
    }
}

/*
 * Hash the path's next hash into both roots: that of the part, where it stands inside it, and that
 * of the whole tree.
 */
/*@
  requires spine:   \valid(spine);
  requires part:    \valid(part + (0 .. POBF_MERKLE_BYTES - 1));
  requires whole:   \valid(whole + (0 .. POBF_MERKLE_BYTES - 1));
  requires next:    \valid_read(next + (0 .. POBF_MERKLE_BYTES - 1));
  requires apart:   \separated(spine, part + (0 .. POBF_MERKLE_BYTES - 1),
                               whole + (0 .. POBF_MERKLE_BYTES - 1),
                               next + (0 .. POBF_MERKLE_BYTES - 1));
  terminates        \true;
  exits             \false;
  assigns           *spine;
  assigns           part[0 .. POBF_MERKLE_BYTES - 1];
  assigns           whole[0 .. POBF_MERKLE_BYTES - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_AUTH || \result == POBF_E_SYSTEM;
*/
static enum pobf_status take(struct spine *spine, uint8_t part[POBF_MERKLE_BYTES],
                             uint8_t whole[POBF_MERKLE_BYTES],
                             const uint8_t next[POBF_MERKLE_BYTES])
{
    enum pobf_status status = POBF_OK;

    if (spine->tip == 0) {
        return POBF_E_AUTH; /* the root was reached before the path ended */
    }
    if (spine->last % 2 == 1 || spine->last == spine->tip) {
        if (spine->first < spine->last) {
            status = pobf_merkle_node(part, next, part);
        }
        if (status == POBF_OK) {
            status = pobf_merkle_node(whole, next, whole);
        }
        skip_lone_ends(spine);
    } else {
        status = pobf_merkle_node(whole, whole, next);
    }
    go_up(spine);
    return status;
}

/*@
  requires spine:   \valid(spine);
  requires part:    \valid(part + (0 .. POBF_MERKLE_BYTES - 1));
  requires whole:   \valid(whole + (0 .. POBF_MERKLE_BYTES - 1));
  requires path:    readable_path(path);
  requires apart:   \separated(spine, part + (0 .. POBF_MERKLE_BYTES - 1),
                               whole + (0 .. POBF_MERKLE_BYTES - 1),
                               path.hashes + (0 .. path.count * POBF_MERKLE_BYTES - 1));
  terminates        \true;
  exits             \false;
  assigns           *spine;
  assigns           part[0 .. POBF_MERKLE_BYTES - 1];
  assigns           whole[0 .. POBF_MERKLE_BYTES - 1];
  ensures  code:    \result == POBF_OK || \result == POBF_E_AUTH || \result == POBF_E_SYSTEM;
*/
static enum pobf_status climb(struct spine *spine, uint8_t part[POBF_MERKLE_BYTES],
                              uint8_t whole[POBF_MERKLE_BYTES], struct pobf_merkle_path path)
{
    enum pobf_status status = POBF_OK;

    /*@
      loop invariant bound: 0 <= i <= path.count;
      loop invariant code:  status == POBF_OK || status == POBF_E_AUTH || status == POBF_E_SYSTEM;
      loop assigns i, status, *spine, part[0 .. POBF_MERKLE_BYTES - 1],
                   whole[0 .. POBF_MERKLE_BYTES - 1];
      loop variant path.count - i;
    */
    for (size_t i = 0; i < path.count && status == POBF_OK; i++) {
        status = take(spine, part, whole, path.hashes + i * POBF_MERKLE_BYTES);
    }
    if (status == POBF_OK && spine->tip != 0) {
        return POBF_E_AUTH; /* the path ended before the root was reached */
    }
    return status;
}

enum pobf_status pobf_merkle_check_inclusion(const uint8_t leaf[POBF_MERKLE_BYTES], uint64_t index,
                                             uint64_t size, struct pobf_merkle_path path,
                                             const uint8_t root[POBF_MERKLE_BYTES])
{
    struct spine spine = {index, index, size - 1};
    uint8_t part[POBF_MERKLE_BYTES], whole[POBF_MERKLE_BYTES];
    enum pobf_status status;

    if (index >= size) {
        return POBF_E_AUTH;
    }
    pobf_bytes_copy(part, leaf, POBF_MERKLE_BYTES);
    pobf_bytes_copy(whole, leaf, POBF_MERKLE_BYTES);
    status = climb(&spine, part, whole, path);
    if (status != POBF_OK) {
        return status;
    }
    return pobf_bytes_equal(whole, root, POBF_MERKLE_BYTES) ? POBF_OK : POBF_E_AUTH;
}

enum pobf_status pobf_merkle_check_consistency(uint64_t start, uint64_t end, uint64_t size,
                                               const uint8_t part[POBF_MERKLE_BYTES],
                                               struct pobf_merkle_path path,
                                               const uint8_t root[POBF_MERKLE_BYTES])
{
    struct spine spine = {start, end - 1, size - 1};
    struct pobf_merkle_path rest = path;
    uint8_t seen[POBF_MERKLE_BYTES], whole[POBF_MERKLE_BYTES];
    const uint8_t *begin = part;
    enum pobf_status status;

    if (start >= end || end > size || (start != 0 && end - start > (start & (~start + 1)))) {
        return POBF_E_AUTH;
    }
    go_to_part(&spine);
    if (spine.first != spine.last) { /* the part is no single node: its last one comes first */
        if (path.count == 0) {
            return POBF_E_AUTH;
        }
        begin = path.hashes;
        rest.hashes += POBF_MERKLE_BYTES;
        rest.count -= 1;
    }
    pobf_bytes_copy(seen, begin, POBF_MERKLE_BYTES);
    pobf_bytes_copy(whole, begin, POBF_MERKLE_BYTES);
    status = climb(&spine, seen, whole, rest);
    if (status != POBF_OK) {
        return status;
    }
    return pobf_bytes_equal(seen, part, POBF_MERKLE_BYTES) &&
                   pobf_bytes_equal(whole, root, POBF_MERKLE_BYTES)
               ? POBF_OK
               : POBF_E_AUTH;
}
