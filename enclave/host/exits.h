#ifndef POBF_ENCLAVE_HOST_EXITS_H
#define POBF_ENCLAVE_HOST_EXITS_H

#include "framework/wire/receipt.h"

/* How a task ended, in words, for who has its answer open: "returned", "ran past the deadline of the manifest". */
const char *exits_sentence(enum pobf_exit exit);

/* The same as one word, for metrics: "RETURNED", "DEADLINE". */
const char *exits_word(enum pobf_exit exit);

#endif
