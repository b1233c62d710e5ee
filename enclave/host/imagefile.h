#ifndef POBF_ENCLAVE_HOST_IMAGEFILE_H
#define POBF_ENCLAVE_HOST_IMAGEFILE_H

#include "enclave/image/image.h"

/*
 * Read and check an image; tells people on stderr what is wrong. On failure *bytes is NULL and
 * *image all zeros. Free the bytes with file_free.
 */
POBF_MUST_CHECK enum pobf_status imagefile_read(struct image *image, uint8_t **bytes,
                                                const char *path);

/* The same of bytes that were read from there; they are taken over. */
POBF_MUST_CHECK enum pobf_status imagefile_judge(struct image *image, uint8_t **bytes, size_t size,
                                                 const char *path);

#endif
