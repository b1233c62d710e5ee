#include "framework/wire/token.h"

void pobf_token_open(struct pobf_token *token, const uint8_t *bytes, const struct pobf_span *span)
{
    struct pobf_cbor_reader reader;

    pobf_span_open(&reader, bytes, span);
    pobf_cbor_map_read(&reader, &token->claims);
    token->failed = pobf_cbor_read_end(&reader) != POBF_OK;
}

void pobf_token_item(struct pobf_token *token, struct pobf_span *item, int64_t key,
                     enum pobf_token_need need)
{
    if (!pobf_cbor_map_find(item, &token->claims, key) && need == POBF_TOKEN_REQUIRED) {
        token->failed = 1;
    }
}

void pobf_token_bytes(struct pobf_token *token, struct pobf_span *span, int64_t key,
                      enum pobf_token_need need, size_t least, size_t most)
{
    const int found = pobf_cbor_map_find(span, &token->claims, key);

    if (!pobf_span_unwrap(span, token->claims.bytes, POBF_CBOR_BYTES, least, most) &&
        (found || need == POBF_TOKEN_REQUIRED)) {
        token->failed = 1;
    }
}

void pobf_token_text(struct pobf_token *token, struct pobf_span *span, int64_t key,
                     enum pobf_token_need need)
{
    const int found = pobf_cbor_map_find(span, &token->claims, key);

    if (!pobf_span_unwrap(span, token->claims.bytes, POBF_CBOR_TEXT, 0, SIZE_MAX) &&
        (found || need == POBF_TOKEN_REQUIRED)) {
        token->failed = 1;
    }
}

uint64_t pobf_token_uint(struct pobf_token *token, int64_t key, uint64_t most)
{
    struct pobf_span item;
    uint64_t number;

    pobf_token_item(token, &item, key, POBF_TOKEN_REQUIRED);
    if (!pobf_span_number(&number, token->claims.bytes, &item) || number > most) {
        token->failed = 1;
        return 0;
    }
    return number;
}
