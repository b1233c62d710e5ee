#ifndef POBF_PROOFS_BINARY_EXCHANGE_H
#define POBF_PROOFS_BINARY_EXCHANGE_H

#include "enclave/image/image.h"
#include "enclave/monitor/message.h"
#include "enclave/monitor/window.h"
#include "framework/chain/provider.h"
#include "framework/wire/offer.h"
#include "proofs/binary/subject.h"

/*
 * One call, the host's part and the data provider's, without chance: whoever makes it twice does the
 * same twice, but for the secret.
 */
enum { EXCHANGE_INPUT_ROOM = 1024 };

struct exchange {
    const struct image *image;
    uint8_t input[EXCHANGE_INPUT_ROOM];
    size_t input_size;
    uint8_t ephemeral[POBF_X25519_BYTES];
    struct window window; /* open */
    struct message_request request;
    struct pobf_provider provider;
    struct pobf_offer offer;
    uint8_t input_commitment[POBF_COMMITMENT_BYTES];
    struct pobf_receipt receipt;
};

/* What the secret is to the subject decides what it is here: the input, or the provider's key. */
void exchange_begin(struct exchange *exchange, const struct subject *subject, const uint8_t *secret,
                    size_t size);

/*
 * Take the offer in the window, publish it, seal the input to it, and make the request of the call.
 * 1, or 0.
 */
int exchange_seal(struct exchange *exchange, const struct message_reply *reply,
                  struct state *state);

/*
 * Take receipt and answer out of the window, hold both against what was sent, and tell the state
 * what is published of this call, and nothing more: the sealed input, the cipher text of the
 * answer with its tag, both commitments, the signature, and the digest of the receipt. 1, or 0
 * where something is amiss.
 */
int exchange_publish(struct exchange *exchange, const struct message_reply *reply,
                     struct state *state);

/* How the function ended, in a word. */
const char *exchange_exit(const struct exchange *exchange);

#endif
