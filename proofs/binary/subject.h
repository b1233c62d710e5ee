#ifndef POBF_PROOFS_BINARY_SUBJECT_H
#define POBF_PROOFS_BINARY_SUBJECT_H

#include "enclave/image/image.h"
#include "proofs/binary/state.h"

/* What is another in the two runs of a pair. */
enum subject_varies {
    SUBJECT_INPUT, /* the clear text                                                        */
    SUBJECT_KEY,   /* the provider's ephemeral key, and so every key that both sides derive */
    SUBJECT_DRAWS, /* what the monitor draws its one-time key from                          */
};

/* What is run again and again: one secret in, one final state out. */
struct subject {
    const char *backend; /* "process", "kvm", "zoo" */
    const char *program; /* its path                */
    enum subject_varies varies;
    const char *seed;   /* its first argument, or NULL: a leak that is to be in it */
    struct image image; /* of the function; none in the zoo                        */
    const char *exit;   /* out: how the function ended                             */
    /* Give it the secret, and look at it when it has forgotten. */
    enum pobf_status (*run)(struct subject *subject, struct state *state, const uint8_t *secret,
                            size_t size);
};

/* The monitor of a process, as it is shipped; see trace.h. */
enum pobf_status process_run(struct subject *subject, struct state *state, const uint8_t *secret,
                             size_t size);
/* The monitor in a virtual machine, whose random source and clock stand still; see still/. */
enum pobf_status kvm_run(struct subject *subject, struct state *state, const uint8_t *secret,
                         size_t size);
/* A program that reads 64 bytes, and is done when it wants to read more. */
enum pobf_status zoo_run(struct subject *subject, struct state *state, const uint8_t *secret,
                         size_t size);

#endif
