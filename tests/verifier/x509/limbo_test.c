#include <time.h>

#include <openssl/x509.h>

#include "tests/vectors/vectors.h"
#include "verifier/x509/path.h"

/*
 * C2SP x509-limbo: chains that must be refused, and chains that should be accepted. None of the
 * former is accepted; each of the latter that is refused is in this table, with the reason.
 */
static const struct {
    const char *id;
    const char *defect;
} strict[] = {
    {"cve::cve-2024-0567",
     "a root names another key as its issuer's, none, or says more than the key"},
    {"pathlen::validation-ignores-pathlen-in-leaf", "a certificate of an issuer is used as a leaf"},
    {"pathlen::max-chain-depth-1-self-issued", "it identifies another key as its issuer's"},
    {"rfc5280::eku::ee-without-eku",
     "its extended key usage is not that of a server, alone and not critical"},
    {"rfc5280::nc::permitted-dns-match", "a critical extension is not one that is judged here"},
    {"rfc5280::nc::permitted-dns-match-more", "its common name is none of its names"},
    {"rfc5280::nc::permitted-ipv4-match", "its common name is none of its names"},
    {"rfc5280::nc::permitted-ipv6-match", "its common name is none of its names"},
    {"rfc5280::nc::permitted-dn-match", "a critical extension is not one that is judged here"},
    {"rfc5280::nc::permitted-self-issued", "a critical extension is not one that is judged here"},
    {"rfc5280::nc::permitted-different-constraint-type",
     "a critical extension is not one that is judged here"},
    {"rfc5280::nc::excluded-different-constraint-type",
     "a critical extension is not one that is judged here"},
    {"rfc5280::nc::nc-forbids-alternate-chain-ica", "it identifies another key as its issuer's"},
    {"rfc5280::nc::nc-permits-email-exact", "a critical extension is not one that is judged here"},
    {"rfc5280::nc::nc-permits-email-domain", "a critical extension is not one that is judged here"},
    {"rfc5280::nc::nc-permits-email-literal-asterisk-exact-match",
     "a critical extension is not one that is judged here"},
    {"rfc5280::nc::nc-permits-email-literal-double-asterisk",
     "a critical extension is not one that is judged here"},
    {"rfc5280::nc::nc-permits-email-literal-mid-asterisk",
     "a critical extension is not one that is judged here"},
    {"rfc5280::nc::nc-forbids-othername-noop",
     "a critical extension is not one that is judged here"},
    {"rfc5280::ca-as-leaf", "a certificate of an issuer is used as a leaf"},
    {"webpki::nc::permitted-dns-match-noncritical",
     "it constrains names or policies; no vendor's does"},
    {"webpki::nc::nc-permits-dns-san-pattern", "its common name is none of its names"},
    {"webpki::san::exact-localhost-ip-san", "its common name is none of its names"},
    {"webpki::san::leftmost-wildcard-san", "its common name is none of its names"},
    {"online::fastly.com", "its serial number is not positive, or longer than 20 bytes"},
};

static void add_all(struct certs *certs, const json_t *list)
{
    size_t i;
    json_t *text;

    json_array_foreach(list, i, text)
    {
        const char *pem = json_string_value(text);
        const enum pobf_status status = certs_add(certs, (const uint8_t *)pem, strlen(pem));

        (void)status; /* one that does not parse is not there */
    }
}

static int64_t instant_of(const json_t *vector)
{
    const char *text = json_string_value(json_object_get(vector, "validation_time"));
    struct tm broken = {.tm_year = 0};

    if (text == NULL) {
        return 1788000000; /* the cases without an instant are valid for centuries */
    }
    assert_non_null(strptime(text, "%Y-%m-%dT%H:%M:%S", &broken));
    return timegm(&broken);
}

static size_t count_max_of(const json_t *vector)
{
    const json_t *depth = json_object_get(vector, "max_chain_depth");

    return json_is_integer(depth) ? (size_t)json_integer_value(depth) + 2 : 0;
}

/* NULL where the chain is accepted. */
static const char *defect_of(const json_t *vector)
{
    static struct path path;
    struct certs roots = {.count = 0};
    struct certs leaf = {.count = 0};
    struct certs certs = {.count = 0};
    const json_t *host = json_object_get(vector, "expected_peer_name");
    const char *pem = vectors_text(vector, "peer_certificate");
    const int64_t at = instant_of(vector);
    struct path_profile profile = {.roots = &roots, .count_max = count_max_of(vector)};
    const char *defect = NULL;

    profile.host = json_string_value(json_object_get(host, "value"));
    add_all(&roots, json_object_get(vector, "trusted_certs"));
    add_all(&certs, json_object_get(vector, "untrusted_intermediates"));
    add_all(&certs, json_object_get(vector, "crls"));
    if (certs_add(&leaf, (const uint8_t *)pem, strlen(pem)) != POBF_OK) {
        defect = "it does not parse";
    } else if (!path_build(&path, leaf.cert[0], &certs, &profile)) {
        defect = path.defect;
        assert_non_null(defect);
    } else if (at < path.from || at > path.until) {
        defect = "it is not valid at this instant";
    } else if (at < path.crl_from || at > path.crl_until) {
        defect = "its revocation list is not valid at this instant";
    }
    certs_clear(&roots);
    certs_clear(&leaf);
    certs_clear(&certs);
    return defect;
}

static int is_listed(const char *id, const char *defect, size_t *used)
{
    for (size_t i = 0; i < sizeof strict / sizeof strict[0]; i++) {
        if (strcmp(strict[i].id, id) == 0) {
            assert_string_equal(strict[i].defect, defect);
            (*used)++;
            return 1;
        }
    }
    return 0;
}

static void no_bad_chain_is_accepted_and_every_strict_reject_has_its_reason(void **state)
{
    json_t *vectors = vectors_load("x509-limbo/limbo-20260629-207cases.json");
    size_t used = 0;
    size_t wrong = 0;
    size_t accepted = 0;
    size_t i;
    json_t *vector;

    (void)state;
    json_array_foreach(json_object_get(vectors, "testcases"), i, vector)
    {
        const char *id = vectors_text(vector, "id");
        const int good = strcmp(vectors_text(vector, "expected_result"), "SUCCESS") == 0;
        const char *defect = defect_of(vector);

        accepted += defect == NULL;
        if (good ? defect != NULL && !is_listed(id, defect, &used) : defect == NULL) {
            printf("%s: %s\n", id, defect == NULL ? "accepted" : defect);
            wrong++;
        }
    }
    json_decref(vectors);
    assert_int_equal(wrong, 0);
    assert_int_equal(used, sizeof strict / sizeof strict[0]);
    assert_true(accepted > 20); /* the control: not everything is refused */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_bad_chain_is_accepted_and_every_strict_reject_has_its_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
