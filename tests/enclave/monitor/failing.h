#ifndef POBF_TESTS_ENCLAVE_MONITOR_FAILING_H
#define POBF_TESTS_ENCLAVE_MONITOR_FAILING_H

/*
 * Libsodium's calls, each of which can be made to fail, and what secret each was given. The test
 * that includes this names them to the linker.
 */

#include <string.h>

#include <sodium.h>

/* No copy of a secret may come from the test itself: what it keeps and compares is masked. */
#define MASK UINT64_C(0xa5a5a5a5a5a5a5a5)
enum { SECRETS_MAX = 256 };

/* The first eight bytes of each secret that is looked for: the canary, and keys when used. */
static uint64_t masked_secrets[SECRETS_MAX];
static unsigned secrets;

/* Fail the k-th call of libsodium from here, 0: none. */
static unsigned fail_at;
static unsigned calls;
static int armed;

static int fails(void)
{
    return armed && ++calls == fail_at;
}

/* Remember a key; one that is all zeros was spent before. */
static void note_secret(const uint8_t *secret)
{
    uint64_t word = 0;

    if (!armed || secret == NULL || secrets == SECRETS_MAX) {
        return;
    }
    for (size_t i = 0; i < sizeof word; i++) {
        word |= (uint64_t)(secret[i] ^ 0xa5) << (8 * i);
    }
    if (word != MASK) {
        masked_secrets[secrets++] = word;
    }
}

/* A call that does its work and then says that it failed: so it has left what there is to find. */
#define FAILING(name, parameters, arguments, secret)                                               \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        int result;                                                                                \
                                                                                                   \
        note_secret(secret);                                                                       \
        result = __real_##name arguments;                                                          \
        return fails() ? -1 : result;                                                              \
    }

typedef unsigned char byte;
typedef unsigned long long length;

FAILING(crypto_aead_chacha20poly1305_ietf_decrypt,
        (byte * m, length *mp, byte *s, const byte *c, length cl, const byte *a, length al,
         const byte *n, const byte *k),
        (m, mp, s, c, cl, a, al, n, k), k)
FAILING(crypto_aead_chacha20poly1305_ietf_encrypt,
        (byte * c, length *cp, const byte *m, length ml, const byte *a, length al, const byte *s,
         const byte *n, const byte *k),
        (c, cp, m, ml, a, al, s, n, k), k)
/* A key of another size is a salt of HKDF's, and public. */
FAILING(crypto_auth_hmacsha256_init, (crypto_auth_hmacsha256_state * s, const byte *k, size_t kl),
        (s, k, kl), kl == 32 ? k : NULL)
FAILING(crypto_auth_hmacsha256_update, (crypto_auth_hmacsha256_state * s, const byte *m, length ml),
        (s, m, ml), NULL)
FAILING(crypto_auth_hmacsha256_final, (crypto_auth_hmacsha256_state * s, byte *o), (s, o), NULL)
FAILING(crypto_generichash_blake2b,
        (byte * o, size_t ol, const byte *m, length ml, const byte *k, size_t kl),
        (o, ol, m, ml, k, kl), k)
FAILING(crypto_hash_sha256_init, (crypto_hash_sha256_state * s), (s), NULL)
FAILING(crypto_hash_sha256_update, (crypto_hash_sha256_state * s, const byte *m, length ml),
        (s, m, ml), NULL)
FAILING(crypto_hash_sha256_final, (crypto_hash_sha256_state * s, byte *o), (s, o), NULL)
FAILING(crypto_scalarmult_curve25519, (byte * q, const byte *n, const byte *p), (q, n, p), n)
FAILING(crypto_scalarmult_curve25519_base, (byte * q, const byte *n), (q, n), n)
FAILING(crypto_sign_ed25519_detached,
        (byte * s, length *sl, const byte *m, length ml, const byte *k), (s, sl, m, ml, k), NULL)

#endif
