#include "verifier/x509/path.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "verifier/x509/profile.h"

/* How many signatures one path may cost: certificates can be made such that there are many ways. */
enum { SIGNATURES_MAX = 24 };

/* One search for a path. */
struct search {
    struct path *path;
    const struct certs *certs;
    const struct path_profile *profile;
    size_t signatures;
    size_t depth; /* of the way that the defect was found on */
};

int64_t path_epoch(const ASN1_TIME *time)
{
    struct tm broken;

    return time != NULL && ASN1_TIME_to_tm(time, &broken) == 1 ? (int64_t)timegm(&broken)
                                                               : INT64_MIN;
}

/* Of several ways that lead nowhere, people need to hear of the one that led furthest. */
static int fail(struct search *search, X509 *cert, const char *defect)
{
    struct path *path = search->path;

    if (path->defect == NULL || path->count > search->depth) {
        path->defect = defect;
        search->depth = path->count;
        if (X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, path->where,
                                      sizeof path->where) <= 0) {
            snprintf(path->where, sizeof path->where, "a certificate without a name");
        }
    }
    return 0;
}

static int is_root(const struct search *search, X509 *cert)
{
    const struct certs *roots = search->profile->roots;

    for (size_t i = 0; i < roots->count; i++) {
        if (roots->cert[i] == cert) {
            return 1;
        }
    }
    return 0;
}

static int is_in_path(const struct path *path, X509 *cert)
{
    for (size_t i = 0; i < path->count; i++) {
        if (X509_cmp(path->cert[i], cert) == 0) {
            return 1;
        }
    }
    return 0;
}

static size_t count_max(const struct search *search)
{
    return search->profile->count_max != 0 ? search->profile->count_max : PATH_MAX_CERTS;
}

/* A path length constraint counts the certificates below, the leaf and self-issued ones excepted. */
static const char *length_defect(const struct path *path, X509 *issuer)
{
    const long allowed = X509_get_pathlen(issuer);
    long below = 0;

    for (size_t i = 1; i < path->count; i++) {
        const int self_issued = (X509_get_extension_flags(path->cert[i]) & EXFLAG_SI) != 0;

        below += self_issued ? 0 : 1;
    }
    return allowed >= 0 && below > allowed ? "the path below it is longer than it allows" : NULL;
}

static int may_have_issued(X509 *issuer, X509 *cert)
{
    return X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(cert)) == 0;
}

/* The issuer's rules, and that it really issued the last certificate of the path. */
static int is_good_issuer(struct search *search, X509 *issuer)
{
    struct path *path = search->path;
    X509 *cert = path->cert[path->count - 1];
    const enum profile_role below =
        search->profile->bare_issuers ? PROFILE_BARE_ISSUER : PROFILE_ISSUER;
    const char *defect = profile_defect(issuer, is_root(search, issuer) ? PROFILE_ROOT : below);

    if (defect == NULL) {
        defect = length_defect(path, issuer);
    }
    if (defect != NULL) {
        return fail(search, issuer, defect);
    }
    defect = profile_link_defect(cert, issuer);
    if (defect == NULL && search->signatures++ >= SIGNATURES_MAX) {
        defect = "there are too many ways to a root";
    }
    if (defect == NULL && X509_verify(cert, X509_get0_pubkey(issuer)) != 1) {
        defect = "its issuer did not sign it";
    }
    return defect == NULL ? 1 : fail(search, cert, defect);
}

static int climb(struct search *search);

/* Go on from one candidate; where it leads nowhere, it is taken back. */
static int try_issuer(struct search *search, X509 *issuer)
{
    struct path *path = search->path;
    const size_t count = path->count;

    if (!may_have_issued(issuer, path->cert[count - 1]) || is_in_path(path, issuer) ||
        !is_good_issuer(search, issuer)) {
        return 0;
    }
    path->cert[path->count++] = issuer;
    if (is_root(search, issuer) || climb(search)) {
        return 1;
    }
    path->count = count;
    return 0;
}

/* From the last certificate of the path to a root: roots first, then what came with the evidence. */
static int climb(struct search *search)
{
    const struct certs *roots = search->profile->roots;
    const struct certs *certs = search->certs;
    X509 *last = search->path->cert[search->path->count - 1];

    if (search->path->count == count_max(search)) {
        return fail(search, last, "the path is longer than the vendor's");
    }
    for (size_t i = 0; i < roots->count; i++) {
        if (try_issuer(search, roots->cert[i])) {
            return 1;
        }
    }
    for (size_t i = 0; i < certs->count && search->path->count + 1 < count_max(search); i++) {
        if (!is_root(search, certs->cert[i]) && try_issuer(search, certs->cert[i])) {
            return 1;
        }
    }
    return search->path->defect != NULL ? 0 : fail(search, last, "its issuer is not known");
}

static void narrow(int64_t *from, int64_t *until, int64_t not_before, int64_t not_after)
{
    *from = not_before > *from ? not_before : *from;
    *until = not_after < *until ? not_after : *until;
}

static int take_span(struct search *search)
{
    struct path *path = search->path;

    for (size_t i = 0; i < path->count; i++) {
        const int64_t from = path_epoch(X509_get0_notBefore(path->cert[i]));
        const int64_t until = path_epoch(X509_get0_notAfter(path->cert[i]));

        if (from == INT64_MIN || until == INT64_MIN) {
            return fail(search, path->cert[i], "it does not say when it is valid");
        }
        narrow(&path->from, &path->until, from, until);
    }
    return 1;
}

/* Once verified, a list stays so: an issuer's is asked for every certificate that it issued. */
static int is_signed(struct path_memo *memo, X509_CRL *crl, X509 *issuer)
{
    for (size_t i = 0; memo != NULL && i < memo->count; i++) {
        if (memo->crl[i] == crl && memo->issuer[i] == issuer) {
            return 1;
        }
    }
    if (!profile_crl_is_signed(crl, issuer)) {
        return 0;
    }
    if (memo != NULL && memo->count < CERTS_CRL_MAX) {
        memo->crl[memo->count] = crl;
        memo->issuer[memo->count++] = issuer;
    }
    return 1;
}

/* One list of this issuer: it must be good, and not name the certificate. */
static int passes_crl(struct search *search, X509_CRL *crl, X509 *cert, X509 *issuer)
{
    struct path *path = search->path;
    X509_REVOKED *entry;
    const char *defect = profile_crl_defect(crl, issuer);

    if (defect == NULL && !is_signed(search->profile->memo, crl, issuer)) {
        defect = "the signature of its revocation list does not verify";
    }
    if (defect != NULL) {
        return fail(search, issuer, defect);
    }
    if (X509_CRL_get0_by_cert(crl, &entry, cert) != 0) {
        return fail(search, cert, "its issuer revoked it");
    }
    narrow(&path->crl_from, &path->crl_until, path_epoch(X509_CRL_get0_lastUpdate(crl)),
           path_epoch(X509_CRL_get0_nextUpdate(crl)));
    path->crl_count++;
    return 1;
}

static int passes_crls(struct search *search, X509 *cert, X509 *issuer)
{
    const struct certs *certs = search->certs;
    int found = 0;

    for (size_t i = 0; i < certs->crl_count; i++) {
        if (X509_NAME_cmp(X509_CRL_get_issuer(certs->crl[i]), X509_get_subject_name(issuer)) == 0) {
            found = 1;
            if (!passes_crl(search, certs->crl[i], cert, issuer)) {
                return 0;
            }
        }
    }
    return found || !search->profile->needs_crl ||
           fail(search, issuer, "there is no revocation list of its");
}

static int is_not_revoked(struct search *search)
{
    const struct path *path = search->path;

    for (size_t i = 0; i + 1 < path->count; i++) {
        if (!passes_crls(search, path->cert[i], path->cert[i + 1])) {
            return 0;
        }
    }
    return 1;
}

static int is_good_leaf(struct search *search, X509 *leaf)
{
    const struct path_profile *profile = search->profile;
    const char *defect =
        profile_defect(leaf, profile->bare_leaf ? PROFILE_BARE_LEAF : PROFILE_LEAF);

    if (defect == NULL && profile->host != NULL) {
        defect = profile_host_defect(leaf, profile->host);
    }
    return defect == NULL ? 1 : fail(search, leaf, defect);
}

int path_build(struct path *path, X509 *leaf, const struct certs *certs,
               const struct path_profile *profile)
{
    struct search search = {path, certs, profile, 0, 0};

    *path = (struct path){.count = 1, .until = INT64_MAX, .crl_until = INT64_MAX};
    path->cert[0] = leaf;
    if (is_good_leaf(&search, leaf) && climb(&search)) {
        path->defect = NULL; /* of a way that led nowhere */
        path->leads_to_root = take_span(&search);
    }
    if (path->leads_to_root) {
        (void)is_not_revoked(&search);
    }
    ERR_clear_error();
    return path->defect == NULL;
}
