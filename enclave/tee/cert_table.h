#ifndef POBF_ENCLAVE_TEE_CERT_TABLE_H
#define POBF_ENCLAVE_TEE_CERT_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "framework/core/status.h"

/*
 * The certificates that a host of SEV-SNP keeps for its guests (auxblob of configfs-tsm): entries of a GUID,
 * an offset from the begin of the table, a length, both little-endian, up to one of zeros; then the bytes.
 *                                             AMD 56421, GHCB, 4.1.8.1; Linux, coco/sev-guest
 */
enum { CERT_TABLE_MAX = 8 };

struct cert_table {
    struct {
        const uint8_t *bytes; /* in what was parsed */
        size_t size;
    } item[CERT_TABLE_MAX];
    size_t count;
};

/* POBF_E_INPUT, and an empty table, where it is not so, or there is nothing in it. */
POBF_MUST_CHECK enum pobf_status cert_table_parse(struct cert_table *table, const uint8_t *bytes,
                                                  size_t size);

#endif
