#ifndef POBF_ENCLAVE_HOST_CACHE_H
#define POBF_ENCLAVE_HOST_CACHE_H

#include "edge/cli/place.h"
#include "enclave/host/gcc.h"

enum { CACHE_NAME_ROOM = 128 };

/*
 * What takes long to get, for the next build: in the folder POBF_CACHE, or else pobf below
 * XDG_CACHE_HOME or ~/.cache. It is its user's, as the compiler is: who can write there can change
 * what is built, and its measurement tells. It may be removed at any time. Where POBF_CACHE is
 * "off" nothing that was made before is taken, and nothing is kept; what is taken by a hash that this
 * program knows still stands in the folder.
 */
int cache_is_off(void);

/*
 *   path  out: where a file of that name is, or would be. Tells people where there is no folder
 */
POBF_MUST_CHECK enum pobf_status cache_place(char path[PLACE_ROOM], const char *name);

/*
 * The name of what is made: a digest of the compiler (gcc, where the line is empty), its options so far
 * (no path among them), and all of what it is made from.
 *   ending   of the name
 *   sources  paths, NULL behind the last
 */
POBF_MUST_CHECK enum pobf_status cache_name(char name[CACHE_NAME_ROOM], const char *ending,
                                            const struct gcc *line, const char *const *sources,
                                            const char *scratch);

/* Copy a file, whole. */
POBF_MUST_CHECK enum pobf_status cache_copy(const char *to, const char *from);

/*
 * What is kept under a name goes to a file: 1 where it is there, whole, as it was put there. The digest
 * that stands before it finds what a disk spoils, not what somebody writes there on purpose.
 */
int cache_take(const char *to, const char *name);
/* Keep a file's bytes under a name; of those with its ending the ones that were not used for longest go. */
void cache_keep(const char *name, const char *from);

#endif
