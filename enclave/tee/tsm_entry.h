#ifndef POBF_ENCLAVE_TEE_TSM_ENTRY_H
#define POBF_ENCLAVE_TEE_TSM_ENTRY_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

/* One entry of configfs-tsm: a folder that the kernel fills with attributes as it is made. */
enum { TSM_ENTRY_ROOM = 256 };

/* Make an entry that nobody else has, and name it. POBF_E_MISSING where there is no `reports`. */
POBF_MUST_CHECK enum pobf_status tsm_entry_make(char entry[TSM_ENTRY_ROOM], const char *reports);
void tsm_entry_remove(const char *entry);

/* Write an attribute at once: a part of it would be another. */
POBF_MUST_CHECK enum pobf_status tsm_entry_write(const char *entry, const char *attribute,
                                                 const uint8_t *bytes, size_t size);

/*
 * Read all of an attribute, to free(); a zero follows, which is not counted. POBF_E_MISSING where it is not
 * there, POBF_E_SPACE where it is longer than `limit`, or than the kernel gives; then *bytes is NULL.
 */
POBF_MUST_CHECK enum pobf_status tsm_entry_read(uint8_t **bytes, size_t *size, const char *entry,
                                                const char *attribute, size_t limit);

#endif
