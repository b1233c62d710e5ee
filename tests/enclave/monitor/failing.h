#ifndef POBF_TESTS_ENCLAVE_MONITOR_FAILING_H
#define POBF_TESTS_ENCLAVE_MONITOR_FAILING_H

/* Libsodium's calls, each of which can be made to fail; the including test names them to the linker. */

#include <sodium.h>

/* Fail the k-th call of libsodium from here, 0: none. */
static unsigned fail_at;
static unsigned calls;
static int armed;

static int fails(void)
{
    return armed && ++calls == fail_at;
}

/* A call that does its work and then says that it failed: so it has left what there is to find. */
#define FAILING(name, parameters, arguments)                                                       \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        const int result = __real_##name arguments;                                                \
                                                                                                   \
        return fails() ? -1 : result;                                                              \
    }

typedef unsigned char byte;
typedef unsigned long long length;

FAILING(crypto_aead_chacha20poly1305_ietf_decrypt,
        (byte * m, length *mp, byte *s, const byte *c, length cl, const byte *a, length al,
         const byte *n, const byte *k),
        (m, mp, s, c, cl, a, al, n, k))
FAILING(crypto_aead_chacha20poly1305_ietf_encrypt,
        (byte * c, length *cp, const byte *m, length ml, const byte *a, length al, const byte *s,
         const byte *n, const byte *k),
        (c, cp, m, ml, a, al, s, n, k))
FAILING(crypto_auth_hmacsha256_init, (crypto_auth_hmacsha256_state * s, const byte *k, size_t kl),
        (s, k, kl))
FAILING(crypto_auth_hmacsha256_update, (crypto_auth_hmacsha256_state * s, const byte *m, length ml),
        (s, m, ml))
FAILING(crypto_auth_hmacsha256_final, (crypto_auth_hmacsha256_state * s, byte *o), (s, o))
FAILING(crypto_generichash_blake2b,
        (byte * o, size_t ol, const byte *m, length ml, const byte *k, size_t kl),
        (o, ol, m, ml, k, kl))
FAILING(crypto_hash_sha256_init, (crypto_hash_sha256_state * s), (s))
FAILING(crypto_hash_sha256_update, (crypto_hash_sha256_state * s, const byte *m, length ml),
        (s, m, ml))
FAILING(crypto_hash_sha256_final, (crypto_hash_sha256_state * s, byte *o), (s, o))
FAILING(crypto_scalarmult_curve25519, (byte * q, const byte *n, const byte *p), (q, n, p))
FAILING(crypto_scalarmult_curve25519_base, (byte * q, const byte *n), (q, n))
FAILING(crypto_sign_ed25519_detached,
        (byte * s, length *sl, const byte *m, length ml, const byte *k), (s, sl, m, ml, k))

#endif
