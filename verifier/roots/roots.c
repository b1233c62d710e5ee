#include "verifier/roots/roots.h"

#include <string.h>

#include <sodium.h>

#define X(name, symbol, digest) extern const uint8_t roots_##symbol[], roots_##symbol##_end[];
ROOTS(X)
#undef X

enum { DIGEST_BYTES = 32 };

static const struct root {
    const uint8_t *pem;
    const uint8_t *end;
    const char *digest;
} table[ROOTS_COUNT] = {
#define X(name, symbol, digest) {roots_##symbol, roots_##symbol##_end, digest},
    ROOTS(X)
#undef X
};

static int has_digest(const X509 *cert, const char *hex)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    char text[2 * DIGEST_BYTES + 1];
    unsigned int size = 0;

    return X509_digest(cert, EVP_sha256(), digest, &size) == 1 && size == DIGEST_BYTES &&
           strcmp(sodium_bin2hex(text, sizeof text, digest, size), hex) == 0;
}

/* Decoded once a process: that takes as long as a signature. */
static const struct certs *decoded(enum roots root)
{
    static struct certs cache[ROOTS_COUNT];
    const struct root *entry = &table[root];

    if (cache[root].count == 0 &&
        (certs_add(&cache[root], entry->pem, (size_t)(entry->end - entry->pem)) != POBF_OK ||
         cache[root].count != 1 || !has_digest(cache[root].cert[0], entry->digest))) {
        certs_clear(&cache[root]);
    }
    return &cache[root];
}

enum pobf_status roots_add(struct certs *certs, enum roots root)
{
    const struct certs *entry = decoded(root);

    return entry->count == 1 ? certs_share(certs, entry) : POBF_E_SYSTEM;
}

void roots_digest(uint8_t digest[32])
{
    crypto_hash_sha256_state state;

    crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < ROOTS_COUNT; i++) {
        crypto_hash_sha256_update(&state, (const uint8_t *)table[i].digest,
                                  strlen(table[i].digest));
    }
    crypto_hash_sha256_final(&state, digest);
}
