#include "tests/verifier/x509/chain.h"

#include <openssl/bio.h>
#include <openssl/pem.h>

static struct chain_party party, other;

static int make(void **state)
{
    const struct chain_wish wish = {.name = "one"}, other_wish = {.name = "two"};

    (void)state;
    chain_make(&party, &wish);
    chain_make(&other, &other_wish);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    chain_clear(&party);
    chain_clear(&other);
    return 0;
}

/* PEM of both certificates and of a list, with words around them. */
static size_t print_pem(char *text, size_t room)
{
    BIO *bio = BIO_new(BIO_s_mem());
    X509_CRL *crl = chain_crl(&party, NULL);
    int size;

    BIO_puts(bio, "words before\n");
    assert_int_equal(PEM_write_bio_X509(bio, party.cert), 1);
    assert_int_equal(PEM_write_bio_PUBKEY(bio, party.key), 1);
    assert_int_equal(PEM_write_bio_X509_CRL(bio, crl), 1);
    BIO_puts(bio, "words between\n");
    assert_int_equal(PEM_write_bio_X509(bio, other.cert), 1);
    size = BIO_read(bio, text, (int)room - 1);
    assert_true(size > 0);
    text[size] = '\0';
    X509_CRL_free(crl);
    BIO_free(bio);
    return (size_t)size;
}

static void pem_holds_any_number_of_both(void **state)
{
    struct certs certs = {.count = 0};
    char text[8192];
    const size_t size = print_pem(text, sizeof text);

    (void)state;
    assert_int_equal(certs_add(&certs, (const uint8_t *)text, size), POBF_OK);
    assert_int_equal(certs.count, 2);
    assert_int_equal(certs.crl_count, 1);
    assert_ptr_equal(certs_find(&certs, "two"), certs.cert[1]);
    assert_null(certs_find(&certs, "three"));
    assert_int_equal(certs_add(&certs, (const uint8_t *)text, size), POBF_OK);
    assert_int_equal(certs.count, 2); /* the same once more */
    certs_clear(&certs);
    assert_int_equal(certs.count, 0);
}

static void der_holds_one_and_nothing_after_it(void **state)
{
    struct certs certs = {.count = 0};
    uint8_t der[2048];
    const size_t size = chain_print(der, sizeof der, party.cert);

    (void)state;
    der[size] = 0;
    assert_int_equal(certs_add(&certs, der, size + 1), POBF_E_INPUT);
    for (size_t cut = 0; cut < size; cut++) {
        assert_int_equal(certs_add(&certs, der, cut), POBF_E_INPUT);
    }
    assert_int_equal(certs.count, 0);
    assert_int_equal(certs_add(&certs, der, size), POBF_OK);
    assert_int_equal(certs.count, 1);
    certs_clear(&certs);
}

static void a_block_that_is_cut_short_is_an_error(void **state)
{
    struct certs certs = {.count = 0};
    char text[8192];

    (void)state;
    print_pem(text, sizeof text);
    *strstr(text, "-----END CERTIFICATE") = '\0';
    assert_int_equal(certs_add(&certs, (const uint8_t *)text, strlen(text)), POBF_E_INPUT);
    assert_int_equal(certs_add(&certs, (const uint8_t *)"nothing", 7), POBF_E_INPUT);
    certs_clear(&certs);
}

static void there_is_an_end_to_what_is_kept(void **state)
{
    struct certs certs = {.count = 0};
    uint8_t der[4096];
    X509_CRL *crl = chain_crl(&party, NULL);
    const size_t size = chain_print_crl(der, sizeof der, crl);

    (void)state;
    for (size_t i = 0; i < CERTS_CRL_MAX; i++) {
        assert_int_equal(certs_add(&certs, der, size), POBF_OK);
    }
    assert_int_equal(certs_add(&certs, der, size), POBF_E_SPACE);
    X509_CRL_free(crl);
    certs_clear(&certs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pem_holds_any_number_of_both, make, forget),
        cmocka_unit_test_setup_teardown(der_holds_one_and_nothing_after_it, make, forget),
        cmocka_unit_test_setup_teardown(a_block_that_is_cut_short_is_an_error, make, forget),
        cmocka_unit_test_setup_teardown(there_is_an_end_to_what_is_kept, make, forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
