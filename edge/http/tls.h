#ifndef POBF_EDGE_HTTP_TLS_H
#define POBF_EDGE_HTTP_TLS_H

#include <stdint.h>

#include <openssl/ssl.h>

#include "framework/core/status.h"

/*
 * TLS 1.3 and nothing else: no session tickets, no resumption, no early data. So every connection
 * has its own keys, and what was said on it cannot be replayed into another one.
 *   channel_key  out: SHA-256 of the key's SubjectPublicKeyInfo
 * POBF_E_MISSING where the PEM files hold no chain and key that belong together.
 */
POBF_MUST_CHECK enum pobf_status tls_open(SSL_CTX **tls, uint8_t channel_key[32],
                                          const char *certificate_path, const char *key_path);

#endif
