#ifndef POBF_PROOFS_BINARY_ZOO_ZOO_H
#define POBF_PROOFS_BINARY_ZOO_ZOO_H

#include <stddef.h>
#include <stdint.h>

/*
 * A zoo of leaks: each animal is given a secret, and leaves something of it where it says. Mended,
 * it does the same work, and leaves nothing. The differential must find every one of them at its
 * place, which shows both that the leak is there and that the tool sees it, and none that is mended.
 */
enum { ZOO_SECRET_BYTES = 64 };

struct animal {
    const char *name;
    const char *place; /* where the differential must find it */
    void (*run)(const uint8_t *secret, int mended);
    int on_stack; /* 1: what leaks is the ordinary stack; mended, it runs on one that is wiped */
};

/* Tables end with an animal without a name. */
extern const struct animal zoo_stack[];
extern const struct animal zoo_library[];
extern const struct animal zoo_statics[];
extern const struct animal zoo_heap[];
extern const struct animal zoo_registers[];

#define ZOO_STACK "[stack]"
#define ZOO_HEAP "[heap]"
#define ZOO_STATIC "variables"
#define ZOO_MAPPED "memory"
#define ZOO_GENERAL "general registers"
#define ZOO_EXTENDED "extended registers"

/* To the compiler, somebody may read or write what `p` points to. */
#define ZOO_USE(p) __asm__ volatile("" : : "r"(p) : "memory")

/* A call that stays one, with a frame of its own. */
#define ZOO_CALL __attribute__((noinline))

#endif
