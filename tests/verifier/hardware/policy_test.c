#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verifier/hardware/policy.h"

static struct hardware_policy policy;

static const char *parse(const char *text)
{
    const char *defect;
    const enum pobf_status status =
        policy_parse(&policy, (const uint8_t *)text, strlen(text), &defect);

    assert_int_equal(status == POBF_OK, defect == NULL);
    return defect;
}

static void the_built_in_policy_accepts_what_affirms(void **state)
{
    (void)state;
    policy_affirming(&policy);
    for (int status = TCB_NONE; status < TCB_STATUS_COUNT; status++) {
        assert_int_equal(policy.tcb_statuses >> status & 1,
                         tcb_tier((enum tcb_status)status) == TCB_TIER_AFFIRMING);
    }
    assert_string_equal(policy.name, "affirming");
}

static void a_whole_policy_parses(void **state)
{
    (void)state;
    assert_null(parse("{\"name\":\"mine\",\"tcb_status\":[\"UpToDate\",\"SWHardeningNeeded\"],"
                      "\"advisories\":[\"INTEL-SA-00615\"],\"measurements\":[\"5a5a\"],"
                      "\"minimum_tcb\":{\"bootloader\":3},\"claims\":{\"vmpl\":0}}"));
    assert_string_equal(policy.name, "mine");
    assert_int_equal(policy.tcb_statuses, 1U << TCB_UP_TO_DATE | 1U << TCB_SW_HARDENING);
    assert_int_equal(json_array_size(policy.advisories), 1);
    assert_int_equal(json_object_size(policy.minimum_tcb), 1);
    policy_clear(&policy);
    assert_null(parse("{\"name\":\"small\"}"));
    assert_null(policy.measurements);
    assert_int_not_equal(policy.tcb_statuses, 0);
    policy_clear(&policy);
}

static void what_is_not_understood_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"name\":\"\"}",
        "{\"name\":1}",
        "{\"name\":\"affirming\"}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"name\":\"a\",\"debug\":true}",
        "{\"name\":\"a\",\"tcb_status\":\"UpToDate\"}",
        "{\"name\":\"a\",\"tcb_status\":[\"Fine\"]}",
        "{\"name\":\"a\",\"tcb_status\":[1]}",
        "{\"name\":\"a\",\"tcb_status\":[\"Revoked\"]}",
        "{\"name\":\"a\",\"tcb_status\":[\"TcbNotSupported\"]}",
        "{\"name\":\"a\",\"advisories\":[1]}",
        "{\"name\":\"a\",\"advisories\":{}}",
        "{\"name\":\"a\",\"measurements\":[]}",
        "{\"name\":\"a\",\"measurements\":[\"5A5A\"]}",
        "{\"name\":\"a\",\"measurements\":[\"5a5\"]}",
        "{\"name\":\"a\",\"measurements\":[\"\"]}",
        "{\"name\":\"a\",\"minimum_tcb\":{\"snp\":\"3\"}}",
        "{\"name\":\"a\",\"minimum_tcb\":{\"snp\":-1}}",
        "{\"name\":\"a\",\"claims\":[]}",
        "{\"name\":\"a\"} {}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_non_null(parse(bad[i]));
        assert_null(policy.root);
        assert_int_equal(policy.tcb_statuses, 0); /* a policy that failed accepts nothing */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_built_in_policy_accepts_what_affirms),
        cmocka_unit_test(a_whole_policy_parses),
        cmocka_unit_test(what_is_not_understood_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
