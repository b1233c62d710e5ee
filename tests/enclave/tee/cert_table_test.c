#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "enclave/tee/cert_table.h"

enum { ENTRY = 24 };

static void put(uint8_t *entry, uint32_t at, uint32_t size)
{
    memset(entry, 0x63, 16);
    for (size_t i = 0; i < 4; i++) {
        entry[16 + i] = (uint8_t)(at >> 8 * i);
        entry[20 + i] = (uint8_t)(size >> 8 * i);
    }
}

/* Two entries, the end, then 3 and 5 bytes. */
enum { FIRST = 3 * ENTRY, SECOND = FIRST + 3, SIZE = SECOND + 5 };

static void make(uint8_t table[SIZE])
{
    memset(table, 0, SIZE);
    put(table, FIRST, 3);
    put(table + ENTRY, SECOND, 5);
    memcpy(table + FIRST, "onetwo..", 8);
}

static void every_certificate_is_found(void **state)
{
    uint8_t bytes[SIZE];
    struct cert_table table;

    (void)state;
    make(bytes);
    assert_int_equal(cert_table_parse(&table, bytes, sizeof bytes), POBF_OK);
    assert_int_equal(table.count, 2);
    assert_ptr_equal(table.item[0].bytes, bytes + FIRST);
    assert_int_equal(table.item[0].size, 3);
    assert_ptr_equal(table.item[1].bytes, bytes + SECOND);
    assert_int_equal(table.item[1].size, 5);
}

static void assert_refused(const uint8_t *bytes, size_t size)
{
    /* At the very end of what may be read. */
    uint8_t *copy = malloc(size + (size == 0));
    struct cert_table table;

    memcpy(copy, bytes, size);
    assert_int_equal(cert_table_parse(&table, copy, size), POBF_E_INPUT);
    assert_int_equal(table.count, 0);
    free(copy);
}

static void what_is_not_such_a_table_is_refused(void **state)
{
    static const struct {
        uint32_t at, size;
    } bad[] = {{SECOND, 6},          {SIZE, 1},       {SIZE + 1, 1},        {SECOND, 0},
               {SECOND, UINT32_MAX}, {UINT32_MAX, 5}, {UINT32_MAX - 4, 10}, {0, SIZE + 1}};
    uint8_t bytes[SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        make(bytes);
        put(bytes + ENTRY, bad[i].at, bad[i].size);
        assert_refused(bytes, sizeof bytes);
    }
    make(bytes);
    for (size_t size = 0; size < SIZE; size++) {
        assert_refused(bytes, size);
    }
}

static void more_than_there_is_room_for_are_refused(void **state)
{
    uint8_t bytes[(CERT_TABLE_MAX + 2) * ENTRY] = {0};
    struct cert_table table;

    (void)state;
    for (size_t i = 0; i < CERT_TABLE_MAX; i++) {
        put(bytes + i * ENTRY, 0, 1);
    }
    assert_int_equal(cert_table_parse(&table, bytes, sizeof bytes), POBF_OK);
    put(bytes + CERT_TABLE_MAX * ENTRY, 0, 1);
    assert_refused(bytes, sizeof bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_certificate_is_found),
        cmocka_unit_test(what_is_not_such_a_table_is_refused),
        cmocka_unit_test(more_than_there_is_room_for_are_refused),
    };

    return cmocka_run_group_tests_name("enclave/tee/cert_table", tests, NULL, NULL);
}
