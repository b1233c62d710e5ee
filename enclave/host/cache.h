#ifndef POBF_ENCLAVE_HOST_CACHE_H
#define POBF_ENCLAVE_HOST_CACHE_H

#include "edge/cli/place.h"
#include "enclave/host/gcc.h"

enum { CACHE_NAME_ROOM = 128 };

/*
 * What takes long to get, for the next build: in the folder POBF_CACHE, or else pobf below
 * XDG_CACHE_HOME or ~/.cache. It is its user's, as the compiler is: who can write there can change
 * what is built, and its measurement tells. It may be removed at any time.
 *
 *   path  out: where a file of that name is, or would be. Tells people where there is no folder
 */
POBF_MUST_CHECK enum pobf_status cache_place(char path[PLACE_ROOM], const char *name);

/*
 * The name of what is made: a digest of the compiler, its options so far (no path among them), and
 * all of what it is made from.
 *   ending   of the name
 *   sources  paths, NULL behind the last
 */
POBF_MUST_CHECK enum pobf_status cache_name(char name[CACHE_NAME_ROOM], const char *ending,
                                            const struct gcc *gcc, const char *const *sources,
                                            const char *scratch);

/* Copy a file, whole. */
POBF_MUST_CHECK enum pobf_status cache_copy(const char *to, const char *from);

#endif
