/* What a library leaves on the stack of whoever calls it, though every output is wiped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "framework/core/wipe.h"
#include "proofs/binary/zoo/zoo.h"

static uint8_t out[256];

static void clear_out(void)
{
    pobf_wipe(out, sizeof out);
}

static ZOO_CALL void hash_blake2b(const uint8_t *secret, int mended)
{
    (void)mended;
    (void)crypto_generichash(out, 32, secret, ZOO_SECRET_BYTES, NULL, 0);
    clear_out();
}

static ZOO_CALL void seal_chacha20(const uint8_t *secret, int mended)
{
    static const uint8_t nonce[12] = {1};
    unsigned long long size;

    (void)mended;
    (void)crypto_aead_chacha20poly1305_ietf_encrypt(out, &size, secret, 32, NULL, 0, NULL, nonce,
                                                    secret + 32);
    clear_out();
}

static ZOO_CALL void sign_ed25519(const uint8_t *secret, int mended)
{
    static const uint8_t text[] = "text";
    uint8_t *public_key = out;
    uint8_t *key = out + 64;

    (void)mended;
    (void)crypto_sign_seed_keypair(public_key, key, secret);
    (void)crypto_sign_detached(out + 128, NULL, text, sizeof text, key);
    clear_out();
}

static ZOO_CALL void agree_x25519(const uint8_t *secret, int mended)
{
    (void)mended;
    (void)crypto_scalarmult_base(out, secret);
    clear_out();
}

static ZOO_CALL void print_hex(const uint8_t *secret, int mended)
{
    (void)mended;
    for (size_t i = 0; i < ZOO_SECRET_BYTES; i++) {
        snprintf((char *)out + 2 * i, 3, "%02x", secret[i]);
    }
    clear_out();
}

static int compare_bytes(const void *a, const void *b)
{
    return memcmp(a, b, 4);
}

static ZOO_CALL void sort(const uint8_t *secret, int mended)
{
    (void)mended;
    memcpy(out, secret, ZOO_SECRET_BYTES);
    qsort(out, ZOO_SECRET_BYTES / 4, 4, compare_bytes);
    clear_out();
}

#define ON_STACK(name)                                                                             \
    {                                                                                              \
#name, ZOO_STACK, name, 1                                                                  \
    }
const struct animal zoo_library[] = {
    ON_STACK(hash_blake2b), ON_STACK(seal_chacha20), ON_STACK(sign_ed25519), ON_STACK(agree_x25519),
    ON_STACK(print_hex),    ON_STACK(sort),          {NULL, NULL, NULL, 0},
};
