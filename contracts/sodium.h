#ifndef POBF_CONTRACTS_SODIUM_H
#define POBF_CONTRACTS_SODIUM_H

/*
 * What we assume of libsodium 1.0.18: nothing in this file is proved. The prototypes repeat
 * libsodium's own, so that the compiler and Frama-C both refuse them when they differ. Where
 * the manual says "always 0" we assume less: callers must cope with -1 too, and tests make it
 * happen. A program calls sodium_init() first: without it all works, but on slow portable code.
 * Each contract names its source; proofs/SOUNDNESS.md lists them all.
 */

#include <sodium.h>

#include <stddef.h>
#include <stdint.h>

#include "contracts/forgotten.acsl"
#include "contracts/verdicts.acsl"

/* Source: doc.libsodium.org "Generating random data": fills the buffer, never fails, may abort. */
/*@
  requires memory: \valid(buf + (0 .. buf_len - 1));
  terminates       \true;
  exits            \false;
  assigns          buf[0 .. buf_len - 1] \from \nothing;
  ensures  drawn:  all_drawn(buf, buf_len);
*/
void randombytes(unsigned char *const buf, const unsigned long long buf_len);

/* Source: RFC 7748; doc "Point*scalar multiplication": -1 where the product is all zero. */
/*@
  requires q:      \valid(q + (0 .. 31));
  requires n:      \valid_read(n + (0 .. 31));
  requires p:      \valid_read(p + (0 .. 31));
  requires apart:  \separated(q + (0 .. 31), n + (0 .. 31));
  requires alone:  \separated(q + (0 .. 31), p + (0 .. 31));
  terminates       \true;
  exits            \false;
  assigns          q[0 .. 31] \from n[0 .. 31], p[0 .. 31];
  assigns          \result \from n[0 .. 31], p[0 .. 31];
  ensures  code:   \result == 0 || \result == -1;
*/
int crypto_scalarmult_curve25519(unsigned char *q, const unsigned char *n, const unsigned char *p);

/* Source: RFC 7748; doc "Point*scalar multiplication". */
/*@
  requires q:      \valid(q + (0 .. 31));
  requires n:      \valid_read(n + (0 .. 31));
  requires apart:  \separated(q + (0 .. 31), n + (0 .. 31));
  terminates       \true;
  exits            \false;
  assigns          q[0 .. 31] \from n[0 .. 31];
  assigns          \result \from n[0 .. 31];
  ensures  code:   \result == 0 || \result == -1;
*/
int crypto_scalarmult_curve25519_base(unsigned char *q, const unsigned char *n);

/* Source: RFC 2104; doc "HMAC-SHA-2", multi-part: 0. */
/*@
  requires state:  \valid(state);
  requires key:    \valid_read(key + (0 .. keylen - 1));
  requires apart:  \separated(state, key + (0 .. keylen - 1));
  terminates       \true;
  exits            \false;
  assigns          *state \from key[0 .. keylen - 1];
  assigns          \result \from \nothing;
  ensures  code:   \result == 0 || \result == -1;
*/
int crypto_auth_hmacsha256_init(crypto_auth_hmacsha256_state *state, const unsigned char *key,
                                size_t keylen);

/*@
  requires state:  \valid(state);
  requires in:     inlen == 0 || \valid_read(in + (0 .. inlen - 1));
  requires apart:  \separated(state, in + (0 .. inlen - 1));
  terminates       \true;
  exits            \false;
  assigns          *state \from *state, in[0 .. inlen - 1];
  assigns          \result \from \nothing;
  ensures  code:   \result == 0 || \result == -1;
*/
int crypto_auth_hmacsha256_update(crypto_auth_hmacsha256_state *state, const unsigned char *in,
                                  unsigned long long inlen);

/* Source: libsodium 1.0.18 hash_sha256_cp.c: final wipes both inner states before it returns. */
/*@
  requires state:  \valid(state);
  requires out:    \valid(out + (0 .. 31));
  requires apart:  \separated(state, out + (0 .. 31));
  terminates       \true;
  exits            \false;
  assigns          out[0 .. 31] \from *state;
  assigns          *state \from \nothing;
  assigns          \result \from \nothing;
  ensures  code:   \result == 0 || \result == -1;
*/
int crypto_auth_hmacsha256_final(crypto_auth_hmacsha256_state *state, unsigned char *out);

/* Source: FIPS 180-4; doc "SHA-2", multi-part: 0. */
/*@
  requires state:  \valid(state);
  terminates       \true;
  exits            \false;
  assigns          *state \from \nothing;
  assigns          \result \from \nothing;
  ensures  code:   \result == 0 || \result == -1;
*/
int crypto_hash_sha256_init(crypto_hash_sha256_state *state);

/*@
  requires state:  \valid(state);
  requires in:     inlen == 0 || \valid_read(in + (0 .. inlen - 1));
  requires apart:  \separated(state, in + (0 .. inlen - 1));
  terminates       \true;
  exits            \false;
  assigns          *state \from *state, in[0 .. inlen - 1];
  assigns          \result \from \nothing;
  ensures  code:   \result == 0 || \result == -1;
*/
int crypto_hash_sha256_update(crypto_hash_sha256_state *state, const unsigned char *in,
                              unsigned long long inlen);

/* Source: libsodium 1.0.18 hash_sha256_cp.c: final wipes the state before it returns. */
/*@
  requires state:  \valid(state);
  requires out:    \valid(out + (0 .. 31));
  requires apart:  \separated(state, out + (0 .. 31));
  terminates       \true;
  exits            \false;
  assigns          out[0 .. 31] \from *state;
  assigns          *state \from \nothing;
  assigns          \result \from \nothing;
  ensures  code:   \result == 0 || \result == -1;
*/
int crypto_hash_sha256_final(crypto_hash_sha256_state *state, unsigned char *out);

/* Source: RFC 7693, section 2.9 (keyed); doc "Generic hashing": 0 for these sizes. */
/*@
  requires sizes:  outlen == 32 && keylen == 32;
  requires out:    \valid(out + (0 .. outlen - 1));
  requires in:     inlen == 0 || \valid_read(in + (0 .. inlen - 1));
  requires key:    \valid_read(key + (0 .. keylen - 1));
  requires apart:  \separated(out + (0 .. outlen - 1), in + (0 .. inlen - 1));
  requires alone:  \separated(out + (0 .. outlen - 1), key + (0 .. keylen - 1));
  terminates       \true;
  exits            \false;
  assigns          out[0 .. outlen - 1] \from in[0 .. inlen - 1], key[0 .. keylen - 1];
  assigns          \result \from \nothing;
  ensures  code:   \result == 0 || \result == -1;
*/
int crypto_generichash_blake2b(unsigned char *out, size_t outlen, const unsigned char *in,
                               unsigned long long inlen, const unsigned char *key, size_t keylen);

/*
 * Source: RFC 8439; doc "ChaCha20-Poly1305 IETF", combined mode, in place (c == m) allowed.
 * Writes the cipher text and its tag. Result 0; aborts where mlen is over 64 * (2^32 - 1).
 */
/*@
  requires length: mlen <= 274877906880;
  requires text:   c == m && \valid(c + (0 .. mlen + 15));
  requires aad:    adlen == 0 || \valid_read(ad + (0 .. adlen - 1));
  requires nonce:  \valid_read(npub + (0 .. 11));
  requires key:    \valid_read(k + (0 .. 31));
  requires unused: nsec == \null && clen_p == \null;
  requires apart:  \separated(c + (0 .. mlen + 15), ad + (0 .. adlen - 1));
  requires alone:  \separated(c + (0 .. mlen + 15), npub + (0 .. 11));
  requires secret: \separated(c + (0 .. mlen + 15), k + (0 .. 31));
  terminates       \true;
  exits            \false;
  assigns          c[0 .. mlen + 15]
                     \from m[0 .. mlen - 1], ad[0 .. adlen - 1], npub[0 .. 11], k[0 .. 31];
  assigns          \result \from \nothing;
  ensures  code:   \result == 0 || \result == -1;
  ensures  sealed: \result == 0 ==> all_enciphered(c, mlen + 16);
*/
int crypto_aead_chacha20poly1305_ietf_encrypt(unsigned char *c, unsigned long long *clen_p,
                                              const unsigned char *m, unsigned long long mlen,
                                              const unsigned char *ad, unsigned long long adlen,
                                              const unsigned char *nsec, const unsigned char *npub,
                                              const unsigned char *k);

/*
 * Source: RFC 8439; doc "ChaCha20-Poly1305 IETF", combined mode, in place (m == c) allowed.
 * -1 where the tag does not verify; then the content of m is unspecified. The same limit.
 */
/*@
  requires length: 16 <= clen <= 274877906880 + 16;
  requires text:   m == c && \valid(m + (0 .. clen - 1));
  requires aad:    adlen == 0 || \valid_read(ad + (0 .. adlen - 1));
  requires nonce:  \valid_read(npub + (0 .. 11));
  requires key:    \valid_read(k + (0 .. 31));
  requires unused: nsec == \null && mlen_p == \null;
  requires apart:  \separated(m + (0 .. clen - 1), ad + (0 .. adlen - 1));
  requires alone:  \separated(m + (0 .. clen - 1), npub + (0 .. 11));
  requires secret: \separated(m + (0 .. clen - 1), k + (0 .. 31));
  terminates       \true;
  exits            \false;
  assigns          m[0 .. clen - 17]
                     \from c[0 .. clen - 1], ad[0 .. adlen - 1], npub[0 .. 11], k[0 .. 31];
  assigns          \result \from c[0 .. clen - 1], ad[0 .. adlen - 1], npub[0 .. 11], k[0 .. 31];
  ensures  code:   \result == 0 || \result == -1;
  ensures  judge:  \result == 0 <==> chacha20poly1305_opens{Pre}(c, clen, ad, adlen, npub, k);
*/
int crypto_aead_chacha20poly1305_ietf_decrypt(unsigned char *m, unsigned long long *mlen_p,
                                              unsigned char *nsec, const unsigned char *c,
                                              unsigned long long clen, const unsigned char *ad,
                                              unsigned long long adlen, const unsigned char *npub,
                                              const unsigned char *k);

/* Source: RFC 8032; doc "Public-key signatures": 0. sk is seed then public key. */
/*@
  requires sig:    \valid(sig + (0 .. 63));
  requires m:      mlen == 0 || \valid_read(m + (0 .. mlen - 1));
  requires sk:     \valid_read(sk + (0 .. 63));
  requires unused: siglen_p == \null;
  requires apart:  \separated(sig + (0 .. 63), m + (0 .. mlen - 1));
  requires alone:  \separated(sig + (0 .. 63), sk + (0 .. 63));
  terminates       \true;
  exits            \false;
  assigns          sig[0 .. 63] \from m[0 .. mlen - 1], sk[0 .. 63];
  assigns          \result \from \nothing;
  ensures  code:   \result == 0 || \result == -1;
*/
int crypto_sign_ed25519_detached(unsigned char *sig, unsigned long long *siglen_p,
                                 const unsigned char *m, unsigned long long mlen,
                                 const unsigned char *sk);

/*
 * Source: RFC 8032; doc "Public-key signatures": 0 valid, -1 not (small-order keys, S >= L too).
 * \empty, not \nothing: Frama-C then knows that the clause is of this file.
 */
/*@
  requires sig:    \valid_read(sig + (0 .. 63));
  requires m:      mlen == 0 || \valid_read(m + (0 .. mlen - 1));
  requires pk:     \valid_read(pk + (0 .. 31));
  terminates       \true;
  exits            \false;
  assigns          \empty;
  ensures  code:   \result == 0 || \result == -1;
  ensures  judge:  \result == 0 <==> ed25519_verifies(sig, m, mlen, pk);
*/
int crypto_sign_ed25519_verify_detached(const unsigned char *sig, const unsigned char *m,
                                        unsigned long long mlen, const unsigned char *pk);

/* Source: RFC 8032; doc "Public-key signatures": the key pair of a 32-byte seed. Result 0. */
/*@
  requires pk:     \valid(pk + (0 .. 31));
  requires sk:     \valid(sk + (0 .. 63));
  requires seed:   \valid_read(seed + (0 .. 31));
  requires apart:  \separated(pk + (0 .. 31), sk + (0 .. 63));
  requires alone:  \separated(seed + (0 .. 31), pk + (0 .. 31));
  requires secret: \separated(seed + (0 .. 31), sk + (0 .. 63));
  terminates       \true;
  exits            \false;
  assigns          pk[0 .. 31], sk[0 .. 63] \from seed[0 .. 31];
  assigns          \result \from \nothing;
  ensures  code:   \result == 0 || \result == -1;
*/
int crypto_sign_ed25519_seed_keypair(unsigned char *pk, unsigned char *sk,
                                     const unsigned char *seed);

#endif
