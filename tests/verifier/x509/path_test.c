#include "tests/verifier/x509/chain.h"
#include "verifier/x509/path.h"

/* A root, an issuer and a leaf, all as they should be; each test spoils one thing. */
static struct chain_party root, issuer, leaf;
static struct certs roots, certs;
static struct path path;

static void make_leaf(const struct chain_extension *extension)
{
    const struct chain_wish wish = {.kind = CHAIN_LEAF,
                                    .name = "leaf",
                                    .issuer = &issuer,
                                    .extensions = extension,
                                    .extension_count = extension != NULL};

    chain_clear(&leaf);
    chain_make(&leaf, &wish);
}

static int make_chain(void **state)
{
    const struct chain_wish root_wish = {.name = "root"};
    const struct chain_wish issuer_wish = {.name = "issuer", .issuer = &root};

    (void)state;
    chain_make(&root, &root_wish);
    chain_make(&issuer, &issuer_wish);
    make_leaf(NULL);
    chain_add(&roots, &root);
    chain_add(&certs, &issuer);
    return 0;
}

static int forget_chain(void **state)
{
    (void)state;
    chain_clear(&root);
    chain_clear(&issuer);
    chain_clear(&leaf);
    certs_clear(&roots);
    certs_clear(&certs);
    return 0;
}

static const struct path_profile plain = {.roots = &roots};

static void assert_defect(const struct path_profile *profile, const char *defect)
{
    assert_int_equal(path_build(&path, leaf.cert, &certs, profile), 0);
    assert_string_equal(path.defect, defect);
}

/* Give an issuer's revocation list; `revoked` is on it. */
static void add_crl(const struct chain_party *of, X509 *revoked)
{
    uint8_t der[4096];
    X509_CRL *crl = chain_crl(of, revoked);

    assert_int_equal(certs_add(&certs, der, chain_print_crl(der, sizeof der, crl)), POBF_OK);
    X509_CRL_free(crl);
}

static void a_good_chain_leads_to_the_root(void **state)
{
    (void)state;
    assert_int_equal(path_build(&path, leaf.cert, &certs, &plain), 1);
    assert_int_equal(path.count, 3);
    assert_null(path.defect);
    assert_int_equal(path.from, CHAIN_FROM);
    assert_int_equal(path.until, CHAIN_UNTIL);
    assert_int_equal(path.crl_count, 0);
}

static void a_root_that_comes_with_the_evidence_is_not_trusted(void **state)
{
    struct certs others = {.count = 0};
    struct chain_party other = {NULL, NULL};
    const struct chain_wish wish = {.name = "root"};
    const struct path_profile profile = {.roots = &others};

    (void)state;
    chain_make(&other, &wish);
    chain_add(&others, &other); /* the same name, another key */
    chain_add(&certs, &root);
    assert_defect(&profile, "it identifies another key as its issuer's");
    chain_clear(&other);
    certs_clear(&others);
}

static void a_root_is_known_by_its_key_when_it_was_issued_again(void **state)
{
    struct chain_party again = {root.key, X509_dup(root.cert)};
    struct certs others = {.count = 0};
    const struct path_profile profile = {.roots = &others};

    (void)state;
    ASN1_TIME_set(X509_getm_notAfter(again.cert), CHAIN_UNTIL + 1);
    chain_sign(again.cert, root.key);
    chain_add(&others, &again);
    chain_add(&certs, &root);
    assert_int_equal(path_build(&path, leaf.cert, &certs, &profile), 1);
    X509_free(again.cert);
    certs_clear(&others);
}

static void a_leaf_that_its_issuer_did_not_sign_is_refused(void **state)
{
    (void)state;
    chain_sign(leaf.cert, root.key);
    assert_defect(&plain, "its issuer did not sign it");
}

static void an_unknown_issuer_is_refused(void **state)
{
    (void)state;
    certs_clear(&certs);
    assert_defect(&plain, "its issuer is not known");
}

static void a_leaf_does_not_issue(void **state)
{
    const struct chain_wish wish = {.kind = CHAIN_LEAF, .name = "below", .issuer = &leaf};
    struct chain_party below = {NULL, NULL};

    (void)state;
    chain_make(&below, &wish);
    chain_add(&certs, &leaf);
    assert_int_equal(path_build(&path, below.cert, &certs, &plain), 0);
    assert_string_equal(path.defect,
                        "its basic constraints do not say, critically, that it issues");
    assert_string_equal(path.where, "leaf");
    chain_clear(&below);
}

static void an_unknown_critical_extension_is_refused_and_an_uncritical_one_is_not(void **state)
{
    struct chain_extension extension = {"1.2.3.4", (const uint8_t *)"\x05", 2, 1};

    (void)state;
    make_leaf(&extension);
    assert_defect(&plain, "a critical extension is not one that is judged here");
    extension.critical = 0;
    make_leaf(&extension);
    assert_int_equal(path_build(&path, leaf.cert, &certs, &plain), 1);
}

static void a_path_longer_than_the_vendors_is_refused(void **state)
{
    const struct path_profile profile = {.roots = &roots, .count_max = 2};

    (void)state;
    assert_int_equal(path_build(&path, leaf.cert, &certs, &profile), 0);
}

static void a_bare_leaf_passes_only_where_the_vendor_makes_them(void **state)
{
    const struct chain_wish wish = {.kind = CHAIN_BARE_LEAF, .name = "leaf", .issuer = &issuer};
    const struct path_profile profile = {.roots = &roots, .bare_leaf = 1};

    (void)state;
    chain_clear(&leaf);
    chain_make(&leaf, &wish);
    assert_int_equal(path_build(&path, leaf.cert, &certs, &profile), 1);
    assert_defect(&plain, "its serial number is not positive, or longer than 20 bytes");
}

static void revocation_is_asked_of_every_issuer(void **state)
{
    const struct path_profile needs = {.roots = &roots, .needs_crl = 1};

    (void)state;
    assert_defect(&needs, "there is no revocation list of its");
    add_crl(&issuer, NULL);
    assert_defect(&needs, "there is no revocation list of its");
    assert_int_equal(path.leads_to_root, 1);
    add_crl(&root, NULL);
    assert_int_equal(path_build(&path, leaf.cert, &certs, &needs), 1);
    assert_int_equal(path.crl_count, 2);
    assert_int_equal(path.crl_until, CHAIN_UNTIL);
}

static void what_is_on_a_list_is_refused_whoever_is_on_it(void **state)
{
    (void)state;
    add_crl(&issuer, leaf.cert);
    assert_defect(&plain, "its issuer revoked it");
    assert_string_equal(path.where, "leaf");
    add_crl(&root, issuer.cert);
    certs_clear(&certs);
    chain_add(&certs, &issuer);
    add_crl(&root, issuer.cert);
    assert_defect(&plain, "its issuer revoked it");
    assert_string_equal(path.where, "issuer");
}

static void a_list_that_its_issuer_did_not_sign_is_refused(void **state)
{
    struct chain_party forger = {root.key, issuer.cert};

    (void)state;
    add_crl(&forger, NULL);
    assert_defect(&plain, "the signature of its revocation list does not verify");
}

/* Every name the same, every key another: there are many ways, and none leads to the root. */
static void a_maze_of_issuers_is_given_up(void **state)
{
    struct chain_party maze[6] = {{NULL, NULL}};
    const struct chain_wish wish = {.name = "issuer"};

    (void)state;
    certs_clear(&certs);
    for (size_t i = 0; i < 6; i++) {
        chain_make(&maze[i], &wish);
        chain_add(&certs, &maze[i]);
    }
    assert_int_equal(path_build(&path, leaf.cert, &certs, &plain), 0);
    for (size_t i = 0; i < 6; i++) {
        chain_clear(&maze[i]);
    }
}

static void an_instant_is_read_in_seconds(void **state)
{
    ASN1_TIME *time = ASN1_TIME_set(NULL, CHAIN_AT);

    (void)state;
    assert_int_equal(path_epoch(time), CHAIN_AT);
    assert_true(path_epoch(NULL) == INT64_MIN);
    ASN1_TIME_free(time);
}

int main(void)
{
#define FRESH(test) cmocka_unit_test_setup_teardown(test, make_chain, forget_chain)
    const struct CMUnitTest tests[] = {
        FRESH(a_good_chain_leads_to_the_root),
        FRESH(a_root_that_comes_with_the_evidence_is_not_trusted),
        FRESH(a_root_is_known_by_its_key_when_it_was_issued_again),
        FRESH(a_leaf_that_its_issuer_did_not_sign_is_refused),
        FRESH(an_unknown_issuer_is_refused),
        FRESH(a_leaf_does_not_issue),
        FRESH(an_unknown_critical_extension_is_refused_and_an_uncritical_one_is_not),
        FRESH(a_path_longer_than_the_vendors_is_refused),
        FRESH(a_bare_leaf_passes_only_where_the_vendor_makes_them),
        FRESH(revocation_is_asked_of_every_issuer),
        FRESH(what_is_on_a_list_is_refused_whoever_is_on_it),
        FRESH(a_list_that_its_issuer_did_not_sign_is_refused),
        FRESH(a_maze_of_issuers_is_given_up),
        cmocka_unit_test(an_instant_is_read_in_seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
