#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <capstone/capstone.h>
#include <cmocka.h>
#include <sodium.h>

#include "verifier/inspect/code.h"

enum { LONGEST = 15, TRIES = 300000 };

static struct code_sweep sweep_of(enum code_kind kind, const uint8_t *bytes, size_t size)
{
    struct code_sweep sweep;

    assert_int_equal(code_sweep(&sweep, kind, bytes, size, 0x1000), POBF_OK);
    return sweep;
}

/*
 * An EVEX instruction on registers that says how to round: Capstone 4 takes a byte too many. It also
 * takes some for such that are none, of single floats with W set, which no processor runs.
 */
static int rounds(const uint8_t *bytes, const cs_insn *one)
{
    return bytes[0] == 0x62 && bytes[5] >= 0xc0 &&
           ((bytes[3] & 0x10) != 0 || strstr(one->op_str, "-sae}") != NULL);
}

/* Whatever vector instruction both can read, they read alike: a sweep does not lose its step. */
static void lengths_by_prefix_are_those_of_the_disassembler(void **state)
{
    static const uint8_t prefixes[] = {0xc4, 0xc5, 0x62};
    csh handle;
    cs_insn *one;
    size_t agreed = 0;

    (void)state;
    assert_int_equal(cs_open(CS_ARCH_X86, CS_MODE_64, &handle), CS_ERR_OK);
    one = cs_malloc(handle);
    for (int i = 0; i < TRIES; i++) {
        uint8_t bytes[LONGEST];
        const uint8_t *at = bytes;
        size_t left = sizeof bytes;
        uint64_t address = 0;
        size_t length;

        randombytes_buf(bytes, sizeof bytes);
        bytes[0] = prefixes[i % 3];
        length = code_vector_length(bytes, sizeof bytes);
        if (cs_disasm_iter(handle, &at, &left, &address, one) && length != 0 &&
            !rounds(bytes, one) && one->id != X86_INS_VZEROALL && one->id != X86_INS_VZEROUPPER) {
            assert_int_equal(length, one->size);
            agreed++;
        }
    }
    cs_free(one, 1);
    cs_close(&handle);
    assert_true(agreed > TRIES / 100);
    print_message("%zu vector instructions had one length\n", agreed);
}

static void a_vector_instruction_that_is_cut_short_has_no_length(void **state)
{
    static const uint8_t broadcast[] = {0xc4, 0xe2, 0x7d, 0x5a, 0x7e, 0x30};

    (void)state;
    assert_int_equal(code_vector_length(broadcast, sizeof broadcast), sizeof broadcast);
    for (size_t i = 0; i < sizeof broadcast; i++) {
        assert_int_equal(code_vector_length(broadcast, i), 0);
    }
}

/* vaddps zmm0, zmm0, zmm0, {rn-sae}; then syscall: it is not swallowed. */
static void an_embedded_rounding_hides_nothing(void **state)
{
    static const uint8_t rounding[] = {0x62, 0xf1, 0x7c, 0x18, 0x58, 0xc0, 0x0f, 0x05, 0xc3, 0x90};

    (void)state;
    assert_int_equal(sweep_of(CODE_FUNCTION, rounding, sizeof rounding).refused, 1);
}

static void what_is_in_no_list_is_refused_in_all(void **state)
{
    static const uint8_t syscall[] = {0x90, 0x0f, 0x05, 0xc3};
    const enum code_kind kinds[] = {CODE_FUNCTION, CODE_MONITOR, CODE_GATE};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct code_sweep sweep = sweep_of(kinds[i], syscall, sizeof syscall);

        assert_true(sweep.refused >= 1);
        assert_int_equal(sweep.hidden, 1);
        assert_int_equal(sweep.hidden_at[0], 0x1001);
    }
}

static void a_list_is_for_its_kind(void **state)
{
    static const uint8_t out[] = {0xe6, 0x10, 0xc3};
    static const uint8_t iret[] = {0x48, 0xcf};

    (void)state;
    assert_int_equal(sweep_of(CODE_FUNCTION, out, sizeof out).refused, 1);
    assert_int_equal(sweep_of(CODE_MONITOR, out, sizeof out).refused, 0);
    assert_int_equal(sweep_of(CODE_MONITOR, iret, sizeof iret).refused, 1);
    assert_int_equal(sweep_of(CODE_GATE, iret, sizeof iret).refused, 0);
}

static void bytes_that_are_no_instruction_are_counted(void **state)
{
    static const uint8_t none[] = {0x90, 0x06, 0x90}; /* push es: not in 64-bit mode */

    (void)state;
    assert_int_equal(sweep_of(CODE_FUNCTION, none, sizeof none).unknown, 1);
}

static void a_jump_into_the_middle_or_out_of_the_text_is_astray(void **state)
{
    static const uint8_t inside[] = {0xeb, 0x01, 0xb8, 0x90, 0x90, 0x90, 0x90, 0xc3};
    static const uint8_t outside[] = {0xeb, 0x40, 0xc3};
    static const uint8_t straight[] = {0xeb, 0x05, 0xb8, 0x90, 0x90, 0x90, 0x90, 0xc3};

    (void)state;
    assert_int_equal(sweep_of(CODE_FUNCTION, inside, sizeof inside).astray, 1);
    assert_int_equal(sweep_of(CODE_FUNCTION, outside, sizeof outside).astray, 1);
    assert_int_equal(sweep_of(CODE_FUNCTION, straight, sizeof straight).astray, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_by_prefix_are_those_of_the_disassembler),
        cmocka_unit_test(a_vector_instruction_that_is_cut_short_has_no_length),
        cmocka_unit_test(an_embedded_rounding_hides_nothing),
        cmocka_unit_test(what_is_in_no_list_is_refused_in_all),
        cmocka_unit_test(a_list_is_for_its_kind),
        cmocka_unit_test(bytes_that_are_no_instruction_are_counted),
        cmocka_unit_test(a_jump_into_the_middle_or_out_of_the_text_is_astray),
    };

    return cmocka_run_group_tests_name("verifier/inspect/code", tests, NULL, NULL);
}
