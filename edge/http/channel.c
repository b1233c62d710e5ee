#include "edge/http/channel.h"

#include <string.h>

#include <openssl/evp.h>

enum pobf_status channel_export(uint8_t exporter[CHANNEL_BYTES], SSL *session,
                                const uint8_t nonce[CHANNEL_BYTES])
{
    static const char label[] = "EXPORTER-pobf-channel-1";

    if (session != NULL && SSL_is_init_finished(session) &&
        SSL_version(session) == TLS1_3_VERSION &&
        SSL_export_keying_material(session, exporter, CHANNEL_BYTES, label, sizeof label - 1, nonce,
                                   CHANNEL_BYTES, 1) == 1) {
        return POBF_OK;
    }
    memset(exporter, 0, CHANNEL_BYTES);
    return POBF_E_STATE;
}

static const char prefix[8] = {'p', 'o', 'b', 'f', '/', 't', 'l', 's'};

enum pobf_status channel_bind(uint8_t bound[CHANNEL_BYTES], const uint8_t nonce[CHANNEL_BYTES],
                              const struct channel *channel)
{
    static const uint8_t context[] = "pobf channel 1";
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    uint8_t host[CHANNEL_BYTES], digest[CHANNEL_BYTES];
    int good = hash != NULL && EVP_Digest(channel->host, strlen(channel->host), host, NULL,
                                          EVP_sha256(), NULL) == 1;

    good = good && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1 &&
           EVP_DigestUpdate(hash, context, sizeof context - 1) == 1 &&
           EVP_DigestUpdate(hash, nonce, CHANNEL_BYTES) == 1 &&
           EVP_DigestUpdate(hash, channel->key, CHANNEL_BYTES) == 1 &&
           EVP_DigestUpdate(hash, channel->exporter, CHANNEL_BYTES) == 1 &&
           EVP_DigestUpdate(hash, host, CHANNEL_BYTES) == 1 &&
           EVP_DigestFinal_ex(hash, digest, NULL) == 1;
    EVP_MD_CTX_free(hash);
    if (!good) {
        memset(bound, 0, CHANNEL_BYTES);
        return POBF_E_SYSTEM;
    }
    memcpy(bound, prefix, sizeof prefix);
    memcpy(bound + sizeof prefix, digest, CHANNEL_BYTES - sizeof prefix);
    return POBF_OK;
}

int channel_is_bound(const uint8_t nonce[CHANNEL_BYTES])
{
    return memcmp(nonce, prefix, sizeof prefix) == 0;
}
