#ifndef POBF_FRAMEWORK_WIRE_QUOTE_H
#define POBF_FRAMEWORK_WIRE_QUOTE_H

#include "framework/core/status.h"
#include "framework/wire/wire.acsl"

#include <stddef.h>

/*
 * A DCAP quote of Intel SGX (version 3) or TDX (4, 5).      Intel SGX and TDX DCAP Quoting Library API.
 *
 *   header 48, body, size 4, signature data, padding
 *   signature data of version 3:      signature 64, key 64, QE
 *   signature data of versions 4, 5:  signature 64, key 64, type 2 (6), size 4, QE
 *   QE: report 384, signature 64, size 2, authentication data, type 2, size 4, certification data
 *
 * Version 5 puts type 2 and size 4 before its body; they are signed with it. Quotes come in buffers
 * that are larger than they are: what follows the signature data is padding, for whoever judges.
 */
enum {
    POBF_QUOTE_HEADER_BYTES = 48,
    POBF_QUOTE_SGX_BYTES = 384,  /* a report of an enclave                 */
    POBF_QUOTE_TD10_BYTES = 584, /* of a trust domain, TDX module 1.0      */
    POBF_QUOTE_TD15_BYTES = 648, /* the same, TDX module 1.5               */
    POBF_QUOTE_SIGNATURE_BYTES = 64,
    POBF_QUOTE_CERTS_PEM = 5, /* certification data is the PCK certificate chain, in PEM */
    POBF_QUOTE_CERTS_QE = 6
};

enum pobf_quote_body { POBF_QUOTE_NONE, POBF_QUOTE_SGX, POBF_QUOTE_TD10, POBF_QUOTE_TD15 };

/* A pointer is into the quote itself. */
struct pobf_quote {
    uint32_t version;
    uint32_t key_type; /* of the attestation key: 2 is ECDSA P-256 */
    uint32_t tee_type; /* 0: SGX, 0x81: TDX */
    enum pobf_quote_body body_type;
    const uint8_t *header; /* 48: what is signed begins here */
    size_t signed_size;
    const uint8_t *body;         /* its size follows from its type */
    const uint8_t *signature;    /* 64: by the attestation key */
    const uint8_t *key;          /* 64: the attestation key, X and Y */
    const uint8_t *qe_report;    /* 384 */
    const uint8_t *qe_signature; /* 64: by the PCK */
    const uint8_t *qe_auth;
    size_t qe_auth_size;
    uint32_t certs_type;
    const uint8_t *certs;
    size_t certs_size;
    const uint8_t *padding;
    size_t padding_size;
};

/*@
  logic integer quote_body_size(integer type) =
    type == POBF_QUOTE_SGX ? POBF_QUOTE_SGX_BYTES :
    type == POBF_QUOTE_TD10 ? POBF_QUOTE_TD10_BYTES :
    type == POBF_QUOTE_TD15 ? POBF_QUOTE_TD15_BYTES : 0;

  predicate empty_quote{L}(struct pobf_quote *q) =
    \at(q->version, L) == 0 && \at(q->key_type, L) == 0 && \at(q->tee_type, L) == 0 &&
    \at(q->body_type, L) == POBF_QUOTE_NONE && nowhere(\at(q->header, L), \at(q->signed_size, L)) &&
    \at(q->body, L) == \null && \at(q->signature, L) == \null && \at(q->key, L) == \null &&
    \at(q->qe_report, L) == \null && \at(q->qe_signature, L) == \null &&
    nowhere(\at(q->qe_auth, L), \at(q->qe_auth_size, L)) && \at(q->certs_type, L) == 0 &&
    nowhere(\at(q->certs, L), \at(q->certs_size, L)) &&
    nowhere(\at(q->padding, L), \at(q->padding_size, L));
*/

/*
 * Parse; judges nothing but the layout. POBF_E_INPUT where it is another one; then *quote is all
 * zeros. Every byte of the quote is in one of its parts.
 */
/*@
  requires quote:    \valid(quote);
  requires bytes:    \valid_read(bytes + (0 .. size - 1));
  requires apart:    \separated(quote, bytes + (0 .. size - 1));
  terminates         \true;
  exits              \false;
  assigns            *quote;
  ensures  code:     \result == POBF_OK || \result == POBF_E_INPUT;
  ensures  header:   \result == POBF_OK ==>
                     within(quote->header, quote->signed_size, bytes, size);
  ensures  body:     \result == POBF_OK ==>
                     within(quote->body, quote_body_size(quote->body_type), bytes, size);
  ensures  signed:   \result == POBF_OK ==> within(quote->signature, 64, bytes, size);
  ensures  key:      \result == POBF_OK ==> within(quote->key, 64, bytes, size);
  ensures  report:   \result == POBF_OK ==> within(quote->qe_report, 384, bytes, size);
  ensures  qe:       \result == POBF_OK ==> within(quote->qe_signature, 64, bytes, size);
  ensures  auth:     \result == POBF_OK ==>
                     within(quote->qe_auth, quote->qe_auth_size, bytes, size);
  ensures  certs:    \result == POBF_OK ==> within(quote->certs, quote->certs_size, bytes, size);
  ensures  padding:  \result == POBF_OK ==>
                     within(quote->padding, quote->padding_size, bytes, size);
  ensures  failure:  \result != POBF_OK ==> empty_quote(quote);
*/
POBF_MUST_CHECK
enum pobf_status pobf_quote_parse(struct pobf_quote *quote, const uint8_t *bytes, size_t size);

#endif
