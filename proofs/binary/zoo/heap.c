/* What stays in memory that was given back, or is kept without a name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "framework/core/wipe.h"
#include "proofs/binary/zoo/zoo.h"

enum { BLOCK = 200, PAGE = 4096 };

static void freed_block(const uint8_t *secret, int mended)
{
    uint8_t *block = malloc(BLOCK);

    memcpy(block + 64, secret, ZOO_SECRET_BYTES);
    ZOO_USE(block);
    pobf_wipe(block, mended ? BLOCK : 0);
    free(block);
}

/* realloc moves, and says nothing of the copy that it leaves. */
static void moved_block(const uint8_t *secret, int mended)
{
    uint8_t *block = malloc(BLOCK);
    uint8_t *barrier = malloc(BLOCK);
    uint8_t *larger;

    memcpy(block + 64, secret, ZOO_SECRET_BYTES);
    ZOO_USE(block);
    ZOO_USE(barrier);
    if (mended) {
        larger = calloc(1, 16 * BLOCK);
        memcpy(larger, block, BLOCK);
        pobf_wipe(block, BLOCK);
        free(block);
    } else {
        larger = realloc(block, (size_t)16 * BLOCK);
    }
    pobf_wipe(larger, (size_t)16 * BLOCK);
    free(larger);
    free(barrier);
}

/* Nothing of the secret was ever in these blocks: the order in which they came back tells it. */
static void order_of_free_blocks(const uint8_t *secret, int mended)
{
    uint8_t *blocks[2] = {malloc(BLOCK), malloc(BLOCK)};
    const int order = mended ? 0 : secret[0] & 1;

    ZOO_USE(blocks);
    free(blocks[order]);
    free(blocks[!order]);
}

static void size_of_a_block(const uint8_t *secret, int mended)
{
    uint8_t *block = malloc(mended ? 256 : 32 + 16 * (size_t)(secret[0] % 32));

    ZOO_USE(block);
    free(block);
}

static void block_never_freed(const uint8_t *secret, int mended)
{
    static uint8_t *volatile cache;

    cache = malloc(BLOCK);
    memcpy(cache, secret, ZOO_SECRET_BYTES);
    ZOO_USE(cache);
    pobf_wipe(cache, mended ? ZOO_SECRET_BYTES : 0);
}

/* The stream wipes nothing when it is closed. */
static void buffer_of_a_stream(const uint8_t *secret, int mended)
{
    static char buffer[BUFSIZ];
    FILE *stream = fopen("/dev/null", "w");

    if (stream == NULL || (mended && setvbuf(stream, buffer, _IOFBF, sizeof buffer) != 0)) {
        return;
    }
    for (size_t i = 0; i < ZOO_SECRET_BYTES; i++) {
        (void)fputc('a' + secret[i] % 16, stream);
    }
    (void)fclose(stream);
    pobf_wipe((uint8_t *)buffer, sizeof buffer);
}

/* An arena that is begun anew, but not brought back to zeros behind its mark. */
static void tail_of_an_arena(const uint8_t *secret, int mended)
{
    static uint8_t *arena;

    arena = malloc(BLOCK);
    memset(arena, 0, BLOCK);
    memcpy(arena + BLOCK - ZOO_SECRET_BYTES, secret, ZOO_SECRET_BYTES);
    ZOO_USE(arena);
    pobf_wipe(arena, mended ? BLOCK : BLOCK - ZOO_SECRET_BYTES);
    ZOO_USE(&arena);
}

static void mapped_page(const uint8_t *secret, int mended)
{
    uint8_t *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    memcpy(page, secret, ZOO_SECRET_BYTES);
    ZOO_USE(page);
    pobf_wipe(page, mended ? PAGE : 0);
}

static void hexadecimal_copy(const uint8_t *secret, int mended)
{
    static const char digits[] = "0123456789abcdef";
    char *text = malloc(BLOCK);

    for (size_t i = 0; i < ZOO_SECRET_BYTES; i++) {
        text[2 * i] = digits[secret[i] >> 4];
        text[2 * i + 1] = digits[secret[i] & 15];
    }
    ZOO_USE(text);
    pobf_wipe((uint8_t *)text, mended ? BLOCK : 0);
    free(text);
}

#define IN(place, name)                                                                            \
    {                                                                                              \
#name, place, name, 0                                                                      \
    }
const struct animal zoo_heap[] = {
    IN(ZOO_HEAP, freed_block),          IN(ZOO_HEAP, moved_block),
    IN(ZOO_HEAP, order_of_free_blocks), IN(ZOO_HEAP, size_of_a_block),
    IN(ZOO_HEAP, block_never_freed),    IN(ZOO_HEAP, buffer_of_a_stream),
    IN(ZOO_HEAP, tail_of_an_arena),     IN(ZOO_MAPPED, mapped_page),
    IN(ZOO_HEAP, hexadecimal_copy),     {NULL, NULL, NULL, 0},
};
