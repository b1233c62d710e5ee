#ifndef POBF_VERIFIER_LOG_STORE_H
#define POBF_VERIFIER_LOG_STORE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "framework/core/status.h"

/*
 * Files below one folder that are there whole or not at all, and that a power cut does not take
 * back once the call has returned POBF_OK. Names are relative to the folder.
 */
enum { STORE_NAME_ROOM = 128 };

/*
 * Write a file: into state/new, fsync, rename, fsync of the folder that it stands in. Folders on
 * the way are made, and made durable. POBF_E_SYSTEM where the system refuses any of it: then the
 * old file, if there was one, is still there.
 */
POBF_MUST_CHECK enum pobf_status store_write(int folder, const char *name, const uint8_t *bytes,
                                             size_t size);

/* Make a folder, durably; fine where it is there. */
POBF_MUST_CHECK enum pobf_status store_folder(int folder, const char *name);

/* Write all of it at an offset. */
POBF_MUST_CHECK enum pobf_status store_put(int file, const uint8_t *bytes, size_t size, off_t at);

#endif
