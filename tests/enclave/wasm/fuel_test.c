/* What a call of a module is billed: never less than it did, the same for the same input. */
#include "tests/enclave/wasm/wat.h"

enum { FUEL = 100000000 };

static uint64_t steps_of(const char *name, const char *text, const char *input, enum pobf_exit exit)
{
    struct link *link = wat_open(name, text);
    struct harness_result result;
    struct harness_result again;

    harness_call(&result, link, (const uint8_t *)input, strlen(input));
    harness_call(&again, link, (const uint8_t *)input, strlen(input));
    link_close(link);
    assert_int_equal(result.receipt.exit, exit);
    assert_int_equal(again.receipt.exit, exit);
    assert_int_equal(again.receipt.steps, result.receipt.steps);
    return result.receipt.steps;
}

/*
 * Ways to work a million times and be billed for less: each instruction of work is one that a
 * count of basic blocks, calls or back edges alone would not see.
 */
static const struct {
    const char *name;
    const char *text;
} cheats[] = {
    {"branch",
     WAT_BEGIN "(global $n (mut i32) (i32.const 0))" WAT_START
               " (block $out (loop $again (global.set $n (i32.add (global.get $n) (i32.const 1)))"
               "  (br_if $out (i32.eq (global.get $n) (i32.const 1000000))) (br $again)))))"},
    {"branch-table", WAT_BEGIN
     "(global $n (mut i32) (i32.const 0))" WAT_START " (block $out (loop $again (block $a (block $b"
     "  (global.set $n (i32.add (global.get $n) (i32.const 1)))"
     "  (br_table $a $b $again (i32.and (global.get $n) (i32.const 1)))))"
     "  (br_if $out (i32.ge_u (global.get $n) (i32.const 1000000))) (br $again)))))"},
    {"call", WAT_BEGIN "(func $f (param i32) (if (local.get 0) (then"
                       " (call $f (i32.shr_u (local.get 0) (i32.const 1)))"
                       " (call $f (i32.shr_u (local.get 0) (i32.const 1))))))" WAT_START
                       " (call $f (i32.const 524288))))"},
    {"indirect",
     WAT_BEGIN "(type $t (func)) (table funcref (elem $g))"
               "(global $n (mut i32) (i32.const 0))"
               "(func $g (global.set $n (i32.add (global.get $n) (i32.const 1))))" WAT_START
               " (loop (call_indirect (type $t) (i32.const 0))"
               "  (br_if 0 (i32.lt_u (global.get $n) (i32.const 1000000))))))"},
    {"fill", WAT_BEGIN WAT_START
     " (local $n i32) (loop (memory.fill (i32.const 100) (i32.const 1) (i32.const 60000))"
     "  (local.set $n (i32.add (local.get $n) (i32.const 1)))"
     "  (br_if 0 (i32.lt_u (local.get $n) (i32.const 200))))))"},
    {"copy", WAT_BEGIN WAT_START
     " (local $n i32) (loop (memory.copy (i32.const 100) (i32.const 5000) (i32.const 60000))"
     "  (local.set $n (i32.add (local.get $n) (i32.const 1)))"
     "  (br_if 0 (i32.lt_u (local.get $n) (i32.const 200))))))"},
    {"random", WAT_BEGIN WAT_START
     " (local $n i32) (loop (drop (call $random (i32.const 100) (i32.const 60000)))"
     "  (local.set $n (i32.add (local.get $n) (i32.const 1)))"
     "  (br_if 0 (i32.lt_u (local.get $n) (i32.const 200))))))"},
};

static void no_way_to_work_is_billed_below_the_work(void **state)
{
    (void)state;
    if (wat_skips()) {
        return;
    }
    for (size_t i = 0; i < sizeof cheats / sizeof cheats[0]; i++) {
        const uint64_t steps = steps_of(cheats[i].name, cheats[i].text, "x", POBF_EXIT_RETURNED);

        if (steps < 1000000 || steps > 50000000) {
            fail_msg("%s: billed %llu steps", cheats[i].name, (unsigned long long)steps);
        }
    }
}

/* The control of the test above: what does nothing is billed next to nothing. */
static void what_does_nothing_is_billed_next_to_nothing(void **state)
{
    (void)state;
    if (wat_skips()) {
        return;
    }
    assert_in_range(steps_of("nothing", WAT_BEGIN WAT_START "))", "x", POBF_EXIT_RETURNED), 1, 50);
}

static void who_runs_out_or_dies_pays_for_all(void **state)
{
    (void)state;
    if (wat_skips()) {
        return;
    }
    assert_int_equal(steps_of("spin", WAT_BEGIN WAT_START " (loop (br 0))))", "x", POBF_EXIT_FUEL),
                     FUEL);
    assert_int_equal(steps_of("flood",
                              WAT_BEGIN WAT_START
                              " (i32.store (i32.const 4) (i32.const 5000))"
                              " (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1)"
                              "  (i32.const 8)))))",
                              "x", POBF_EXIT_OUTPUT),
                     FUEL);
}

/* Which way it goes is the input's; the receipt tells four bits of how far that was. */
static void only_four_bits_of_the_count_are_told(void **state)
{
    static const char text[] = WAT_BEGIN WAT_START
        " (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))"
        " (loop (i32.store8 (i32.const 32) (i32.sub (i32.load8_u (i32.const 32)) (i32.const 1)))"
        "  (br_if 0 (i32.load8_u (i32.const 32))))))";
    struct harness_result result;
    struct link *link;
    unsigned different = 0;
    uint64_t last = 0;

    (void)state;
    if (wat_skips()) {
        return;
    }
    link = wat_open("count", text);
    for (unsigned n = 128; n < 256; n++) {
        const uint8_t input = (uint8_t)n;

        harness_call(&result, link, &input, 1);
        assert_int_equal(result.receipt.exit, POBF_EXIT_RETURNED);
        assert_true(result.receipt.steps >= last);
        different += result.receipt.steps != last;
        last = result.receipt.steps;
    }
    assert_in_range(different, 6, 10); /* of 128 that the function took */
    link_close(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_way_to_work_is_billed_below_the_work),
        cmocka_unit_test(what_does_nothing_is_billed_next_to_nothing),
        cmocka_unit_test(who_runs_out_or_dies_pays_for_all),
        cmocka_unit_test(only_four_bits_of_the_count_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
