/*
 * What instructions come to, at their edges; and how those end that trap. Source: WebAssembly Core
 * Specification 2.0, section 4.3 (numerics) and 4.4 (instructions). The functions are called through a
 * table, so that nothing is computed before it is called.
 */
#include "tests/enclave/wasm/wat.h"

/* An expression, and the bits that it comes to; floats are compared as integers. */
static const struct {
    const char *type;
    const char *expression;
    const char *expected;
} rows[] = {
    {"i32", "(i32.rem_s (i32.const 0x80000000) (call $i -1))", "0"},
    {"i64", "(i64.rem_s (i64.const 0x8000000000000000) (call $l -1))", "0"},
    {"i32", "(i32.div_s (call $i -7) (i32.const 2))", "-3"},
    {"i32", "(i32.rem_s (call $i -7) (i32.const 2))", "-1"},
    {"i32", "(i32.div_u (call $i -1) (i32.const 2))", "0x7fffffff"},
    {"i64", "(i64.rem_u (call $l -1) (i64.const 10))", "5"},
    {"i32", "(i32.shl (call $i 1) (i32.const 33))", "2"},
    {"i32", "(i32.shr_s (call $i 0x80000000) (i32.const 31))", "-1"},
    {"i64", "(i64.shr_u (call $l -1) (i64.const 127))", "1"},
    {"i32", "(i32.rotl (call $i 0xabcd9876) (i32.const 1))", "0x579b30ed"},
    {"i32", "(i32.rotr (call $i 1) (i32.const 33))", "0x80000000"},
    {"i32", "(i32.rotl (call $i 5) (i32.const 32))", "5"},
    {"i64", "(i64.rotr (call $l 1) (i64.const 1))", "0x8000000000000000"},
    {"i32", "(i32.clz (call $i 0))", "32"},
    {"i32", "(i32.ctz (call $i 0))", "32"},
    {"i64", "(i64.clz (call $l 1))", "63"},
    {"i64", "(i64.ctz (call $l 0))", "64"},
    {"i64", "(i64.popcnt (call $l -1))", "64"},
    {"i32", "(i32.extend8_s (call $i 0x180))", "-128"},
    {"i64", "(i64.extend32_s (call $l 0x80000000))", "-2147483648"},
    {"i32", "(i32.lt_u (call $i -1) (i32.const 1))", "0"},
    {"i32", "(i32.trunc_f64_s (call $d -2147483648.9))", "-2147483648"},
    {"i32", "(i32.trunc_f64_u (call $d 4294967295.9))", "-1"},
    {"i32", "(i32.trunc_f32_u (call $f -0.9))", "0"},
    {"i64", "(i64.trunc_f64_s (call $d -9223372036854775808))", "0x8000000000000000"},
    {"i32", "(i32.trunc_sat_f32_s (call $f nan))", "0"},
    {"i32", "(i32.trunc_sat_f32_s (call $f 1e30))", "0x7fffffff"},
    {"i32", "(i32.trunc_sat_f64_u (call $d -5))", "0"},
    {"i64", "(i64.trunc_sat_f64_u (call $d inf))", "-1"},
    {"i64", "(i64.trunc_sat_f32_s (call $f -inf))", "0x8000000000000000"},
    {"i32", "(i32.reinterpret_f32 (f32.convert_i32_u (call $i -1)))", "0x4f800000"},
    {"i64", "(i64.reinterpret_f64 (f64.convert_i64_u (call $l -1)))", "0x43f0000000000000"},
    {"i32", "(i32.reinterpret_f32 (f32.min (call $f 0) (f32.const -0)))", "0x80000000"},
    {"i32", "(i32.reinterpret_f32 (f32.max (call $f -0) (f32.const 0)))", "0"},
    {"i64", "(i64.reinterpret_f64 (f64.min (call $d -0) (f64.const -0)))", "0x8000000000000000"},
    {"i32", "(f32.ne (f32.max (call $f nan) (f32.const 1)) (f32.const 1))", "1"},
    {"i32", "(i32.reinterpret_f32 (f32.nearest (call $f 2.5)))", "0x40000000"},
    {"i32", "(i32.reinterpret_f32 (f32.nearest (call $f -0.5)))", "0x80000000"},
    {"i64", "(i64.reinterpret_f64 (f64.nearest (call $d 4503599627370497.5)))",
     "0x4330000000000002"},
    {"i32", "(i32.reinterpret_f32 (f32.floor (call $f -0.5)))", "0xbf800000"},
    {"i32", "(i32.reinterpret_f32 (f32.ceil (call $f -0.5)))", "0x80000000"},
    {"i64", "(i64.reinterpret_f64 (f64.trunc (call $d -1.9)))", "0xbff0000000000000"},
    {"i64", "(i64.reinterpret_f64 (f64.sqrt (call $d 2)))", "0x3ff6a09e667f3bcd"},
    {"i32", "(i32.reinterpret_f32 (f32.abs (call $f -nan:0x200000)))", "0x7fa00000"},
    {"i32", "(i32.reinterpret_f32 (f32.neg (call $f nan:0x200000)))", "0xffa00000"},
    {"i32", "(i32.reinterpret_f32 (f32.copysign (call $f nan) (f32.const -1)))", "0xffc00000"},
    {"i32", "(i32.reinterpret_f32 (f32.floor (call $f nan:0x200000)))", "0x7fe00000"},
    {"i64", "(i64.reinterpret_f64 (f64.promote_f32 (call $f nan:0x200000)))", "0x7ffc000000000000"},
    {"i64", "(i64.reinterpret_f64 (f64.add (call $d 0x1p-1074) (f64.const 0x1p-1074)))", "2"},
    {"i32", "(i32.load8_s (call $i 100))", "-1"},
    {"i32", "(i32.load8_u (call $i 100))", "255"},
    {"i32", "(i32.load16_s (call $i 100))", "-257"},
    {"i64", "(i64.load32_u (call $i 99))", "0x80feff00"},
    {"i64", "(i64.load32_s (call $i 99))", "0xffffffff80feff00"},
    {"i32", "(i32.load8_u offset=65535 (call $i 0))", "0"},
    {"i32", "(select (call $i 7) (call $i 9) (call $i 0))", "9"},
    {"i32", "(call $overlap)", "0x03020101"},
    {"i32", "(call $table (i32.const 0))", "10"},
    {"i32", "(call $table (i32.const 1))", "20"},
    {"i32", "(call $table (i32.const 77))", "30"},
    {"i32", "(call_indirect (param i32) (result i32) (i32.const 5) (i32.const 1))", "6"},
    {"i32", "(memory.size)", "1"},
    {"i32", "(memory.grow (call $i 0))", "1"},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* Constants that come out of a call. */
#define CALLS                                                                                      \
    "(func $i (param i32) (result i32) (local.get 0))"                                             \
    "(func $l (param i64) (result i64) (local.get 0))"                                             \
    "(func $f (param f32) (result f32) (local.get 0))"                                             \
    "(func $d (param f64) (result f64) (local.get 0))"                                             \
    "(func $more (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))"                  \
    "(func $table (param i32) (result i32)"                                                        \
    " (block (block (block (br_table 0 1 2 (local.get 0))) (return (i32.const 10)))"               \
    "  (return (i32.const 20))) (i32.const 30))"                                                   \
    "(func $overlap (result i32) (i32.store (i32.const 200) (i32.const 0x04030201))"               \
    " (memory.copy (i32.const 201) (i32.const 200) (i32.const 3)) (i32.load (i32.const 200)))"     \
    "(table funcref (elem $i $more)) (data (i32.const 100) \"\\ff\\fe\\80\")"

/* Text with each "(call $i N)" spelled out as WebAssembly has it, a constant. */
static void put_text(FILE *out, const char *text)
{
    static const struct {
        const char *call;
        const char *constant;
    } calls[] = {{"(call $i ", "(i32.const "},
                 {"(call $l ", "(i64.const "},
                 {"(call $f ", "(f32.const "},
                 {"(call $d ", "(f64.const "}};

    while (*text != '\0') {
        size_t i = 0;

        while (i < 4 && strncmp(text, calls[i].call, strlen(calls[i].call)) != 0) {
            i++;
        }
        if (i == 4) {
            fputc(*text++, out);
            continue;
        }
        text += strlen(calls[i].call);
        fprintf(out, "%s%s%.*s))", calls[i].call, calls[i].constant, (int)strcspn(text, ")"), text);
        text += strcspn(text, ")") + 1;
    }
}

/* Each row prints its number where it is wrong; so nothing is printed. */
static char *write_rows(void)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    fputs(WAT_BEGIN, out);
    fputs(CALLS, out);
    fputs(WAT_START, out);
    for (unsigned i = 0; i < ROWS; i++) {
        fprintf(out, "(if (%s.ne ", rows[i].type);
        put_text(out, rows[i].expression);
        fprintf(out, " (%s.const %s)) (then (call $put (i32.const %u))))\n", rows[i].type,
                rows[i].expected, i);
    }
    fputs("))", out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void every_instruction_comes_to_what_the_specification_says(void **state)
{
    struct harness_result result;
    struct link *link;
    char *text;

    (void)state;
    if (wat_skips()) {
        return;
    }
    text = write_rows();
    link = wat_open("rows", text);
    free(text);
    harness_call(&result, link, (const uint8_t *)"x", 1);
    assert_int_equal(result.receipt.exit, POBF_EXIT_RETURNED);
    for (size_t i = 0; i < result.output_size; i++) {
        print_error("%s is not %s\n", rows[result.output[i]].expression,
                    rows[result.output[i]].expected);
    }
    assert_int_equal(result.output_size, 0);
    link_close(link);
}

static const struct {
    const char *expression;
    const char *trap;
} traps[] = {
    {"(drop (i32.div_s (i32.const 0x80000000) (call $i -1)))", "integer overflow"},
    {"(drop (i64.div_s (i64.const 0x8000000000000000) (call $l -1)))", "integer overflow"},
    {"(drop (i64.rem_u (call $l 1) (i64.const 0)))", "integer divide by zero"},
    {"(drop (i32.rem_s (call $i 1) (i32.const 0)))", "integer divide by zero"},
    {"(drop (i32.trunc_f32_s (call $f nan)))", "invalid conversion to integer"},
    {"(drop (i32.trunc_f64_s (call $d 2147483648)))", "integer overflow"},
    {"(drop (i32.trunc_f64_s (call $d -2147483649)))", "integer overflow"},
    {"(drop (i32.trunc_f32_u (call $f -1)))", "integer overflow"},
    {"(drop (i64.trunc_f64_s (call $d 9223372036854775808)))", "integer overflow"},
    {"(drop (i64.trunc_f32_u (call $f 0x1p64)))", "integer overflow"},
    {"(drop (i32.load (call $i 65533)))", "out of bounds"},
    {"(drop (i64.load (call $i -1)))", "out of bounds"},
    {"(drop (i32.load8_u offset=4294967295 (call $i 1)))", "out of bounds"},
    {"(i64.store offset=65529 (call $i 0) (i64.const 0))", "out of bounds"},
    {"(f64.store (call $i 65530) (f64.const 0))", "out of bounds"},
    {"(memory.fill (call $i 65530) (i32.const 0) (i32.const 7))", "out of bounds"},
    {"(memory.copy (call $i 0) (i32.const -1) (i32.const 2))", "out of bounds"},
    {"(drop (call_indirect (result i32) (call $i 0)))", "undefined element or indirect call"},
    {"(drop (call_indirect (param i32) (result i32) (i32.const 1) (call $i 2)))",
     "undefined element or indirect call"},
    {"unreachable", "unreachable"},
};
enum { TRAPS = sizeof traps / sizeof traps[0] };

/* The input says which one is to be. */
static char *write_traps(void)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    fputs(WAT_BEGIN, out);
    fputs(CALLS, out);
    fputs(WAT_START "(drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))",
          out);
    for (unsigned i = 0; i < TRAPS; i++) {
        fprintf(out, "(if (i32.eq (i32.load8_u (i32.const 32)) (i32.const %u)) (then ", i);
        put_text(out, traps[i].expression);
        fputs("))\n", out);
    }
    fputs("))", out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void every_trap_is_named_and_the_next_call_works(void **state)
{
    struct harness_result result;
    struct link *link;
    char *text;

    (void)state;
    if (wat_skips()) {
        return;
    }
    text = write_traps();
    link = wat_open("traps", text);
    free(text);
    for (uint8_t i = 0; i < TRAPS; i++) {
        char expected[128];

        snprintf(expected, sizeof expected, "trap: %s", traps[i].trap);
        harness_call(&result, link, &i, 1);
        result.output[result.output_size] = '\0';
        if (result.receipt.exit != POBF_EXIT_FAILED ||
            strncmp((const char *)result.output, expected, strlen(expected)) != 0) {
            fail_msg("%s: %s", traps[i].expression, (const char *)result.output);
        }
    }
    harness_call(&result, link, (const uint8_t *)"\xff", 1);
    assert_int_equal(result.receipt.exit, POBF_EXIT_RETURNED); /* the control: none of them */
    link_close(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_instruction_comes_to_what_the_specification_says),
        cmocka_unit_test(every_trap_is_named_and_the_next_call_works),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
