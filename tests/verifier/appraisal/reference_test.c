#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "verifier/appraisal/reference.h"

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static enum pobf_status parse(struct reference *reference, const char *text, const char **defect)
{
    memset(reference, 0xaa, sizeof *reference);
    return reference_parse(reference, (const uint8_t *)text, strlen(text), defect);
}

static void what_measure_prints_is_taken(void **state)
{
    struct reference reference;
    const char *defect;

    (void)state;
    assert_int_equal(parse(&reference,
                           "{\"measurement\":\"" HEX "\",\"policy\":\"" HEX "\",\"monitor\":\"" HEX
                           "\",\"name\":\"x\",\"limits\":{\"input_max\":1}}\n",
                           &defect),
                     POBF_OK);
    assert_int_equal(reference.measurement[1], 0x11);
    assert_int_equal(reference.monitor[31], 0xff);
    assert_int_equal(reference.input_max, 1);
    assert_null(defect);
}

static void every_defect_is_named_and_leaves_zeros(void **state)
{
    static const struct {
        const char *text;
        const char *word;
    } cases[] = {
        {"", "object"},
        {"[]", "object"},
        {"{", "object"},
        {"{}", "measurement"},
        {"{\"measurement\":1}", "measurement"},
        {"{\"measurement\":\"" HEX "\"}", "policy"},
        {"{\"measurement\":\"" HEX "\",\"policy\":\"" HEX "\"}", "monitor"},
        {"{\"measurement\":\"" HEX "\",\"policy\":\"" HEX "\",\"monitor\":\"" HEX "0\"}",
         "monitor"},
        {"{\"measurement\":\"" HEX "\",\"policy\":\"" HEX "\",\"monitor\":\"g" HEX "\"}",
         "monitor"},
        {"{\"measurement\":\"" HEX "\",\"policy\":\"" HEX "\",\"monitor\":\"" HEX
         "\",\"policy\":\"" HEX "\"}",
         "once"},
        {"{\"measurement\":\"" HEX "\",\"policy\":\"" HEX "\",\"monitor\":\"" HEX "\"} x",
         "object"},
        {"{\"measurement\":\"" HEX "\",\"policy\":\"\",\"monitor\":\"" HEX "\"}", "policy"},
        {"{\"measurement\":\"" HEX "\",\"policy\":\"" HEX "\",\"monitor\":\"" HEX
         "\",\"limits\":{\"input_max\":0}}",
         "input_max"},
        {"{\"measurement\":\"" HEX "\",\"policy\":\"" HEX "\",\"monitor\":\"" HEX
         "\",\"limits\":{\"input_max\":\"9\"}}",
         "input_max"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reference reference;
        const char *defect;

        assert_int_equal(parse(&reference, cases[i].text, &defect), POBF_E_INPUT);
        assert_non_null(strstr(defect, cases[i].word));
        assert_true(sodium_is_zero((const uint8_t *)&reference, sizeof reference));
    }
}

static void a_certificate_gives_the_monitor_of_the_backend(void **state)
{
    const struct certificate certificate = {
        .measurement = {1}, .policy = {2}, .monitor = {3}, .trustlet = {4}};
    struct reference reference;

    (void)state;
    assert_int_equal(reference_take(&reference, &certificate, POBF_BACKEND_PROCESS), POBF_OK);
    assert_int_equal(reference.measurement[0], 1);
    assert_int_equal(reference.policy[0], 2);
    assert_int_equal(reference.monitor[0], 3);
    assert_int_equal(reference_take(&reference, &certificate, POBF_BACKEND_KVM), POBF_OK);
    assert_int_equal(reference.measurement[0], 1);
    assert_int_equal(reference.policy[0], 2);
    assert_int_equal(reference.monitor[0], 4);
}

static void on_an_unknown_backend_a_certificate_gives_nothing(void **state)
{
    static const enum pobf_backend unknown[] = {POBF_BACKEND_NONE, POBF_BACKEND_KVM + 1};
    const struct certificate certificate = {
        .measurement = {1}, .policy = {2}, .monitor = {3}, .trustlet = {4}};

    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        struct reference reference = {.measurement = {0xaa}};

        assert_int_equal(reference_take(&reference, &certificate, unknown[i]), POBF_E_REFUSED);
        assert_true(sodium_is_zero((const uint8_t *)&reference, sizeof reference));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_measure_prints_is_taken),
        cmocka_unit_test(every_defect_is_named_and_leaves_zeros),
        cmocka_unit_test(a_certificate_gives_the_monitor_of_the_backend),
        cmocka_unit_test(on_an_unknown_backend_a_certificate_gives_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
