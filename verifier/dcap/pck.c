#include "verifier/dcap/pck.h"

#include <string.h>

#include <openssl/asn1.h>
#include <openssl/err.h>

enum { NAME_HEAD = 2, NAME_BYTES = 9, TCB = 2, PCE_SVN = 17, CPU_SVN = 18, NUMBER_BYTES = 3 };

/* 1.2.840.113741.1.13.1 */
static const uint8_t pck_oid[NAME_HEAD + NAME_BYTES] = {
    V_ASN1_OBJECT, NAME_BYTES, 0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01};

/* DER that is read forward: there are two dozen small parts, and none of them is needed later. */
struct der {
    const uint8_t *at;
    const uint8_t *end;
};

/* What is in the next element, which has this type: 1; else 0. */
static int enter(struct der *in, struct der *from, int type)
{
    const uint8_t *at = from->at;
    long size;
    int found, class;
    const int head = ASN1_get_object(&at, &size, &found, &class, from->end - from->at);
    const int constructed = type == V_ASN1_SEQUENCE ? V_ASN1_CONSTRUCTED : 0;

    if (head != constructed || class != V_ASN1_UNIVERSAL || found != type) {
        return 0;
    }
    from->at = at + size;
    *in = (struct der){at, at + size};
    return 1;
}

static size_t left(const struct der *der)
{
    return (size_t)(der->end - der->at);
}

/* The name above and an arc; of what is in the TCB, the TCB's and an arc. */
static int is_named(const struct der *name, int in_tcb, uint8_t arc)
{
    const uint8_t tail[] = {TCB, arc};
    const size_t size = in_tcb ? 2 : 1;

    return left(name) == NAME_BYTES + size &&
           memcmp(name->at, pck_oid + NAME_HEAD, NAME_BYTES) == 0 &&
           memcmp(name->at + NAME_BYTES, tail + 2 - size, size) == 0;
}

/* The value of the next pair, which has this name and type: 1; else 0. */
static int take(struct der *value, struct der *list, int in_tcb, uint8_t arc, int type)
{
    struct der pair, name;

    return enter(&pair, list, V_ASN1_SEQUENCE) && enter(&name, &pair, V_ASN1_OBJECT) &&
           is_named(&name, in_tcb, arc) && enter(value, &pair, type) && left(&pair) == 0;
}

static int take_bytes(uint8_t *to, size_t size, struct der *list, int in_tcb, uint8_t arc)
{
    struct der value;

    if (!take(&value, list, in_tcb, arc, V_ASN1_OCTET_STRING) || left(&value) != size) {
        return 0;
    }
    memcpy(to, value.at, size);
    return 1;
}

/* A number of 16 bits, in the shortest form. */
static int take_number(uint32_t *to, struct der *list, uint8_t arc)
{
    struct der value;

    *to = 0;
    if (!take(&value, list, 1, arc, V_ASN1_INTEGER) || left(&value) == 0 ||
        left(&value) > NUMBER_BYTES || value.at[0] >= 0x80 ||
        (left(&value) > 1 && value.at[0] == 0 && value.at[1] < 0x80)) {
        return 0;
    }
    while (left(&value) > 0) {
        *to = *to << 8 | *value.at++;
    }
    return *to <= UINT16_MAX;
}

static int take_tcb(struct pck *pck, struct der *all)
{
    struct der tcb;
    int good = take(&tcb, all, 0, TCB, V_ASN1_SEQUENCE);

    for (uint8_t i = 0; good && i < PCK_COMPONENTS; i++) {
        good = take_number(&pck->component[i], &tcb, (uint8_t)(i + 1)) &&
               pck->component[i] <= UINT8_MAX;
    }
    return good && take_number(&pck->pce_svn, &tcb, PCE_SVN) &&
           take_bytes(pck->cpu_svn, sizeof pck->cpu_svn, &tcb, 1, CPU_SVN) && left(&tcb) == 0;
}

static int open_extension(struct der *all, X509 *cert)
{
    const uint8_t *bytes = pck_oid;
    ASN1_OBJECT *name = d2i_ASN1_OBJECT(NULL, &bytes, sizeof pck_oid);
    const int at = name == NULL ? -1 : X509_get_ext_by_OBJ(cert, name, -1);
    const ASN1_OCTET_STRING *value =
        at < 0 ? NULL : X509_EXTENSION_get_data(X509_get_ext(cert, at));
    struct der whole;

    ASN1_OBJECT_free(name);
    if (value == NULL) {
        return 0;
    }
    whole = (struct der){value->data, value->data + value->length};
    return enter(all, &whole, V_ASN1_SEQUENCE) && left(&whole) == 0;
}

/* What follows is not asked for: which kind of processor, of which platform, how configured. */
static int leave_rest(struct der *all)
{
    struct der pair;

    while (left(all) > 0) {
        if (!enter(&pair, all, V_ASN1_SEQUENCE)) {
            return 0;
        }
    }
    return 1;
}

enum pobf_status pck_parse(struct pck *pck, X509 *cert)
{
    struct der all;
    const int good = open_extension(&all, cert) &&
                     take_bytes(pck->ppid, sizeof pck->ppid, &all, 0, 1) && take_tcb(pck, &all) &&
                     take_bytes(pck->pceid, sizeof pck->pceid, &all, 0, 3) &&
                     take_bytes(pck->fmspc, sizeof pck->fmspc, &all, 0, 4) && leave_rest(&all);

    ERR_clear_error();
    if (!good) {
        memset(pck, 0, sizeof *pck);
    }
    return good ? POBF_OK : POBF_E_INPUT;
}
