#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "enclave/rewind/retained.h"

struct claim {
    enum retained_owner owner;
    const char *file;
    const char *test;
};

static const struct row {
    const char *name;
    const char *what;
    struct claim process;
    struct claim kvm;
} rows[] = {
#define X(name, what, process, process_file, process_test, kvm, kvm_file, kvm_test)                \
    {#name,                                                                                        \
     what,                                                                                         \
     {RETAINED_BY_##process, process_file, process_test},                                          \
     {RETAINED_BY_##kvm, kvm_file, kvm_test}},
    RETAINED_STATE(X)
#undef X
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* 1 where a file of tests/enclave/ holds these words. */
static int holds(const char *file, const char *words)
{
    static char text[1 << 17];
    char path[256];
    FILE *source;
    size_t size;

    snprintf(path, sizeof path, "tests/enclave/%s", file);
    source = fopen(path, "r");
    if (source == NULL) {
        return 0;
    }
    size = fread(text, 1, sizeof text - 1, source);
    fclose(source);
    text[size] = 0;
    return strstr(text, words) != NULL;
}

/* 1 where the file lists the test, and so runs it. */
static int is_listed(const char *file, const char *test)
{
    char alone[256];
    char second[256];

    snprintf(alone, sizeof alone, "(%s", test);
    snprintf(second, sizeof second, ", %s)", test);
    return holds(file, alone) || holds(file, second);
}

/* A test of monitor/ runs on KVM where a file of the same name in kvm/ includes it. */
static int runs_on_kvm(const char *file)
{
    char name[256];
    char include[256];

    if (strncmp(file, "monitor/", 8) != 0) {
        return 1;
    }
    snprintf(name, sizeof name, "kvm/%s", file + 8);
    snprintf(include, sizeof include, "#include \"tests/enclave/%s\"", file);
    return holds(name, include);
}

static void assert_claim(const char *row, const struct claim *claim)
{
    if (claim->owner == RETAINED_BY_NOT_CLAIMED || claim->owner == RETAINED_BY_NOT_THERE) {
        assert_string_equal(claim->test, "");
    } else if (!is_listed(claim->file, claim->test)) {
        fail_msg("%s: no test %s in %s", row, claim->test, claim->file);
    }
}

static void every_row_that_claims_something_has_its_test(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        assert_claim(rows[i].name, &rows[i].process);
        assert_claim(rows[i].name, &rows[i].kvm);
        assert_true(runs_on_kvm(rows[i].kvm.file));
    }
    assert_false(is_listed(rows[0].process.file, "a_test_that_nobody_wrote")); /* a gap is seen */
    assert_false(runs_on_kvm("monitor/retained_test.c"));
}

/* 0 where a row with this owner on KVM compiles. */
static int compiles(const char *owner)
{
    char command[512];

    snprintf(command, sizeof command,
             "printf '#include \"enclave/rewind/retained.h\"\\nRETAINED_IS_OWNED(SCRATCH, \"\", "
             "PROCESS_END, \"\", \"\", %s, \"\", \"\")\\n' | "
             "gcc -std=c11 -I. -x c -c -o /dev/null - 2>/dev/null",
             owner);
    return system(command);
}

static void a_row_without_an_owner_does_not_compile(void **state)
{
    (void)state;
    assert_int_equal(compiles("END"), 0);
    assert_int_not_equal(compiles("NOBODY"), 0);
}

static void the_retained_set_is_what_the_design_names(void **state)
{
    static const char *const kept[] = {"SIGNING_KEY", "BOOT_ID", "SEQUENCE", "RANDOM"};
    size_t found = 0;

    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        assert_int_equal(rows[i].process.owner == RETAINED_BY_KEPT,
                         rows[i].kvm.owner == RETAINED_BY_KEPT);
        if (rows[i].kvm.owner == RETAINED_BY_KEPT) {
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
        cmocka_unit_test(a_row_without_an_owner_does_not_compile),
        cmocka_unit_test(the_retained_set_is_what_the_design_names),
    };

    return cmocka_run_group_tests_name("enclave/rewind/retained", tests, NULL, NULL);
}
