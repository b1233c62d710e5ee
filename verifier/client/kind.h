#ifndef POBF_VERIFIER_CLIENT_KIND_H
#define POBF_VERIFIER_CLIENT_KIND_H

#include <jansson.h>

#include "verifier/client/input.h"

/* What kind of file it is, told by its content alone, never by its name. */
enum kind {
    KIND_UNKNOWN,
    KIND_EVIDENCE,
    KIND_RECEIPT,
    KIND_EXCHANGE,
    KIND_OFFER,
    KIND_REPORT,
    KIND_CERTIFICATE,
    KIND_INCLUSION,
    KIND_CRASH,
    KIND_CHECKPOINT,
    KIND_ALARM,
    KIND_COUNT
};

enum kind kind_find(const struct input *input);
const char *kind_name(enum kind kind);

/* What the file says; no judgement. NULL where it does not parse. */
json_t *kind_json(enum kind kind, const struct input *input);

#endif
