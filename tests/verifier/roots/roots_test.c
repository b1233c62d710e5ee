#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/roots/roots.h"
#include "verifier/x509/profile.h"

static void every_root_is_the_certificate_of_the_table(void **state)
{
    struct certs certs = {.count = 0};

    (void)state;
    for (int root = 0; root < ROOTS_COUNT; root++) {
        assert_int_equal(roots_add(&certs, (enum roots)root), POBF_OK);
        assert_int_equal(certs.count, root + 1);
    }
    certs_clear(&certs);
}

static void every_root_keeps_to_the_profile_and_signed_itself(void **state)
{
    struct certs certs = {.count = 0};

    (void)state;
    for (int root = 0; root < ROOTS_COUNT; root++) {
        assert_int_equal(roots_add(&certs, (enum roots)root), POBF_OK);
        assert_null(profile_defect(certs.cert[root], PROFILE_ROOT));
        assert_int_equal(X509_self_signed(certs.cert[root], 1), 1);
    }
    certs_clear(&certs);
}

static void a_root_is_added_once(void **state)
{
    struct certs certs = {.count = 0};

    (void)state;
    assert_int_equal(roots_add(&certs, ROOTS_INTEL_SGX), POBF_OK);
    assert_int_equal(roots_add(&certs, ROOTS_INTEL_SGX), POBF_OK);
    assert_int_equal(certs.count, 1);
    certs_clear(&certs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_root_is_the_certificate_of_the_table),
        cmocka_unit_test(every_root_keeps_to_the_profile_and_signed_itself),
        cmocka_unit_test(a_root_is_added_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
