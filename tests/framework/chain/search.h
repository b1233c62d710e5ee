#ifndef POBF_TESTS_FRAMEWORK_CHAIN_SEARCH_H
#define POBF_TESTS_FRAMEWORK_CHAIN_SEARCH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/*
 * A search of every writable byte of this process for secrets. What is searched for is kept masked,
 * so that the list does not find itself. Only the stack is left out: libsodium leaves secrets in
 * dead frames, which is why the monitor runs every step on a stack of its own and wipes it
 * (tests/enclave/monitor/ searches that one).
 */
enum { SEARCH_SECRETS = 128, SEARCH_HALF = 16, SEARCH_MASK = 0x5C };

static uint8_t search_list[SEARCH_SECRETS][SEARCH_HALF];
static size_t search_count;
static uint8_t search_hint[65536 / 8]; /* which first two bytes are worth a look */

static inline void search_for_nothing(void)
{
    search_count = 0;
    memset(search_hint, 0, sizeof search_hint);
}

/* Remember a secret, by each 16 bytes of it. */
static inline void search_for(const uint8_t *secret, size_t size)
{
    for (size_t at = 0; at + SEARCH_HALF <= size && search_count < SEARCH_SECRETS;
         at += SEARCH_HALF) {
        const unsigned int hint = (unsigned int)(secret[at] << 8 | secret[at + 1]);

        for (size_t i = 0; i < SEARCH_HALF; i++) {
            search_list[search_count][i] = secret[at + i] ^ SEARCH_MASK;
        }
        search_hint[hint / 8] |= (uint8_t)(1 << hint % 8);
        search_count++;
    }
}

static inline int search_matches(const volatile uint8_t *bytes)
{
    for (size_t s = 0; s < search_count; s++) {
        size_t i = 0;

        while (i < SEARCH_HALF && (bytes[i] ^ SEARCH_MASK) == search_list[s][i]) {
            i++;
        }
        if (i == SEARCH_HALF) {
            return 1;
        }
    }
    return 0;
}

static inline unsigned int search_range(const volatile uint8_t *from, const volatile uint8_t *to)
{
    unsigned int found = 0;

    for (; to - from >= SEARCH_HALF; from++) {
        const unsigned int hint = (unsigned int)(from[0] << 8 | from[1]);

        if ((search_hint[hint / 8] >> hint % 8 & 1) != 0) {
            found += (unsigned int)search_matches(from);
        }
    }
    return found;
}

/* How many places of memory hold a secret; *searched is how many bytes were read. */
static inline unsigned int search_memory(size_t *searched)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    unsigned int found = 0;
    char line[512];

    *searched = 0;
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        uintptr_t from;
        uintptr_t to;
        char mode[5];

        if (sscanf(line, "%zx-%zx %4s", &from, &to, mode) == 3 && mode[0] == 'r' &&
            mode[1] == 'w' && strstr(line, "[stack]") == NULL && strstr(line, "[v") == NULL) {
            found += search_range((const volatile uint8_t *)from, (const volatile uint8_t *)to);
            *searched += to - from;
        }
    }
    if (maps != NULL) {
        fclose(maps);
    }
    return found;
}

#endif
