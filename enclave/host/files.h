#ifndef POBF_ENCLAVE_HOST_FILES_H
#define POBF_ENCLAVE_HOST_FILES_H

#include <jansson.h>

#include "enclave/function/pobf_manifest.h"
#include "framework/core/status.h"

/* "files" of a project's manifest: what is packed in its image, in the order of the paths there. */
enum { FILES_BYTES_MAX = 8 << 20 };
struct files {
    size_t count;
    struct {
        char path[IMAGE_PATH_ROOM];   /* as the function sees it    */
        char source[IMAGE_PATH_ROOM]; /* below the project's folder */
    } at[IMAGE_FILES_MAX];
};

/* What says what is in a directory of files, for gcc; and it takes the files' copies beside it. */
#define FILES_SOURCE "files.s"

/* What of "files" is wrong; `seen` may be a part of the value that was parsed. */
struct files_defect {
    const char *expected;
    const char *seen;
};

/* Take {PATH: SOURCE, ..}; NULL: there are none. POBF_E_INPUT, with a defect, where it is not that. */
POBF_MUST_CHECK enum pobf_status files_parse(struct files *files, struct files_defect *defect,
                                             json_t *value);

/*
 * Copy the files from below `folder`, through no link, into `scratch`, and write FILES_SOURCE there.
 * Tells people what is wrong: one is not there, no plain file, or they are more than 8 MiB together.
 */
POBF_MUST_CHECK enum pobf_status files_pack(const struct files *files, const char *folder,
                                            const char *scratch);

#endif
