#include "verifier/x509/profile.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

/*
 * The rules, one function each. OpenSSL has parsed the certificate; what it parsed leniently, and
 * what RFC 5280 leaves to taste, is decided here.
 */

static int is_version_3(X509 *cert)
{
    return X509_get_version(cert) == X509_VERSION_3;
}

/* 20 bytes of a number; Intel's use all their bits, so that DER needs one byte more. */
static int has_serial(X509 *cert)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(cert);

    return ASN1_STRING_type(serial) == V_ASN1_INTEGER && serial->length >= 1 &&
           serial->length <= 20 && !(serial->length == 1 && serial->data[0] == 0);
}

static int has_issuer(X509 *cert)
{
    return X509_NAME_entry_count(X509_get_issuer_name(cert)) > 0;
}

static int has_subject(X509 *cert)
{
    return X509_NAME_entry_count(X509_get_subject_name(cert)) > 0;
}

/* ECDSA and RSA, as given; of RSA-PSS, the salt that goes with its hash, and one hash throughout. */
static int is_known_algorithm(const X509_ALGOR *algorithm)
{
    const ASN1_OBJECT *name;

    X509_ALGOR_get0(&name, NULL, NULL, algorithm);
    switch (OBJ_obj2nid(name)) {
    case NID_ecdsa_with_SHA256:
    case NID_ecdsa_with_SHA384:
    case NID_ecdsa_with_SHA512:
    case NID_sha256WithRSAEncryption:
    case NID_sha384WithRSAEncryption:
    case NID_sha512WithRSAEncryption:
    case NID_rsassaPss: /* its parameters: has_known_signature */
        return 1;
    default:
        return 0;
    }
}

static int has_known_signature(X509 *cert)
{
    const X509_ALGOR *outer;
    int digest;
    int key;
    int bits;

    X509_get0_signature(NULL, &outer, cert);
    return X509_ALGOR_cmp(outer, X509_get0_tbs_sigalg(cert)) == 0 && is_known_algorithm(outer) &&
           X509_get_signature_info(cert, &digest, &key, &bits, NULL) == 1 && bits >= 112 &&
           (digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512);
}

static int is_named_curve(const EVP_PKEY *key)
{
    char curve[32] = "";

    if (EVP_PKEY_get_group_name(key, curve, sizeof curve, NULL) != 1) {
        return 0;
    }
    switch (OBJ_sn2nid(curve)) {
    case NID_X9_62_prime256v1:
    case NID_secp384r1:
    case NID_secp521r1:
        return 1;
    default:
        return 0;
    }
}

/* The key names its curve by an object identifier; explicit parameters can name another one. */
static int has_curve_by_name(X509 *cert)
{
    X509_ALGOR *algorithm;
    int type;

    return X509_PUBKEY_get0_param(NULL, NULL, NULL, &algorithm, X509_get_X509_PUBKEY(cert)) == 1 &&
           (X509_ALGOR_get0(NULL, &type, NULL, algorithm), type == V_ASN1_OBJECT);
}

static int has_known_key(X509 *cert)
{
    const EVP_PKEY *key = X509_get0_pubkey(cert);
    int bits;

    if (key == NULL) {
        return 0;
    }
    bits = EVP_PKEY_get_bits(key);
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_EC:
        return has_curve_by_name(cert) && is_named_curve(key);
    case EVP_PKEY_RSA:
        return bits >= 2048 && bits <= 8192 && bits % 8 == 0;
    default:
        return 0;
    }
}

static int has_each_extension_once(X509 *cert)
{
    for (int i = 0; i < X509_get_ext_count(cert); i++) {
        const ASN1_OBJECT *name = X509_EXTENSION_get_object(X509_get_ext(cert, i));

        if (X509_get_ext_by_OBJ(cert, name, i) >= 0) {
            return 0;
        }
    }
    return 1;
}

/* Critical may be what is judged here, and nothing else. */
static int has_known_critical(X509 *cert)
{
    for (int i = 0; i < X509_get_ext_count(cert); i++) {
        X509_EXTENSION *extension = X509_get_ext(cert, i);

        if (X509_EXTENSION_get_critical(extension)) {
            switch (OBJ_obj2nid(X509_EXTENSION_get_object(extension))) {
            case NID_basic_constraints:
            case NID_key_usage:
            case NID_subject_alt_name:
                break;
            default:
                return 0;
            }
        }
    }
    return 1;
}

/* What libssl knows it has decoded, and marked where it could not; it leaves out this one. */
static int has_readable_extensions(X509 *cert)
{
    int critical;
    AUTHORITY_INFO_ACCESS *access = X509_get_ext_d2i(cert, NID_info_access, &critical, NULL);
    const int readable = access != NULL || critical == -1;

    AUTHORITY_INFO_ACCESS_free(access);
    return readable && (X509_get_extension_flags(cert) & EXFLAG_INVALID) == 0;
}

static int has_no_constraints(X509 *cert)
{
    return X509_get_ext_by_NID(cert, NID_name_constraints, -1) < 0 &&
           X509_get_ext_by_NID(cert, NID_policy_constraints, -1) < 0 &&
           X509_get_ext_by_NID(cert, NID_inhibit_any_policy, -1) < 0 &&
           X509_get_ext_by_NID(cert, NID_policy_mappings, -1) < 0;
}

static int is_no_issuer(X509 *cert)
{
    return (X509_get_extension_flags(cert) & EXFLAG_CA) == 0;
}

static int signs_no_certificates(X509 *cert)
{
    const uint32_t usage = X509_get_key_usage(cert);

    return usage == UINT32_MAX || (usage & KU_KEY_CERT_SIGN) == 0;
}

static int is_issuer(X509 *cert)
{
    const int at = X509_get_ext_by_NID(cert, NID_basic_constraints, -1);

    return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(cert, at)) &&
           (X509_get_extension_flags(cert) & EXFLAG_CA) != 0;
}

static int may_issue(X509 *cert)
{
    const uint32_t usage = X509_get_key_usage(cert);

    return usage == UINT32_MAX || (usage & KU_KEY_CERT_SIGN) != 0;
}

static int has_key_identifier(X509 *cert)
{
    return X509_get0_subject_key_id(cert) != NULL;
}

static int has_issuer_identifier(X509 *cert)
{
    return X509_get0_authority_key_id(cert) != NULL;
}

/* A root that issued itself need not say so; where it does, it says so by its key alone. */
static int names_its_issuer(X509 *cert)
{
    const ASN1_OCTET_STRING *own = X509_get0_subject_key_id(cert);
    const ASN1_OCTET_STRING *issuer = X509_get0_authority_key_id(cert);

    if ((X509_get_extension_flags(cert) & EXFLAG_SI) == 0) {
        return issuer != NULL;
    }
    if (X509_get_ext_by_NID(cert, NID_authority_key_identifier, -1) < 0) {
        return 1;
    }
    return own != NULL && issuer != NULL && ASN1_OCTET_STRING_cmp(own, issuer) == 0 &&
           X509_get0_authority_issuer(cert) == NULL && X509_get0_authority_serial(cert) == NULL;
}

static int has_no_purpose(X509 *cert)
{
    return X509_get_ext_by_NID(cert, NID_ext_key_usage, -1) < 0;
}

enum { L = 1 << PROFILE_LEAF, B = 1 << PROFILE_BARE_LEAF, I = 1 << PROFILE_ISSUER };
enum { N = 1 << PROFILE_BARE_ISSUER, R = 1 << PROFILE_ROOT };

static const struct rule {
    int roles; /* whom it binds */
    int (*holds)(X509 *cert);
    const char *sentence;
} rules[] = {
    {L | B | I | N | R, is_version_3, "it is not of version 3"},
    {L | I | N | R, has_serial, "its serial number is not positive, or longer than 20 bytes"},
    {L | B | I | N | R, has_issuer, "it names no issuer"},
    {I | N | R, has_subject, "it issues, and has no name"},
    {L | B | I | N | R, has_known_signature,
     "its signature algorithm is not RSA or ECDSA with SHA-256 or better, or is said in two ways"},
    {L | B | I | N | R, has_known_key,
     "its key is not P-256, P-384, P-521 by name, nor RSA of 2048 bits or more, in whole bytes"},
    {L | B | I | N | R, has_each_extension_once, "an extension is there twice"},
    {L | B | I | N | R, has_known_critical, "a critical extension is not one that is judged here"},
    {L | B | I | N | R, has_readable_extensions, "an extension does not parse"},
    {L | B | I | N | R, has_no_constraints, "it constrains names or policies; no vendor's does"},
    {L | B, is_no_issuer, "a certificate of an issuer is used as a leaf"},
    {L | B, signs_no_certificates, "a leaf's key may sign certificates"},
    {I | N | R, is_issuer, "its basic constraints do not say, critically, that it issues"},
    {I | N | R, may_issue, "its key usage does not allow it to issue"},
    {I | R, has_key_identifier, "it issues, and has no key identifier"},
    {L | I, has_issuer_identifier, "it does not identify its issuer's key"},
    {R, names_its_issuer,
     "a root names another key as its issuer's, none, or says more than the key"},
    {R, has_no_purpose, "a root limits the purposes of its key"},
};

const char *profile_defect(X509 *cert, enum profile_role role)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if ((rules[i].roles >> role & 1) != 0 && !rules[i].holds(cert)) {
            return rules[i].sentence;
        }
    }
    return NULL;
}

const char *profile_link_defect(X509 *cert, X509 *issuer)
{
    AUTHORITY_KEYID *named = X509_get_ext_d2i(cert, NID_authority_key_identifier, NULL, NULL);
    const int fits = named == NULL || X509_check_akid(issuer, named) == X509_V_OK;

    AUTHORITY_KEYID_free(named);
    return fits ? NULL : "it identifies another key as its issuer's";
}

/* Of the extensions of a list, two are judged here; another critical one changes what it means. */
static int has_known_list_extensions(X509_CRL *crl)
{
    for (int i = 0; i < X509_CRL_get_ext_count(crl); i++) {
        X509_EXTENSION *extension = X509_CRL_get_ext(crl, i);

        if (X509_EXTENSION_get_critical(extension)) {
            return 0;
        }
    }
    return X509_CRL_get_ext_by_NID(crl, NID_crl_number, -1) >= 0 &&
           X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) < 0 &&
           X509_CRL_get_ext_by_NID(crl, NID_issuing_distribution_point, -1) < 0;
}

int profile_crl_is_signed(X509_CRL *crl, X509 *issuer)
{
    const X509_ALGOR *outer;
    int good;

    X509_CRL_get0_signature(crl, NULL, &outer);
    good = is_known_algorithm(outer) && X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1;
    ERR_clear_error();
    return good;
}

const char *profile_crl_defect(X509_CRL *crl, X509 *issuer)
{
    const uint32_t usage = X509_get_key_usage(issuer);

    if (usage != UINT32_MAX && (usage & KU_CRL_SIGN) == 0) {
        return "its key usage does not allow it to sign revocation lists";
    }
    if (!has_known_list_extensions(crl)) {
        return "its revocation list has no number, or is of a kind that is not judged here";
    }
    if (X509_CRL_get0_nextUpdate(crl) == NULL) {
        return "its revocation list does not say until when it counts";
    }
    return NULL;
}
