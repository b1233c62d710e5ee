#ifndef POBF_VERIFIER_CERTIFICATE_REBUILD_H
#define POBF_VERIFIER_CERTIFICATE_REBUILD_H

#include "edge/cli/place.h"
#include "edge/findings/findings.h"
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
    char share[PLACE_ROOM];   /* what is installed beside this program */
    char log[TREE_PATH_ROOM]; /* what the tools said */
    struct tree source, function;
    struct rebuild_copy copy[REBUILD_COPIES];
    json_t *findings; /* not owned: one for each step, and for all that fell short */
};

/*
 * Copy. This and the calls below say on stderr what is wrong; POBF_E_REFUSED is a judgement on
 * the source, anything else leaves it open. Close also what did not open.
 */
POBF_MUST_CHECK enum pobf_status rebuild_open(struct rebuild *rebuild, json_t *findings,
                                              const char *source, const char *function);
void rebuild_close(struct rebuild *rebuild);

/*
 * Build the programs in both copies and the image from both, by the pobf-host beside this program;
 * compare them bit for bit, and fill in the statement's subjects and builds. Nothing of the source
 * is run by that: whatever it can do, it cannot do before it is proved.
 */
POBF_MUST_CHECK enum pobf_status rebuild_compare(struct rebuild *rebuild,
                                                 struct statement *statement);

/* Does the source's own host make the same image, and measure the same? Runs it. */
POBF_MUST_CHECK enum pobf_status rebuild_measure(struct rebuild *rebuild,
                                                 const struct certificate *facts);

/* Run a program for the source, in a folder; where it fails, show the log's end. */
POBF_MUST_CHECK enum pobf_status rebuild_run(const struct rebuild *rebuild, const char *what,
                                             const char *const *arguments, const char *folder,
                                             const char *output);

/* The end of what the tools said, for people. */
void rebuild_show_log(const struct rebuild *rebuild);

/* Refuse: a finding, and a line on stderr. Returns POBF_E_REFUSED. `advice` may be NULL. */
POBF_MUST_CHECK enum pobf_status rebuild_refuse(struct rebuild *rebuild, const char *step,
                                                const char *what, const char *expected,
                                                const char *seen, const char *advice);
/* A step that holds. */
void rebuild_pass(struct rebuild *rebuild, const char *step, const char *what);

#endif
