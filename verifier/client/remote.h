#ifndef POBF_VERIFIER_CLIENT_REMOTE_H
#define POBF_VERIFIER_CLIENT_REMOTE_H

#include <stddef.h>
#include <stdint.h>

#include "edge/cli/cli.h"
#include "edge/cli/progress.h"
#include "verifier/client/input.h"

/*
 * A host to speak to: HTTP or HTTPS by libcurl. No redirects, no proxy, TLS 1.3, limits on time and
 * size. Nothing is asked of certificate authorities unless --ca names some: the channel is bound
 * to the enclave, since the evidence names the TLS key. The key of the first answer is pinned, so
 * every later request goes to the holder of that key or nowhere.
 */
struct remote_options {
    const char *ca_path;
    int plain_http; /* 1: --insecure-plain-http */
    uint64_t timeout_s;
};

#define REMOTE_OPTIONS(options)                                                                    \
    {"ca", CLI_VALUE, &(options)->ca_path, "PEM",                                                  \
     "accept only TLS certificates of these authorities"},                                         \
        {"timeout", CLI_NUMBER, &(options)->timeout_s, "SECONDS",                                  \
         "give up a request after so long (default 120)"},                                         \
    {                                                                                              \
        "insecure-plain-http", CLI_FLAG, &(options)->plain_http, NULL,                             \
            "allow http:// to hosts other than this one"                                           \
    }

struct remote;

/* Each returns INPUT_GO_ON, or the exit code to end with, after it told on stderr why. */
int remote_open(struct remote **remote, const char *url, const struct remote_options *options);
void remote_close(struct remote *remote);

/* From now on it moves on as a body is sent; NULL: nobody looks. */
void remote_show(struct remote *remote, struct progress *progress);

/* GET and POST `path`, which begins with '/'. At most `limit` bytes are taken into *answer. */
int remote_get(struct remote *remote, struct input *answer, const char *path, size_t limit);
/*
 * Ask for evidence with this nonce. Over TLS it is bound to the connection, and to whom the URL
 * names (edge/http/channel.h): the nonce becomes the one that the evidence must hold. Not so where
 * `is_for_others`: then somebody else is to check it, who was not part of this connection.
 */
int remote_get_evidence(struct remote *remote, struct input *answer,
                        uint8_t nonce[POBF_NONCE_BYTES], int is_for_others, size_t limit);
int remote_post(struct remote *remote, struct input *answer, const char *path,
                const struct input *body, size_t limit);

/* POST, where every HTTP code is an answer: *http has it. No key is pinned. */
int remote_ask(struct remote *remote, struct input *answer, long *http, const char *path,
               const struct input *body, size_t limit);

/*
 * 1 where the last answer was that what was asked is busy, or has gone, and another try from the
 * evidence on may help: 503 with Retry-After, 410, and 404 of a task.
 */
int remote_may_recover(const struct remote *remote);

/* SHA-256 of the TLS key (SPKI) of who answers; zeros on plain HTTP, or before any answer. */
const uint8_t *remote_channel_key(const struct remote *remote);

#endif
