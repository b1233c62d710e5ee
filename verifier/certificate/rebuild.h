#ifndef POBF_VERIFIER_CERTIFICATE_REBUILD_H
#define POBF_VERIFIER_CERTIFICATE_REBUILD_H

#include "edge/cli/place.h"
#include "framework/core/status.h"
#include "verifier/certificate/statement.h"
#include "verifier/certificate/tree.h"

/*
 * A source tree of pobf and a function, copied into two temporary folders whose paths differ in
 * name and in depth, and built in each. What comes out must not tell one from the other.
 */
enum { REBUILD_COPIES = 2 };

struct rebuild_copy {
    char tree[TREE_PATH_ROOM];
    char function[TREE_PATH_ROOM];
    char monitor[TREE_PATH_ROOM]; /* what the build makes */
    char trustlet[TREE_PATH_ROOM];
    char host[TREE_PATH_ROOM];
    char image[TREE_PATH_ROOM];
};

struct rebuild {
    char folder[PLACE_ROOM];  /* temporary, removed by rebuild_close */
    char log[TREE_PATH_ROOM]; /* what the tools said */
    struct tree source, function;
    struct rebuild_copy copy[REBUILD_COPIES];
};

/*
 * Copy. This and the calls below say on stderr what is wrong; POBF_E_REFUSED is a judgement on
 * the source, anything else leaves it open. Close also what did not open.
 */
POBF_MUST_CHECK enum pobf_status rebuild_open(struct rebuild *rebuild, const char *source,
                                              const char *function);
void rebuild_close(struct rebuild *rebuild);

/* Build in both, compare bit for bit, and fill in the statement's subjects and builds. */
POBF_MUST_CHECK enum pobf_status rebuild_compare(struct rebuild *rebuild,
                                                 struct statement *statement);

/* Run one of the source's programs in the first copy; where it fails, show the log's end. */
POBF_MUST_CHECK enum pobf_status rebuild_run(const struct rebuild *rebuild, const char *what,
                                             const char *const *arguments, const char *folder,
                                             const char *output);

#endif
