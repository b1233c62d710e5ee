#ifndef POBF_VERIFIER_LOG_COSE_RECEIPT_H
#define POBF_VERIFIER_LOG_COSE_RECEIPT_H

#include "edge/tlog/note.h"
#include "verifier/key/key.h"
#include "verifier/log/tree.h"

/*
 * A proof of the log as others read it: a COSE Receipt of vds 1, RFC9162_SHA256.     RFC 9942.
 *
 *   18([ << {1: algorithm, 4: key id, 15: {1: issuer}, 395: 1} >>,
 *        {396: {-1: [<< [size, index, [hash, ..]] >>]}},          inclusion
 *        {396: {-2: [<< [old size, size, [hash, ..]] >>]}},       or consistency
 *        null, signature ])
 *
 * What is signed is the tree's root, which is not in it: it follows from the entry and the path. So a
 * receipt shows that an entry is in the log, and not where: size and index are not signed. Ours are by
 * the log's key, with the id and the name of its vkey. Of one entry there is no path, and no receipt.
 */
enum cose_receipt_kind { COSE_RECEIPT_NONE, COSE_RECEIPT_INCLUSION, COSE_RECEIPT_CONSISTENCY };

struct cose_receipt {
    enum cose_receipt_kind kind;
    int32_t algorithm; /* -7 ES256, -8 EdDSA */
    uint64_t size;
    uint64_t place; /* the index, or the old size */
    struct proof proof;
    const uint8_t *key_id, *issuer, *header, *signature; /* these point into the parsed bytes */
    size_t key_id_size, issuer_size, header_size; /* the issuer is text; NULL: there is none */
};

enum { COSE_RECEIPT_ROOM = 4096 };

/* 1 where the bytes begin as a COSE_Sign1 does. */
int cose_receipt_is(const uint8_t *bytes, size_t size);

/*
 * Sign that the entry at `index` is in the tree of this root. POBF_E_MISSING where the tree has one
 * entry; POBF_E_KEY where the key is not a private Ed25519 key. On failure *size is 0.
 */
POBF_MUST_CHECK enum pobf_status cose_receipt_sign(uint8_t bytes[COSE_RECEIPT_ROOM], size_t *size,
                                                   const struct key *key,
                                                   const struct note_key *log,
                                                   const struct checkpoint *checkpoint,
                                                   uint64_t index, const struct proof *proof);

/*
 * Sign that the tree of this root begins with the tree of `old_size` entries. POBF_E_MISSING where
 * there is no path: nothing was added.
 */
POBF_MUST_CHECK enum pobf_status
cose_receipt_sign_growth(uint8_t bytes[COSE_RECEIPT_ROOM], size_t *size, const struct key *key,
                         const struct note_key *log, const struct checkpoint *checkpoint,
                         uint64_t old_size, const struct proof *proof);

/* POBF_E_INPUT, and all zeros, where it is not exactly of this form; judges nothing. */
POBF_MUST_CHECK enum pobf_status cose_receipt_parse(struct cose_receipt *receipt,
                                                    const uint8_t *bytes, size_t size);

/*
 * POBF_OK where the log's key has signed a tree that holds this entry. POBF_E_KEY: it
 * names another key or log; POBF_E_INPUT: it is no proof of inclusion, or its path does not fit its
 * place; POBF_E_AUTH: the signature is not on the root that entry and path lead to.
 */
POBF_MUST_CHECK enum pobf_status cose_receipt_verify(const struct cose_receipt *receipt,
                                                     const struct note_key *log,
                                                     const uint8_t *entry, size_t entry_size);

/*
 * The same: POBF_OK where the log's key has signed a tree that begins with that of the old
 * checkpoint, which somebody has verified. POBF_E_INPUT: it is no proof of consistency, or not from
 * that checkpoint on.
 */
POBF_MUST_CHECK enum pobf_status cose_receipt_verify_growth(const struct cose_receipt *receipt,
                                                            const struct note_key *log,
                                                            const struct checkpoint *old);

#endif
