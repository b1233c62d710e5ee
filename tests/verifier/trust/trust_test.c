#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "verifier/trust/trust.h"

static void the_pinned_key_is_the_one_that_people_can_read(void **state)
{
    char text[80] = "";
    uint8_t key[POBF_PUBLIC_KEY_BYTES];
    size_t size = 0;
    FILE *file = fopen("verifier/trust/sim.pub", "r");

    (void)state;
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_int_equal(sodium_hex2bin(key, sizeof key, text, strcspn(text, "\n"), NULL, &size, NULL),
                     0);
    assert_int_equal(size, sizeof key);
    assert_memory_equal(key, trust_sim_root, sizeof key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pinned_key_is_the_one_that_people_can_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
