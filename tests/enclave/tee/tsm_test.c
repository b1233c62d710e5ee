/*
 * The provider against a STAND-IN for the kernel: a model of configfs-tsm in this file, behind the four calls
 * that reach it. It counts generations, keeps the floor of levels, refuses too much and reports nothing before it
 * was asked, as drivers/virt/coco/tsm.c does; no confidential machine is in it.
 * LINK: -Wl,--wrap=tsm_entry_make,--wrap=tsm_entry_remove,--wrap=tsm_entry_write,--wrap=tsm_entry_read
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "enclave/tee/tsm.h"
#include "enclave/tee/tsm_entry.h"

static const uint8_t data[TSM_INBLOB_MAX] = {1, 2, 3};
static const struct tsm_options as_it_is = {.reports = "stand-in", .privlevel = -1};

static struct {
    /* how this guest is */
    int is_absent;  /* no configfs-tsm                                      */
    int has_levels; /* SEV-SNP has, TDX has not                             */
    int floor;
    int has_auxblob;
    int is_too_large;       /* the kernel holds no report as long as this one: EFBIG */
    int is_shared;          /* somebody else writes to the entry before the report is read */
    int writes_before;      /* what generation begins with                           */
    const char *generation; /* in place of the number; NULL: the number            */
    /* the entry */
    int entries;
    int made;
    uint64_t writes;
    uint8_t inblob[TSM_INBLOB_MAX];
    size_t inblob_size;
    int level;
} kernel;

enum pobf_status __wrap_tsm_entry_make(char entry[TSM_ENTRY_ROOM], const char *reports);
void __wrap_tsm_entry_remove(const char *entry);
enum pobf_status __wrap_tsm_entry_write(const char *entry, const char *attribute,
                                        const uint8_t *bytes, size_t size);
enum pobf_status __wrap_tsm_entry_read(uint8_t **bytes, size_t *size, const char *entry,
                                       const char *attribute, size_t limit);

enum pobf_status __wrap_tsm_entry_make(char entry[TSM_ENTRY_ROOM], const char *reports)
{
    if (kernel.is_absent) {
        return POBF_E_MISSING;
    }
    snprintf(entry, TSM_ENTRY_ROOM, "%s/entry", reports);
    kernel.entries++;
    kernel.made++;
    kernel.writes = (uint64_t)kernel.writes_before;
    return POBF_OK;
}

void __wrap_tsm_entry_remove(const char *entry)
{
    assert_string_equal(entry, "stand-in/entry");
    kernel.entries--;
}

enum pobf_status __wrap_tsm_entry_write(const char *entry, const char *attribute,
                                        const uint8_t *bytes, size_t size)
{
    assert_string_equal(entry, "stand-in/entry");
    if (strcmp(attribute, "inblob") == 0) {
        if (size > TSM_INBLOB_MAX) {
            return POBF_E_SYSTEM;
        }
        memcpy(kernel.inblob, bytes, size);
        kernel.inblob_size = size;
    } else if (strcmp(attribute, "privlevel") == 0 && kernel.has_levels) {
        kernel.level = atoi((const char *)bytes);
        if (kernel.level > 3 || kernel.level < kernel.floor) {
            return POBF_E_SYSTEM;
        }
    } else {
        return POBF_E_MISSING;
    }
    kernel.writes++;
    return POBF_OK;
}

static enum pobf_status give(uint8_t **bytes, size_t *size, const void *from, size_t count)
{
    *bytes = calloc(1, count + 1);
    assert_non_null(*bytes);
    memcpy(*bytes, from, count);
    *size = count;
    return POBF_OK;
}

/* A report is a word, the level, and what it is over. */
static enum pobf_status give_report(uint8_t **bytes, size_t *size)
{
    uint8_t report[8 + TSM_INBLOB_MAX] = "report";

    if (kernel.inblob_size == 0 || kernel.is_too_large) {
        return kernel.is_too_large ? POBF_E_SPACE : POBF_E_SYSTEM;
    }
    kernel.writes += kernel.is_shared ? 1 : 0;
    report[7] = (uint8_t)kernel.level;
    memcpy(report + 8, kernel.inblob, kernel.inblob_size);
    return give(bytes, size, report, 8 + kernel.inblob_size);
}

enum pobf_status __wrap_tsm_entry_read(uint8_t **bytes, size_t *size, const char *entry,
                                       const char *attribute, size_t limit)
{
    char number[24];

    *bytes = NULL;
    *size = 0;
    assert_string_equal(entry, "stand-in/entry");
    assert_true(limit >= 16);
    if (strcmp(attribute, "generation") == 0) {
        snprintf(number, sizeof number, "%llu\n", (unsigned long long)kernel.writes);
        return kernel.generation != NULL
                   ? give(bytes, size, kernel.generation, strlen(kernel.generation))
                   : give(bytes, size, number, strlen(number));
    }
    if (strcmp(attribute, "privlevel_floor") == 0 && kernel.has_levels) {
        snprintf(number, sizeof number, "%d\n", kernel.floor);
        return give(bytes, size, number, strlen(number));
    }
    if (strcmp(attribute, "outblob") == 0) {
        return give_report(bytes, size);
    }
    if (strcmp(attribute, "auxblob") == 0 && kernel.has_auxblob) {
        return give(bytes, size, "certificates", 12);
    }
    return strcmp(attribute, "provider") == 0 ? give(bytes, size, "sev_guest\n", 10)
                                              : POBF_E_MISSING;
}

static int begin(void **state)
{
    (void)state;
    memset(&kernel, 0, sizeof kernel);
    kernel.has_levels = 1;
    kernel.has_auxblob = 1;
    return 0;
}

static void a_report_is_over_what_was_asked(void **state)
{
    struct tsm_report report;

    (void)state;
    kernel.writes_before = 41;
    assert_int_equal(tsm_ask(&report, &as_it_is, data, sizeof data), POBF_OK);
    assert_int_equal(report.outblob_size, 8 + sizeof data);
    assert_memory_equal(report.outblob, "report", 6);
    assert_memory_equal(report.outblob + 8, data, sizeof data);
    assert_int_equal(report.auxblob_size, 12);
    assert_string_equal(report.provider, "sev_guest");
    tsm_clear(&report);
    assert_int_equal(kernel.made, 1);
    assert_int_equal(kernel.entries, 0);
}

static void a_level_is_asked_for_and_not_below_the_floor(void **state)
{
    struct tsm_options options = as_it_is;
    struct tsm_report report;

    (void)state;
    kernel.floor = 2;
    options.privlevel = 2;
    assert_int_equal(tsm_ask(&report, &options, data, sizeof data), POBF_OK);
    assert_int_equal(report.outblob[7], 2);
    tsm_clear(&report);
    options.privlevel = 1;
    assert_int_equal(tsm_ask(&report, &options, data, sizeof data), POBF_E_REFUSED);
    kernel.has_levels = 0;
    assert_int_equal(tsm_ask(&report, &options, data, sizeof data), POBF_E_REFUSED);
    assert_int_equal(kernel.entries, 0);
}

static void without_certificates_the_report_is_as_good(void **state)
{
    struct tsm_report report;

    (void)state;
    kernel.has_auxblob = 0;
    assert_int_equal(tsm_ask(&report, &as_it_is, data, 32), POBF_OK);
    assert_int_equal(report.outblob_size, 40);
    assert_null(report.auxblob);
    tsm_clear(&report);
}

static void assert_failure(enum pobf_status expected, size_t size)
{
    static const uint8_t more[2 * TSM_INBLOB_MAX];
    const struct tsm_report nothing = {.outblob = NULL};
    struct tsm_report report;

    memset(&report, 0xa5, sizeof report);
    assert_int_equal(tsm_ask(&report, &as_it_is, size > sizeof data ? more : data, size), expected);
    assert_memory_equal(&report, &nothing, sizeof nothing);
    assert_int_equal(kernel.entries, 0);
}

static void whatever_fails_leaves_nothing(void **state)
{
    static const char *const words[] = {"", "\n", "x", "1x", "-"};

    kernel.is_absent = 1;
    assert_failure(POBF_E_MISSING, sizeof data);
    begin(state);
    kernel.is_shared = 1;
    assert_failure(POBF_E_STATE, sizeof data);
    begin(state);
    kernel.is_too_large = 1;
    assert_failure(POBF_E_SPACE, sizeof data);
    begin(state);
    assert_failure(POBF_E_SPACE, 0);
    assert_failure(POBF_E_SPACE, TSM_INBLOB_MAX + 1);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        begin(state);
        kernel.generation = words[i];
        assert_failure(POBF_E_SYSTEM, sizeof data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_report_is_over_what_was_asked, begin),
        cmocka_unit_test_setup(a_level_is_asked_for_and_not_below_the_floor, begin),
        cmocka_unit_test_setup(without_certificates_the_report_is_as_good, begin),
        cmocka_unit_test_setup(whatever_fails_leaves_nothing, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
