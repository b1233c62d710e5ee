#ifndef POBF_EDGE_HTTP_CHANNEL_H
#define POBF_EDGE_HTTP_CHANNEL_H

#include <stdint.h>

#include <openssl/ssl.h>

#include "framework/core/status.h"

/*
 * Evidence that is asked for over TLS, after the handshake, is bound to that connection: both sides
 * compute from the client's nonce the one that the evidence must hold,
 *
 *   "pobf/tls" || the first 24 bytes of
 *   SHA-256("pobf channel 1" || nonce || TLS key || exporter || SHA-256(host))
 *
 *   TLS key   SHA-256 of the server's SubjectPublicKeyInfo, as this side sees it
 *   exporter  32 bytes of this side's session, context: nonce          RFC 8446, 7.5; RFC 9266
 *   host      whom the client means to speak to, as in its URL: "127.0.0.1:8443"
 *
 * Who stands in between has two sessions, with two exporters, even where it has stolen the TLS key. It can
 * compute what its victim expects; so a host holds no nonce that begins like this because it is asked to.
 */
enum { CHANNEL_BYTES = 32, CHANNEL_HOST_MAX = 255 };

struct channel {
    uint8_t key[CHANNEL_BYTES];
    uint8_t exporter[CHANNEL_BYTES];
    const char *host;
};

/* POBF_E_STATE where the session is not one of TLS 1.3, past its handshake; then all is zero. */
POBF_MUST_CHECK enum pobf_status channel_export(uint8_t exporter[CHANNEL_BYTES], SSL *session,
                                                const uint8_t nonce[CHANNEL_BYTES]);

/* `bound` may be `nonce`. On any error it is all zeros, which no evidence is asked with. */
POBF_MUST_CHECK enum pobf_status channel_bind(uint8_t bound[CHANNEL_BYTES],
                                              const uint8_t nonce[CHANNEL_BYTES],
                                              const struct channel *channel);

/* 1 where a nonce begins as those of channel_bind do; of others' random ones 1 in 2^64. */
int channel_is_bound(const uint8_t nonce[CHANNEL_BYTES]);

#endif
