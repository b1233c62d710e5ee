#ifndef POBF_VERIFIER_CERTIFICATE_TREE_H
#define POBF_VERIFIER_CERTIFICATE_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"
#include "framework/wire/evidence.h"

/*
 * The files of a folder, sorted by name: those that git tracks where it tracks any, else all but
 * build/ and .git/. Regular files alone: a link, or a line break or a backslash in a name, is
 * refused. The digest of a folder is that of its list, so anyone can compute it:
 *
 *   git ls-files -z | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
 */
enum { TREE_PATH_ROOM = 4096, TREE_FILES_MAX = 100000, TREE_FILE_MAX = 256 << 20 };

struct tree {
    char **path; /* relative to the folder; owned */
    size_t count;
    char defect[TREE_PATH_ROOM]; /* where a call fails: which file, and why */
};

/* List `folder`; `scratch` is a folder for temporary files. */
POBF_MUST_CHECK enum pobf_status tree_list(struct tree *tree, const char *folder,
                                           const char *scratch);
void tree_clear(struct tree *tree);

/* Copy the files, with their permissions, from one folder into a new one. */
POBF_MUST_CHECK enum pobf_status tree_copy(struct tree *tree, const char *to, const char *from);

/* The digest over those files of `folder` whose path begins with `prefix`; "" for all. */
POBF_MUST_CHECK enum pobf_status tree_digest(struct tree *tree, uint8_t digest[POBF_DIGEST_BYTES],
                                             const char *folder, const char *prefix);

#endif
