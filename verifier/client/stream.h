#ifndef POBF_VERIFIER_CLIENT_STREAM_H
#define POBF_VERIFIER_CLIENT_STREAM_H

#include "verifier/client/policy.h"
#include "verifier/client/remote.h"

/*
 * `pobf call --stream`: data of any size through a function that takes streams, part by part, in
 * memory of a few parts (framework/wire/stream.h). Each part is a call of its own: sealed to a key
 * of its own, and its receipt appraised before its answer is opened. A part whose enclave has
 * gone, or had no time, is sent again, some times; anything else ends the stream without a result.
 * What it leaves: verifier/client/trail.h.
 */
struct stream_options {
    struct policy *policy;
    const struct remote_options *remote;
    const char *in_path;
    const char *out_path;
    const char *receipts_path;
    uint64_t part_size; /* bytes of an input, with head and state; 0: what the image takes */
    const char *exchanges_path; /* NULL: they are not kept */
    int as_json;
    int quiet;
};

/* Returns an exit code. */
int stream_call(const struct stream_options *options, const char *url);

#endif
