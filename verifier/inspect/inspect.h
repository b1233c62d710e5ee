#ifndef POBF_VERIFIER_INSPECT_INSPECT_H
#define POBF_VERIFIER_INSPECT_INSPECT_H

#include <jansson.h>

#include "verifier/appraisal/checks.h"
#include "verifier/inspect/elf.h"

/* Which program it is, told by how it is laid out. */
enum inspect_kind {
    INSPECT_UNKNOWN,
    INSPECT_FUNCTION, /* the image of a function                                    */
    INSPECT_MACHINE,  /* the monitor of a virtual machine, as pobf-trustlet holds it */
    INSPECT_MONITOR,  /* pobf-monitor                                               */
    INSPECT_KEEPER,   /* pobf-trustlet                                              */
    INSPECT_KIND_COUNT
};

struct inspection {
    enum inspect_kind kind;
    struct checks checks;
    enum checks_verdict verdict; /* computed once, from all of `checks` */
    json_t *facts;               /* what the file says: the manifest, counts; owned */
};

/*
 * Inspect a program that forgets. `symbols` is the same program with the names of its functions,
 * where the file has none; of size 0 where it is not given.
 */
void inspect_image(struct inspection *inspection, const uint8_t *bytes, size_t size,
                   const uint8_t *symbols, size_t symbols_size);
void inspect_close(struct inspection *inspection);

/* "function image", "monitor", ... */
const char *inspect_kind_name(enum inspect_kind kind);

#endif
