#include "verifier/dcap/pck.h"

#include <stdio.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/err.h>

#define PCK_OID "1.2.840.113741.1.13.1"

/* The elements of a SEQUENCE that fills all of `bytes`; NULL where there is none. */
static ASN1_SEQUENCE_ANY *open_sequence(const uint8_t *bytes, long size)
{
    const uint8_t *at = bytes;
    ASN1_SEQUENCE_ANY *sequence = d2i_ASN1_SEQUENCE_ANY(NULL, &at, size);

    if (sequence != NULL && at != bytes + size) {
        sk_ASN1_TYPE_pop_free(sequence, ASN1_TYPE_free);
        return NULL;
    }
    return sequence;
}

static void close_sequence(ASN1_SEQUENCE_ANY *sequence)
{
    sk_ASN1_TYPE_pop_free(sequence, ASN1_TYPE_free);
}

static ASN1_SEQUENCE_ANY *open_element(const ASN1_TYPE *element)
{
    return element->type == V_ASN1_SEQUENCE
               ? open_sequence(element->value.sequence->data, element->value.sequence->length)
               : NULL;
}

static int is_named(const ASN1_TYPE *element, const char *oid)
{
    char text[64];

    return element->type == V_ASN1_OBJECT &&
           OBJ_obj2txt(text, sizeof text, element->value.object, 1) > 0 && strcmp(text, oid) == 0;
}

/* The value of the pair (oid, value) at this place of a sequence; a copy, NULL where it is not so. */
static ASN1_TYPE *take_value(const ASN1_SEQUENCE_ANY *sequence, int place, const char *oid)
{
    const ASN1_TYPE *element = sk_ASN1_TYPE_value(sequence, place);
    ASN1_SEQUENCE_ANY *pair = element == NULL ? NULL : open_element(element);
    ASN1_TYPE *value = NULL;

    if (sk_ASN1_TYPE_num(pair) == 2 && is_named(sk_ASN1_TYPE_value(pair, 0), oid)) {
        value = sk_ASN1_TYPE_pop(pair);
    }
    close_sequence(pair);
    return value;
}

static int take_bytes(uint8_t *to, size_t size, const ASN1_SEQUENCE_ANY *sequence, int place,
                      const char *oid)
{
    ASN1_TYPE *value = take_value(sequence, place, oid);
    const int good = value != NULL && value->type == V_ASN1_OCTET_STRING &&
                     (size_t)value->value.octet_string->length == size;

    if (good) {
        memcpy(to, value->value.octet_string->data, size);
    }
    ASN1_TYPE_free(value);
    return good;
}

static int take_number(uint32_t *to, const ASN1_SEQUENCE_ANY *sequence, int place, const char *oid)
{
    ASN1_TYPE *value = take_value(sequence, place, oid);
    int64_t number = -1;
    const int good = value != NULL && value->type == V_ASN1_INTEGER &&
                     ASN1_INTEGER_get_int64(&number, value->value.integer) == 1 && number >= 0 &&
                     number <= UINT16_MAX;

    *to = good ? (uint32_t)number : 0;
    ASN1_TYPE_free(value);
    return good;
}

static int take_tcb(struct pck *pck, const ASN1_SEQUENCE_ANY *all)
{
    ASN1_TYPE *value = take_value(all, 1, PCK_OID ".2");
    ASN1_SEQUENCE_ANY *tcb = value == NULL ? NULL : open_element(value);
    int good = tcb != NULL;
    char oid[64];

    for (int i = 0; good && i < PCK_COMPONENTS; i++) {
        snprintf(oid, sizeof oid, PCK_OID ".2.%d", i + 1);
        good = take_number(&pck->component[i], tcb, i, oid) && pck->component[i] <= UINT8_MAX;
    }
    good = good && take_number(&pck->pce_svn, tcb, PCK_COMPONENTS, PCK_OID ".2.17") &&
           take_bytes(pck->cpu_svn, sizeof pck->cpu_svn, tcb, PCK_COMPONENTS + 1, PCK_OID ".2.18");
    close_sequence(tcb);
    ASN1_TYPE_free(value);
    return good;
}

static ASN1_SEQUENCE_ANY *open_extension(X509 *cert)
{
    ASN1_OBJECT *name = OBJ_txt2obj(PCK_OID, 1);
    const int at = name == NULL ? -1 : X509_get_ext_by_OBJ(cert, name, -1);
    const ASN1_OCTET_STRING *value =
        at < 0 ? NULL : X509_EXTENSION_get_data(X509_get_ext(cert, at));

    ASN1_OBJECT_free(name);
    return value == NULL ? NULL : open_sequence(value->data, value->length);
}

enum pobf_status pck_parse(struct pck *pck, X509 *cert)
{
    ASN1_SEQUENCE_ANY *all = open_extension(cert);
    const int good = all != NULL && take_bytes(pck->ppid, sizeof pck->ppid, all, 0, PCK_OID ".1") &&
                     take_bytes(pck->pceid, sizeof pck->pceid, all, 2, PCK_OID ".3") &&
                     take_bytes(pck->fmspc, sizeof pck->fmspc, all, 3, PCK_OID ".4") &&
                     take_tcb(pck, all);

    close_sequence(all);
    ERR_clear_error();
    if (!good) {
        memset(pck, 0, sizeof *pck);
    }
    return good ? POBF_OK : POBF_E_INPUT;
}
