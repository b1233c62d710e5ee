#ifndef POBF_FRAMEWORK_WIRE_TOKEN_H
#define POBF_FRAMEWORK_WIRE_TOKEN_H

#include "framework/wire/cbor_map.h"

/*
 * The claims of tokens that others print: keys in any order, some of them left out. What is found
 * is a span of what was read. A claim that is wrong sticks to `failed`, so that a token is read
 * claim by claim and asked once.
 */
struct pobf_token {
    struct pobf_cbor_map claims;
    uint32_t failed; /* 1: a claim was missing, of another type, or of a size that it cannot have */
};

enum pobf_token_need { POBF_TOKEN_OPTIONAL, POBF_TOKEN_REQUIRED };

/*@
  predicate valid_token{L}(struct pobf_token *t) = \valid{L}(t) && valid_map{L}(&t->claims);
*/

/* Open a token: a map, and nothing after it. */
/*@
  requires token:  \valid(token);
  requires span:   \valid_read(span);
  requires bytes:  \valid_read(bytes + (0 .. span->at + span->size - 1));
  requires fits:   span->at + span->size <= 18446744073709551615;
  requires apart:  \separated(token, span);
  requires alone:  \separated(token, bytes + (0 .. span->at + span->size - 1));
  terminates       \true;
  exits            \false;
  assigns          *token;
  ensures  token:  valid_token(token);
  ensures  source: token->claims.bytes == bytes && token->claims.size == span->at + span->size;
*/
void pobf_token_open(struct pobf_token *token, const uint8_t *bytes, const struct pobf_span *span);

/* The claim under this key: one item, which others take apart. */
/*@
  requires token:  valid_token(token);
  requires item:   \valid(item);
  requires apart:  \separated(item, token);
  terminates       \true;
  exits            \false;
  assigns          *item, token->failed;
  ensures  token:  valid_token(token);
  ensures  sticky: \old(token->failed) != 0 ==> token->failed != 0;
  ensures  item:   span_in(item, token->claims.size);
*/
void pobf_token_item(struct pobf_token *token, struct pobf_span *item, int64_t key,
                     enum pobf_token_need need);

/* A claim that is a byte string of `least` to `most` bytes. */
/*@
  requires token:  valid_token(token);
  requires span:   \valid(span);
  requires apart:  \separated(span, token);
  requires alone:  \separated(span, token->claims.bytes + (0 .. token->claims.size - 1));
  terminates       \true;
  exits            \false;
  assigns          *span, token->failed;
  ensures  token:  valid_token(token);
  ensures  sticky: \old(token->failed) != 0 ==> token->failed != 0;
  ensures  span:   span_in(span, token->claims.size);
  ensures  size:   empty_span(span) || least <= span->size <= most;
*/
void pobf_token_bytes(struct pobf_token *token, struct pobf_span *span, int64_t key,
                      enum pobf_token_need need, size_t least, size_t most);

/* A claim that is a text. */
/*@
  requires token:  valid_token(token);
  requires span:   \valid(span);
  requires apart:  \separated(span, token);
  requires alone:  \separated(span, token->claims.bytes + (0 .. token->claims.size - 1));
  terminates       \true;
  exits            \false;
  assigns          *span, token->failed;
  ensures  token:  valid_token(token);
  ensures  sticky: \old(token->failed) != 0 ==> token->failed != 0;
  ensures  span:   span_in(span, token->claims.size);
*/
void pobf_token_text(struct pobf_token *token, struct pobf_span *span, int64_t key,
                     enum pobf_token_need need);

/* A claim that is a number, not negative and at most `most`; it is required. 0 on failure. */
/*@
  requires token:  valid_token(token);
  terminates       \true;
  exits            \false;
  assigns          token->failed;
  ensures  token:  valid_token(token);
  ensures  sticky: \old(token->failed) != 0 ==> token->failed != 0;
  ensures  range:  \result <= most;
*/
uint64_t pobf_token_uint(struct pobf_token *token, int64_t key, uint64_t most);

#endif
