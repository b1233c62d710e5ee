#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "enclave/monitor/retained.h"

static const struct row {
    const char *name;
    enum retained_owner owner;
    const char *what;
    const char *file;
    const char *test;
} rows[] = {
#define X(name, owner, what, file, test) {#name, RETAINED_BY_##owner, what, file, test},
    RETAINED_STATE(X)
#undef X
};

/* 1 where the file lists the test, and so runs it. */
static int is_listed(const char *file, const char *test)
{
    static char text[1 << 17];
    char path[256];
    char entry[256];
    FILE *source;
    size_t size;

    snprintf(path, sizeof path, "tests/enclave/%s", file);
    snprintf(entry, sizeof entry, "(%s)", test);
    source = fopen(path, "r");
    if (source == NULL) {
        return 0;
    }
    size = fread(text, 1, sizeof text - 1, source);
    fclose(source);
    text[size] = 0;
    return strstr(text, entry) != NULL;
}

static void every_row_that_claims_something_has_its_test(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].owner == RETAINED_BY_NOT_CLAIMED) {
            assert_string_equal(rows[i].test, "");
        } else if (!is_listed(rows[i].file, rows[i].test)) {
            fail_msg("%s: no test %s in %s", rows[i].name, rows[i].test, rows[i].file);
        }
    }
    assert_false(is_listed(rows[0].file, "a_test_that_nobody_wrote")); /* so a gap is seen */
}

static void the_retained_set_is_what_the_design_names(void **state)
{
    static const char *const kept[] = {"SIGNING_KEY", "BOOT_ID", "SEQUENCE", "RANDOM"};
    size_t found = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].owner == RETAINED_BY_KEPT) {
            assert_true(found < sizeof kept / sizeof kept[0]);
            assert_string_equal(rows[i].name, kept[found]);
            found++;
        }
    }
    assert_int_equal(found, sizeof kept / sizeof kept[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_that_claims_something_has_its_test),
        cmocka_unit_test(the_retained_set_is_what_the_design_names),
    };

    return cmocka_run_group_tests_name("enclave/monitor/retained", tests, NULL, NULL);
}
