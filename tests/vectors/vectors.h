#ifndef POBF_TESTS_VECTORS_VECTORS_H
#define POBF_TESTS_VECTORS_VECTORS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>

#include "tests/vectors/folder.h"

/* Official vectors, read in place. Where they are absent, the test says so and skips. */

static inline json_t *vectors_load(const char *name)
{
    char path[512];

    snprintf(path, sizeof path, "%s/%s", vectors_folder(), name);
    json_t *vectors = json_load_file(path, 0, NULL);
    if (vectors == NULL) {
        printf("SKIP: no %s: set POBF_VECTORS to the folder that holds it\n", name);
        skip();
    }
    return vectors;
}

static inline const char *vectors_text(const json_t *vector, const char *field)
{
    const char *text = json_string_value(json_object_get(vector, field));

    assert_non_null(text);
    return text;
}

static inline int64_t vectors_number(const json_t *vector, const char *field)
{
    const json_t *number = json_object_get(vector, field);

    assert_true(json_is_integer(number));
    return json_integer_value(number);
}

/* The bytes of a field in hexadecimal; at most `room` of them. */
static inline size_t vectors_bytes(uint8_t *bytes, size_t room, const json_t *vector,
                                   const char *field)
{
    const char *text = vectors_text(vector, field);
    size_t size = 0;

    assert_int_equal(sodium_hex2bin(bytes, room, text, strlen(text), NULL, &size, NULL), 0);
    assert_int_equal(2 * size, strlen(text));
    return size;
}

/* A field of exactly `size` bytes. */
static inline void vectors_exactly(uint8_t *bytes, size_t size, const json_t *vector,
                                   const char *field)
{
    assert_int_equal(vectors_bytes(bytes, size, vector, field), size);
}

#endif
