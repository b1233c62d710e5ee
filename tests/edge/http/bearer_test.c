#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "edge/http/bearer.h"

#define TOKEN "0123456789abcdefXYZ-._~+/=="

static const struct bearer none;

static enum pobf_status read_text(struct bearer *bearer, const char *text, size_t size)
{
    char path[] = "/tmp/bearer.XXXXXX";
    const int file = mkstemp(path);
    enum pobf_status status;

    assert_int_equal(write(file, text, size), size);
    close(file);
    status = bearer_read(bearer, path);
    unlink(path);
    return status;
}

static void a_token_of_a_file_is_that_of_its_header(void **state)
{
    struct bearer kept, shown;
    char header[BEARER_HEADER_ROOM];

    (void)state;
    assert_int_equal(read_text(&kept, TOKEN "\n", sizeof TOKEN), POBF_OK);
    assert_string_equal(kept.token, TOKEN);
    bearer_print(header, &kept);
    assert_string_equal(header, "Authorization: Bearer " TOKEN);
    memset(&shown, 0xff, sizeof shown);
    assert_int_equal(bearer_parse(&shown, header + strlen("Authorization: ")), POBF_OK);
    assert_memory_equal(&shown, &kept, sizeof kept);
    assert_int_equal(bearer_parse(&shown, "bearer " TOKEN), POBF_OK);
    assert_memory_equal(&shown, &kept, sizeof kept);
}

static void the_longest_token_fits_and_one_more_does_not(void **state)
{
    char text[BEARER_MAX + 2], header[BEARER_HEADER_ROOM];
    struct bearer bearer;

    (void)state;
    memset(text, 'x', sizeof text);
    assert_int_equal(read_text(&bearer, text, BEARER_MAX), POBF_OK);
    bearer_print(header, &bearer);
    assert_int_equal(strlen(header), strlen("Authorization: Bearer ") + BEARER_MAX);
    assert_int_equal(read_text(&bearer, text, BEARER_MAX + 1), POBF_E_MISSING);
    assert_memory_equal(&bearer, &none, sizeof none);
    assert_int_equal(read_text(&bearer, text, BEARER_MAX + 2), POBF_E_MISSING);
    assert_memory_equal(&bearer, &none, sizeof none);
    assert_int_equal(read_text(&bearer, text, BEARER_MIN), POBF_OK);
    assert_int_equal(read_text(&bearer, text, BEARER_MIN - 1), POBF_E_MISSING);
}

static void what_is_no_token_is_refused(void **state)
{
    static const struct {
        const char *text;
        size_t size;
    } files[] = {
        {"", 0},
        {"\n", 1},
        {TOKEN "\n\n", sizeof TOKEN + 1},
        {TOKEN "\r\n", sizeof TOKEN + 1},
        {TOKEN " x", sizeof TOKEN + 1},
        {TOKEN "\0" TOKEN, 2 * sizeof TOKEN - 1},
    };
    static const char *const values[] = {NULL,
                                         "",
                                         "Bearer",
                                         "Bearer ",
                                         "Bearer short",
                                         TOKEN,
                                         "Basic " TOKEN,
                                         "Bearer  " TOKEN,
                                         "Bearer " TOKEN " ",
                                         "Bearer " TOKEN ",",
                                         "Bearer\t" TOKEN};
    struct bearer bearer;

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        memset(&bearer, 0xff, sizeof bearer);
        assert_int_equal(read_text(&bearer, files[i].text, files[i].size), POBF_E_MISSING);
        assert_memory_equal(&bearer, &none, sizeof none);
    }
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        memset(&bearer, 0xff, sizeof bearer);
        assert_int_equal(bearer_parse(&bearer, values[i]), POBF_E_INPUT);
        assert_memory_equal(&bearer, &none, sizeof none);
    }
    assert_int_equal(bearer_read(&bearer, "/nowhere"), POBF_E_MISSING);
    assert_int_not_equal(bearer_read(&bearer, "/tmp"), POBF_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_of_a_file_is_that_of_its_header),
        cmocka_unit_test(the_longest_token_fits_and_one_more_does_not),
        cmocka_unit_test(what_is_no_token_is_refused),
    };

    return cmocka_run_group_tests_name("edge/http/bearer", tests, NULL, NULL);
}
