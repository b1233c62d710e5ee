#include <arpa/inet.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "verifier/x509/profile.h"

/* Whom a certificate is for. libssl compares; before that, the names must be names of hosts. */

/* Letters, digits, hyphens, dots; a wildcard stands for the whole first label, above two others. */
static int is_dns_name(const char *name, size_t size)
{
    const size_t first = size >= 2 && memcmp(name, "*.", 2) == 0 ? 2 : 0;
    size_t dots = 0;

    for (size_t i = first; i < size; i++) {
        const char c = name[i];

        if (c == '.' && (i == first || i + 1 == size || name[i - 1] == '.')) {
            return 0;
        }
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '.')) {
            return 0;
        }
        dots += c == '.';
    }
    return size > first && (first == 0 || dots >= 1);
}

static int is_address(const char *name)
{
    uint8_t address[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}

static int is_host_name(const GENERAL_NAME *name)
{
    const ASN1_IA5STRING *dns = name->d.dNSName;
    char text[256] = "";

    if (name->type == GEN_IPADD) {
        return name->d.iPAddress->length == 4 || name->d.iPAddress->length == 16;
    }
    if (name->type != GEN_DNS || dns->length >= (int)sizeof text) {
        return 0;
    }
    memcpy(text, dns->data, (size_t)dns->length);
    return is_dns_name(text, (size_t)dns->length) && !is_address(text);
}

static const char *names_defect(X509 *leaf)
{
    int critical;
    GENERAL_NAMES *names = X509_get_ext_d2i(leaf, NID_subject_alt_name, &critical, NULL);
    const int nameless = X509_NAME_entry_count(X509_get_subject_name(leaf)) == 0;
    const char *defect = NULL;

    if (names == NULL || sk_GENERAL_NAME_num(names) == 0) {
        defect = "it names no host";
    } else if (critical != nameless) {
        defect = "its names are critical beside a subject, or not critical without one";
    }
    for (int i = 0; defect == NULL && i < sk_GENERAL_NAME_num(names); i++) {
        if (!is_host_name(sk_GENERAL_NAME_value(names, i))) {
            defect = "one of its names is not a host's";
        }
    }
    GENERAL_NAMES_free(names);
    return defect;
}

/* The same text: DNS names as they are written, addresses as inet_ntop writes them. */
static int is_name(const GENERAL_NAME *name, const char *text, size_t size)
{
    char address[INET6_ADDRSTRLEN];
    const ASN1_OCTET_STRING *bytes = name->d.iPAddress;

    if (name->type == GEN_DNS) {
        return (size_t)name->d.dNSName->length == size &&
               memcmp(name->d.dNSName->data, text, size) == 0;
    }
    return inet_ntop(bytes->length == 4 ? AF_INET : AF_INET6, bytes->data, address,
                     sizeof address) != NULL &&
           strcmp(address, text) == 0;
}

/* A common name, where there is one, must be one of the names. */
static int has_honest_common_name(X509 *leaf)
{
    char text[256];
    const int size =
        X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, text, sizeof text);
    GENERAL_NAMES *names = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
    int found = size < 0;

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        found = found || is_name(sk_GENERAL_NAME_value(names, i), text, (size_t)size);
    }
    GENERAL_NAMES_free(names);
    return found;
}

static int is_for_servers(X509 *leaf)
{
    const int at = X509_get_ext_by_NID(leaf, NID_ext_key_usage, -1);
    const uint32_t purposes = X509_get_extended_key_usage(leaf);

    return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(leaf, at)) == 0 &&
           (purposes & XKU_SSL_SERVER) != 0 && (purposes & XKU_ANYEKU) == 0;
}

const char *profile_host_defect(X509 *leaf, const char *host)
{
    const char *defect = names_defect(leaf);
    const unsigned int flags =
        X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    int matches;

    if (defect != NULL) {
        return defect;
    }
    if (!is_for_servers(leaf)) {
        return "its extended key usage is not that of a server, alone and not critical";
    }
    matches = is_address(host) ? X509_check_ip_asc(leaf, host, 0)
                               : X509_check_host(leaf, host, strlen(host), flags, NULL);
    if (matches != 1) {
        return "it is for another host";
    }
    return has_honest_common_name(leaf) ? NULL : "its common name is none of its names";
}
