#include "enclave/translate/module.h"
#include "tests/fuzz/fuzz.h"

enum { BUDGET = 1 << 20, ROOM = 64 * 1024 };

/* A command of WASI: it writes, starts, and has a memory, a table and names. */
size_t seed(uint8_t *out, size_t room)
{
    static const char module[] = "\0asm\1\0\0\0"
                                 "\1\14\2\140\0\0\140\4\177\177\177\177\1\177"
                                 "\2\43\1\26wasi_snapshot_preview1\10fd_write\0\1"
                                 "\3\2\1\0"
                                 "\4\4\1\160\0\3"
                                 "\5\3\1\0\1"
                                 "\7\12\1\6_start\0\1"
                                 "\12\4\1\2\0\13"
                                 "\0\15\4name\1\6\1\1\3foo";

    promise(sizeof module - 1 <= room);
    memcpy(out, module, sizeof module - 1);
    return sizeof module - 1;
}

/* What is kept is a module that passes too, whole, and is counted the same. */
static void promise_again(const struct module *module, uint8_t *bytes, size_t kept)
{
    struct module again;
    size_t kept_again;

    promise(module_check(&again, &kept_again, bytes, kept, BUDGET, 0) == POBF_OK);
    promise(kept_again == kept);
    promise(memcmp(&again, module, sizeof again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static uint8_t copy[ROOM];
    struct module module;
    size_t kept;

    if (size > sizeof copy) {
        return 0;
    }
    memcpy(copy, bytes, size);
    memset(&module, 0xa5, sizeof module);
    if (module_check(&module, &kept, copy, size, BUDGET, 0) != POBF_OK) {
        promise(kept == 0 && module.defect[0] != '\0');
        return 0;
    }
    promise(kept <= size && module.pages <= BUDGET / 65536 && module.defect[0] == '\0');
    promise_again(&module, copy, kept);
    return 0;
}
