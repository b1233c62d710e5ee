#ifndef POBF_EDGE_STATEMENT_INTENT_H
#define POBF_EDGE_STATEMENT_INTENT_H

#include <stddef.h>
#include <stdint.h>

#include "framework/crypto/commitment.h"
#include "framework/wire/evidence.h"

/*
 * What a host puts on its disk before a sealed input reaches a monitor: of which boot, under which
 * number its receipt will be, and a commitment to the sealed input; no data. Where no receipt
 * follows, because host or monitor ended, this is what the host states in its place.
 *
 * Nobody signs the statement. The boot that it is about has ended, and its key with it; the monitor
 * of the next boot has seen nothing of it and would only repeat the host's word under an enclave's
 * name. So it is the host's word, it says so, and it shows no forgetting.
 */
struct intent {
    uint8_t boot_id[POBF_BOOT_ID_BYTES];
    uint64_t sequence; /* of the receipt that is to come */
    uint64_t at_s;     /* when this was written, seconds since 1970, by the host's clock */
    uint8_t task_id[POBF_TASK_ID_BYTES];
    uint8_t salt[POBF_SALT_BYTES];
    uint8_t commitment[POBF_COMMITMENT_BYTES]; /* to the sealed input, under `salt` */
};

#define INTENT_PROFILE "tag:pobf,2026:crash"

/* The statement, JSON with a final line feed; free with free(). NULL where there is no memory. */
char *intent_print(const struct intent *intent);

/* 1 where the bytes call themselves such a statement, also where the rest is damaged. */
int intent_is(const uint8_t *bytes, size_t size);

/* POBF_E_INPUT, and all zeros, where it is not exactly what intent_print prints of some intent. */
POBF_MUST_CHECK enum pobf_status intent_parse(struct intent *intent, const uint8_t *bytes,
                                              size_t size);

#endif
