#ifndef POBF_EDGE_CLI_PLURAL_H
#define POBF_EDGE_CLI_PLURAL_H

#include <stdint.h>

/* The word for that many: "1 receipt", "2 receipts". */
static inline const char *plural(uint64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

#endif
