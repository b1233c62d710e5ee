#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "enclave/translate/rounds.h"
#include "enclave/wasm/rounds.h"

enum { LINES_MAX = 32 };

/* It is a register in an image. */
int64_t wasm_fuel;

/* A loop round by round, as it is where it pays for each: 1 where it comes to its end. */
static int pays_each(uint32_t local, uint32_t end, uint32_t step, uint32_t steps, int64_t *fuel)
{
    do {
        *fuel -= steps;
        local += step;
    } while (*fuel >= 0 && local != end);
    return *fuel >= 0;
}

static void assert_same(uint32_t local, uint32_t end, uint32_t step, uint32_t steps, int64_t fuel)
{
    int64_t each = fuel;
    const int ends = pays_each(local, end, step, steps, &each);

    wasm_fuel = fuel;
    if (wasm_pay_rounds(local, end, step, steps)) {
        assert_true(ends);
        assert_int_equal(wasm_fuel, each);
    } else {
        assert_int_equal(wasm_fuel, fuel); /* and each round pays for itself */
    }
}

static void what_is_paid_at_once_is_what_the_rounds_cost(void **state)
{
    static const uint32_t steps_of[] = {1, 2, 3, 8, 24, 4840, 0x7fffffff};
    static const uint32_t locals[] = {0, 1, 1000, 0x7ffffff0, 0x80000000, 0xfffffff0, UINT32_MAX};

    (void)state;
    for (size_t s = 0; s < 2 * sizeof steps_of / sizeof steps_of[0]; s++) {
        const uint32_t step = s % 2 == 0 ? steps_of[s / 2] : -steps_of[s / 2];

        for (size_t l = 0; l < sizeof locals / sizeof locals[0]; l++) {
            for (uint32_t rounds = 0; rounds < 40; rounds++) {
                for (uint32_t beside = 0; beside < 3; beside++) {
                    const uint32_t end = locals[l] + rounds * step + beside;

                    for (int64_t fuel = 0; fuel < 5 * 45; fuel += 4) {
                        assert_same(locals[l], end, step, 5, fuel);
                    }
                }
            }
        }
    }
}

static void a_loop_is_paid_at_once_as_far_as_the_fuel_goes(void **state)
{
    (void)state;
    for (int64_t fuel = -1; fuel < 12; fuel++) {
        wasm_fuel = fuel;
        assert_int_equal(wasm_pay_rounds(4, 0, (uint32_t)-2, 5), fuel >= 10);
    }
    wasm_fuel = INT64_MAX;
    assert_false(wasm_pay_rounds(7, 7, 1, 5)); /* all 2^32 rounds */
    assert_false(wasm_pay_rounds(0, 7, 2, 5)); /* around once, and then never */
    assert_false(wasm_pay_rounds(0, 7, 0, 5)); /* for ever */
    assert_int_equal(wasm_fuel, INT64_MAX);
    assert_true(wasm_pay_rounds(1, 0, 1, 0x7fffffff)); /* nearly all of them: it does not wrap */
    assert_int_equal(INT64_MAX - wasm_fuel, (int64_t)UINT32_MAX * 0x7fffffff);
}

/* The lines of a loop; the label is the first one. */
static int finds(struct rounds *rounds, const char *const texts[])
{
    static struct line at[LINES_MAX];
    struct lines lines = {at, 0};

    for (; texts[lines.count] != NULL; lines.count++) {
        const char *text = texts[lines.count];

        at[lines.count] = (struct line){.text = text, .size = strlen(text), .indent = 2};
        at[lines.count].steps = text[0] == '$'; /* it pays for what follows */
    }
    return rounds_find(rounds, &lines, 0);
}

static void assert_word(const char *text, const struct word *word)
{
    assert_int_equal(word->size, strlen(text));
    assert_memory_equal(word->text, text, word->size);
}

#define LABEL "  w2c_L4: "
#define LOAD "  w2c_d0 = f64_load(&instance->w2c_memory, (u64)(w2c_i0) + 8u);"
#define STEP(local)                                                                                \
    "  w2c_i0 = " local ";", "  w2c_i1 = 24u;", "  w2c_i0 += w2c_i1;", "  " local " = w2c_i0;"
#define UNTIL(end) "  w2c_i1 = " end ";", "  w2c_i0 = w2c_i0 != w2c_i1;"
#define BRANCH "  if (w2c_i0) {goto w2c_L4;}"
#define FINDS(rounds, ...) finds(rounds, (const char *const[]){__VA_ARGS__, NULL})

static void a_loop_that_counts_is_found_in_each_shape(void **state)
{
    struct rounds rounds;

    (void)state;
    assert_true(FINDS(&rounds, LABEL, LOAD, STEP("w2c_l3"), UNTIL("960u"), BRANCH));
    assert_int_equal(rounds.last, 8);
    assert_word("w2c_l3", &rounds.local);
    assert_word("24u", &rounds.step);
    assert_word("960u", &rounds.end);
    assert_word("w2c_i0", &rounds.goes_on);
    assert_true(FINDS(&rounds, LABEL, STEP("w2c_p0"), BRANCH));
    assert_word("0u", &rounds.end);
    assert_true(FINDS(&rounds, LABEL, LOAD, STEP("w2c_l3"), UNTIL("w2c_l7"), BRANCH));
    assert_word("w2c_l7", &rounds.end);
    assert_true(FINDS(&rounds, LABEL, "  w2c_i0 = w2c_l7;", "  w2c_i1 = w2c_l5;", "  w2c_i2 = 2u;",
                      "  w2c_i1 += w2c_i2;", "  w2c_l5 = w2c_i1;", "  w2c_i0 = w2c_i0 != w2c_i1;",
                      BRANCH));
    assert_word("w2c_l5", &rounds.local);
    assert_word("w2c_l7", &rounds.end);
    assert_word("2u", &rounds.step);
}

/* Each is the one that is found, but for a line. */
static void what_could_go_on_longer_or_end_otherwise_is_not(void **state)
{
    static const char *const lines[] = {
        "  w2c_l3 = w2c_i1;",                /* the local changes once more */
        "  w2c_l7 = w2c_i1;",                /* so does what it is to become */
        "  w2c_i1 = DIV_U(w2c_i1, w2c_i2);", /* these can end the call */
        "  w2c_i1 = I32_DIV_S(w2c_i1, w2c_i2);",
        "  w2c_i1 = I32_REM_S(w2c_i1, w2c_i2);",
        "  w2c_i1 = I32_TRUNC_S_F64(w2c_d0);",
        "  w2c_i1 = w2c_f9(instance, w2c_i1);", /* or call another function */
        "  w2c_i1 = w2c_i32_load(instance, w2c_i1);",
        "  w2c_i1 = w2c_my_load(instance, w2c_i1);",
        "  w2c_i1 = Z_extismZ3AhostZ2FenvZ_load_u8(instance->Z_env, w2c_j1);",
        "  w2c_i1 = CALL_INDIRECT(instance->w2c_T0, u32 (*)(void), 0, w2c_i1);",
        "  memory_fill(&instance->w2c_memory, w2c_i0, w2c_i1, w2c_i2);",
        "  w2c_i1 = wasm_rt_grow_memory(&instance->w2c_memory, w2c_i1);",
        "  UNREACHABLE;",
        "  goto w2c_B2;", /* or the way goes on elsewhere */
        "  return;",
        "  if (w2c_i1) {goto w2c_B2;}",
        "  w2c_B2:;",
        "  w2c_L5: ",
        "  {",
        "$ w2c_i1 = 0u;", /* or is paid for by itself */
    };
    struct rounds rounds;

    (void)state;
    assert_true(FINDS(&rounds, LABEL, LOAD, STEP("w2c_l3"), UNTIL("w2c_l7"), BRANCH)); /* control */
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (FINDS(&rounds, LABEL, LOAD, lines[i], LOAD, STEP("w2c_l3"), UNTIL("w2c_l7"), BRANCH)) {
            fail_msg("found: %s", lines[i]);
        }
    }
}

static void another_end_of_a_loop_is_not(void **state)
{
    struct rounds rounds;

    (void)state;
    assert_false(FINDS(&rounds, LABEL, STEP("w2c_l3"), "  w2c_i1 = 9u;",
                       "  w2c_i0 = w2c_i0 < w2c_i1;", BRANCH));
    assert_false(FINDS(&rounds, LABEL, STEP("w2c_l3"), UNTIL("w2c_l3"), BRANCH));
    assert_false(FINDS(&rounds, LABEL, STEP("w2c_l3"), UNTIL("w2c_i2"), BRANCH));
    assert_false(FINDS(&rounds, LABEL, STEP("w2c_i3"), BRANCH));
    assert_false(FINDS(&rounds, LABEL, STEP("instance->w2c_g0"), BRANCH));
    assert_false(FINDS(&rounds, LABEL, STEP("w2c_l3"), "  if (w2c_i1) {goto w2c_L4;}"));
    assert_false(FINDS(&rounds, LABEL, STEP("w2c_l3"), "  if (w2c_i0) {goto w2c_L5;}"));
    assert_false(FINDS(&rounds, LABEL, STEP("w2c_l3"), "  if (!w2c_i0) {goto w2c_L4;}"));
    assert_false(FINDS(&rounds, LABEL, "  w2c_i0 = w2c_l3;", "  w2c_i1 = w2c_l9;",
                       "  w2c_i0 += w2c_i1;", "  w2c_l3 = w2c_i0;", BRANCH));
    assert_false(FINDS(&rounds, LABEL, "  w2c_i1 = 24u;", "  w2c_i0 += w2c_i1;",
                       "  w2c_l3 = w2c_i0;", BRANCH));
    assert_false(FINDS(&rounds, LABEL, STEP("w2c_l3"), UNTIL("960u"))); /* no end at all */
    assert_false(FINDS(&rounds, LABEL));
    assert_false(FINDS(&rounds, LABEL, BRANCH));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_paid_at_once_is_what_the_rounds_cost),
        cmocka_unit_test(a_loop_is_paid_at_once_as_far_as_the_fuel_goes),
        cmocka_unit_test(a_loop_that_counts_is_found_in_each_shape),
        cmocka_unit_test(what_could_go_on_longer_or_end_otherwise_is_not),
        cmocka_unit_test(another_end_of_a_loop_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
