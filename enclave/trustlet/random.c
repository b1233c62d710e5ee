#include "enclave/trustlet/random.h"

#include <immintrin.h>
#include <stdlib.h>

#include "contracts/sodium.h"
#include "framework/core/wipe.h"

enum { KEY_BYTES = crypto_stream_chacha20_ietf_KEYBYTES, TRIES = 64 };

static uint8_t key[KEY_BYTES];

static uint64_t draw_word(void)
{
    unsigned long long word;

    for (int i = 0; i < TRIES; i++) {
        if (_rdrand64_step(&word)) {
            return word;
        }
    }
    abort();
}

static const char *random_name(void)
{
    return "processor and host";
}

/* Replace the key: by itself, and by what the processor draws. */
static void stir(void)
{
    crypto_hash_sha256_state state;
    uint64_t words[KEY_BYTES / sizeof(uint64_t)];

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        words[i] = draw_word();
    }
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, key, sizeof key);
    crypto_hash_sha256_update(&state, (const uint8_t *)words, sizeof words);
    crypto_hash_sha256_final(&state, key);
    pobf_wipe((uint8_t *)words, sizeof words);
    pobf_wipe((uint8_t *)&state, sizeof state);
}

/* One stream gives the output, another the next key: who reads that cannot go back. */
static void random_fill(void *const bytes, const size_t size)
{
    static const uint8_t output_nonce[crypto_stream_chacha20_ietf_NONCEBYTES] = {0};
    static const uint8_t key_nonce[crypto_stream_chacha20_ietf_NONCEBYTES] = {1};
    uint8_t next[KEY_BYTES];

    stir();
    crypto_stream_chacha20_ietf(bytes, size, output_nonce, key);
    crypto_stream_chacha20_ietf(next, sizeof next, key_nonce, key);
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = next[i];
    }
    pobf_wipe(next, sizeof next);
}

static uint32_t random_word(void)
{
    uint32_t word;

    random_fill(&word, sizeof word);
    return word;
}

void random_open(const uint8_t seed[TRUSTLET_SEED_BYTES])
{
    static randombytes_implementation implementation = {
        .implementation_name = random_name,
        .random = random_word,
        .stir = stir,
        .buf = random_fill,
    };

    _Static_assert((int)TRUSTLET_SEED_BYTES == (int)KEY_BYTES, "the seed is the first key");
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = seed[i];
    }
    (void)randombytes_set_implementation(&implementation); /* always 0 */
}
