#include "proofs/binary/exchange.h"

#include <string.h>

#include "contracts/sodium.h"
#include "enclave/monitor/link.h"

enum { SIGNATURE_BYTES = 64, SEALED_ROOM = 1 << 16 };

static const uint8_t *window_at(const struct exchange *exchange, size_t at)
{
    return (const uint8_t *)(uintptr_t)exchange->window.bytes + at;
}

void exchange_begin(struct exchange *exchange, const struct subject *subject, const uint8_t *secret,
                    size_t size)
{
    *exchange =
        (struct exchange){.image = &subject->image, .input_size = size, .ephemeral = {7, 1, 1}};
    memset(exchange->input, 'x', size);
    exchange->input[0] = secret[0]; /* the function's command */
    if (subject->varies == SUBJECT_INPUT) {
        memcpy(exchange->input, secret, size);
    } else if (subject->varies == SUBJECT_KEY) {
        memcpy(exchange->ephemeral, secret + 1, sizeof exchange->ephemeral);
    }
}

int exchange_seal(struct exchange *exchange, const struct message_reply *reply, struct state *state)
{
    static uint8_t sealed[SEALED_ROOM];
    const struct window *window = &exchange->window;
    const size_t size = exchange->input_size + POBF_SEALED_OVERHEAD;

    if (reply->status != POBF_OK || reply->body_size > window->body_room || size > sizeof sealed ||
        size > window->input_room ||
        pobf_offer_parse(&exchange->offer, window_at(exchange, window->body_at),
                         reply->body_size) != POBF_OK ||
        !state_publish(state, window_at(exchange, window->body_at), reply->body_size)) {
        return 0;
    }
    memcpy(sealed + POBF_X25519_BYTES, exchange->input, exchange->input_size);
    if (pobf_provider_begin(&exchange->provider, &exchange->offer, exchange->image->measurement,
                            exchange->image->policy, exchange->ephemeral) != POBF_OK ||
        pobf_provider_seal(&exchange->provider, sealed, exchange->input_size,
                           exchange->input_commitment) != POBF_OK) {
        return 0;
    }
    window_put(window, window->input_at, sealed, size);
    exchange->request = (struct message_request){.kind = LINK_CALL, .size = size};
    memcpy(exchange->request.value, exchange->offer.task_id, sizeof exchange->offer.task_id);
    return 1;
}

/* A receipt of this very call, whose fields are said by a parser that knows no others. */
static int take_receipt(struct exchange *exchange, size_t size)
{
    return size > SIGNATURE_BYTES && size <= POBF_RECEIPT_ROOM &&
           pobf_receipt_parse(&exchange->receipt, window_at(exchange, 0), size) == POBF_OK &&
           memcmp(exchange->receipt.input_commitment, exchange->input_commitment,
                  POBF_COMMITMENT_BYTES) == 0;
}

/* An answer that opens is a nonce, a cipher text and its tag: there is no place for more. */
static int answer_opens(struct exchange *exchange, size_t size)
{
    static uint8_t answer[SEALED_ROOM];
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    size_t output_size;

    if (size == 0) {
        return 1;
    }
    if (size > sizeof answer) {
        return 0;
    }
    memcpy(answer, window_at(exchange, exchange->window.body_at), size);
    return pobf_provider_open(&exchange->provider, answer, size, &output_size, commitment) ==
               POBF_OK &&
           memcmp(commitment, exchange->receipt.output_commitment, sizeof commitment) == 0;
}

int exchange_publish(struct exchange *exchange, const struct message_reply *reply,
                     struct state *state)
{
    const struct window *window = &exchange->window;
    const uint8_t *receipt = window_at(exchange, 0);
    uint8_t digest[POBF_DIGEST_BYTES];
    size_t answer_size = reply->body_size;

    if (!take_receipt(exchange, reply->receipt_size) || answer_size > window->body_room ||
        (answer_size > 0 && answer_size < POBF_SEALED_OVERHEAD) ||
        !answer_opens(exchange, answer_size) ||
        crypto_hash_sha256(digest, receipt, reply->receipt_size) != 0) {
        return 0;
    }
    answer_size -= answer_size > 0 ? POBF_X25519_BYTES : 0;
    return state_publish(state, window_at(exchange, window->input_at), exchange->request.size) &&
           state_publish(state, window_at(exchange, window->body_at + POBF_X25519_BYTES),
                         answer_size) &&
           state_publish(state, exchange->receipt.input_commitment, POBF_COMMITMENT_BYTES) &&
           state_publish(state, exchange->receipt.output_commitment, POBF_COMMITMENT_BYTES) &&
           state_publish(state, receipt + reply->receipt_size - SIGNATURE_BYTES, SIGNATURE_BYTES) &&
           state_publish(state, digest, sizeof digest);
}

const char *exchange_exit(const struct exchange *exchange)
{
    static const char *const names[] = {
#define X(name, sentence) #name,
        POBF_EXITS(X)
#undef X
    };

    return names[exchange->receipt.exit];
}
