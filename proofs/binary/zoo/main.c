/* zoo list | zoo NAME | zoo mended:NAME. Reads a secret from descriptor 3, and then wants to read more. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <sodium.h>

#include "enclave/process/registers.h"
#include "framework/core/wipe.h"
#include "proofs/binary/zoo/zoo.h"

enum { HOST = 3, STACK_BYTES = 1 << 16 };

static uint8_t stack[STACK_BYTES] __attribute__((aligned(64)));
static uint8_t secret[ZOO_SECRET_BYTES];

static const struct animal *const tables[] = {zoo_stack, zoo_library, zoo_statics, zoo_heap,
                                              zoo_registers};

struct visit {
    const struct animal *animal;
    int mended;
};

static void visit(void *argument)
{
    const struct visit *visit = argument;

    visit->animal->run(secret, visit->mended);
}

/* 0 where this processor has no such register: the animal cannot live here, and would never end. */
static int can_live(const struct animal *animal)
{
    const char *name = animal->name;

    if (strcmp(animal->place, ZOO_EXTENDED) != 0) {
        return 1;
    }
    if (strncmp(name, "zmm", 3) == 0 || name[0] == 'k') {
        return __builtin_cpu_supports("avx512f");
    }
    return strncmp(name, "ymm", 3) != 0 || __builtin_cpu_supports("avx");
}

static int list(void)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (const struct animal *animal = tables[i]; animal->name != NULL; animal++) {
            if (can_live(animal)) {
                printf("%s\t%s\n", animal->name, animal->place);
            } else {
                fprintf(stderr, "SKIP: zoo: this processor has no %s\n", animal->name);
            }
        }
    }
    return 0;
}

static const struct animal *find(const char *name)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (const struct animal *animal = tables[i]; animal->name != NULL; animal++) {
            if (strcmp(animal->name, name) == 0) {
                return animal;
            }
        }
    }
    return NULL;
}

static int show(struct visit *one)
{
    uint8_t none;

    registers_init();
    if (sodium_init() < 0 || recv(HOST, secret, sizeof secret, 0) != sizeof secret) {
        return 3;
    }
    if (one->animal->on_stack && !one->mended) {
        visit(one);
        registers_clear();
    } else if (registers_wiped_call(visit, one, stack, sizeof stack) != 1) {
        return 3;
    }
    pobf_wipe(secret, sizeof secret);
    return recv(HOST, &none, sizeof none, 0) < 0 ? 3 : 0;
}

int main(int argc, char **argv)
{
    static const char mended[] = "mended:";
    struct visit one = {NULL, 0};
    const char *name = argc == 2 ? argv[1] : "";

    if (strcmp(name, "list") == 0) {
        return list();
    }
    if (strncmp(name, mended, sizeof mended - 1) == 0) {
        one.mended = 1;
        name += sizeof mended - 1;
    }
    one.animal = find(name);
    return one.animal == NULL ? 2 : show(&one);
}
