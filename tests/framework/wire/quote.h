#ifndef POBF_TESTS_FRAMEWORK_WIRE_QUOTE_H
#define POBF_TESTS_FRAMEWORK_WIRE_QUOTE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "framework/wire/quote.h"

/* Quotes of every layout, unsigned: their parts are filled, and whoever signs finds them by parsing. */

struct quote_wish {
    uint8_t version;
    enum pobf_quote_body body;
    size_t auth_size;
    uint8_t certs_type;
    const uint8_t *certs;
    size_t certs_size;
    size_t padding_size; /* zeros after the signature data */
};

struct quote_writer {
    uint8_t *out;
    size_t size;
};

static inline void quote_put(struct quote_writer *writer, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        writer->out[writer->size++] = (uint8_t)(number >> 8 * i);
    }
}

static inline void quote_fill(struct quote_writer *writer, uint8_t with, size_t size)
{
    memset(writer->out + writer->size, with, size);
    writer->size += size;
}

static inline size_t quote_body_bytes(enum pobf_quote_body body)
{
    return body == POBF_QUOTE_SGX    ? POBF_QUOTE_SGX_BYTES
           : body == POBF_QUOTE_TD10 ? POBF_QUOTE_TD10_BYTES
                                     : POBF_QUOTE_TD15_BYTES;
}

static inline void quote_put_qe(struct quote_writer *writer, const struct quote_wish *wish)
{
    quote_fill(writer, 0x33, POBF_QUOTE_SGX_BYTES);
    quote_fill(writer, 0x44, 64);
    quote_put(writer, wish->auth_size, 2);
    quote_fill(writer, 0x55, wish->auth_size);
    quote_put(writer, wish->certs_type, 2);
    quote_put(writer, wish->certs_size, 4);
    if (wish->certs_size != 0) {
        memcpy(writer->out + writer->size, wish->certs, wish->certs_size);
    }
    writer->size += wish->certs_size;
}

/* Returns the quote's size; `out` has room for it. */
static inline size_t quote_print(uint8_t *out, const struct quote_wish *wish)
{
    struct quote_writer writer = {out, 0};
    const size_t qe_size = 384 + 64 + 2 + wish->auth_size + 2 + 4 + wish->certs_size;
    const int is_old = wish->version == 3;

    quote_put(&writer, wish->version, 2);
    quote_put(&writer, 2, 2);
    quote_put(&writer, wish->body == POBF_QUOTE_SGX ? 0 : 0x81, 4);
    quote_put(&writer, 0, 4);
    memcpy(out + 12, "\x93\x9a\x72\x33\xf7\x9c\x4c\xa9\x94\x0a\x0d\xb3\x95\x7f\x06\x07", 16);
    writer.size = 28;
    quote_fill(&writer, 0, 20);
    if (wish->version == 5) {
        quote_put(&writer, (uint64_t)wish->body, 2);
        quote_put(&writer, quote_body_bytes(wish->body), 4);
    }
    quote_fill(&writer, 0, quote_body_bytes(wish->body));
    quote_put(&writer, 128 + (is_old ? 0U : 6U) + qe_size, 4);
    quote_fill(&writer, 0x11, 64);
    quote_fill(&writer, 0x22, 64);
    if (!is_old) {
        quote_put(&writer, POBF_QUOTE_CERTS_QE, 2);
        quote_put(&writer, qe_size, 4);
    }
    quote_put_qe(&writer, wish);
    quote_fill(&writer, 0, wish->padding_size);
    return writer.size;
}

#endif
