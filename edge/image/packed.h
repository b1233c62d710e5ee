#ifndef POBF_EDGE_IMAGE_PACKED_H
#define POBF_EDGE_IMAGE_PACKED_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "framework/core/status.h"

/* 1 where `path` is one that a packed file may have: see struct image_file, framework/wire/manifest.h. */
int packed_is_path(const char *path);

/* 1 where `folder` is one of the folders that `path` is in. */
int packed_is_below(const char *path, const char *folder);

/* The constants of an image, which begin with its note; `bytes` is all of them as the file has them. */
struct packed_constants {
    const uint8_t *bytes;
    uint64_t size;
    uint64_t address;
};

/*
 * What is packed in somebody's image, as [{"path", "size", "sha256"}].
 *
 *   list   out: the caller's; on failure NULL
 *   count  as the manifest says
 *
 * POBF_E_INPUT where the directory is not one, or a file is not among the constants.
 */
POBF_MUST_CHECK enum pobf_status
packed_list(json_t **list, const struct packed_constants *constants, uint64_t count);

#endif
