#ifndef POBF_TESTS_FRAMEWORK_CRYPTO_FAIL_H
#define POBF_TESTS_FRAMEWORK_CRYPTO_FAIL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

/*
 * The k-th call of libsodium fails, as late as it can: after it has done all of its work. A test
 * names what it wraps with FAIL_WRAP here and with --wrap to the linker.
 */
static unsigned int fail_at;    /* 0: never */
static unsigned int fail_calls; /* since fail_from_call */

#define FAIL_WRAP(name, parameters, arguments)                                                     \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        int result = __real_##name arguments;                                                      \
        return ++fail_calls == fail_at ? -1 : result;                                              \
    }

static inline void fail_from_call(unsigned int call)
{
    fail_at = call;
    fail_calls = 0;
}

/*
 * Let `action` meet every failure, one call at a time, and once none at all. Returns how many
 * calls there were to fail.
 */
static inline unsigned int fail_every_call(void (*action)(int must_fail))
{
    fail_from_call(0);
    action(0);
    unsigned int total = fail_calls;
    for (unsigned int call = 1; call <= total; call++) {
        fail_from_call(call);
        action(1);
    }
    fail_from_call(0);
    return total;
}

static inline void fail_fill(void *bytes, size_t size)
{
    memset(bytes, 0xA5, size);
}

static inline void fail_check_zero(const void *bytes, size_t size)
{
    assert_true(sodium_is_zero(bytes, size));
}

#endif
