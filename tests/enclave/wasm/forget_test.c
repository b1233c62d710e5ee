/* Nothing of a call of a module is there in the next one, of all that a module can keep. */
#include "tests/enclave/wasm/wat.h"

/*
 * Twice in each call: how much is there of what was kept, and then keep it. It is kept in a global, in
 * memory, in memory that has grown, in a table, and in a segment of data that was dropped. The second
 * time in a call is the control: there all of it must show.
 */
static const char keep[] = WAT_BEGIN
    " (global $kept (mut i32) (i32.const 0))"
    " (table 2 funcref)"
    " (data $segment \"S\")"
    " (elem declare func $put)"
    " (func $look (result i32) (local $seen i32)"
    "  (local.set $seen (i32.add (global.get $kept) (i32.load8_u (i32.const 5000))))"
    "  (if (i32.gt_u (memory.size) (i32.const 1)) (then"
    "   (local.set $seen (i32.add (local.get $seen) (i32.load8_u (i32.const 70000))))))"
    "  (if (i32.eqz (ref.is_null (table.get 0 (i32.const 1)))) (then"
    "   (local.set $seen (i32.add (local.get $seen) (i32.const 1)))))"
    "  (local.get $seen))"
    " (func $keep"
    "  (global.set $kept (i32.const 1))"
    "  (i32.store8 (i32.const 5000) (i32.const 1))"
    "  (drop (memory.grow (i32.const 1)))"
    "  (i32.store8 (i32.const 70000) (i32.const 1))"
    "  (table.set 0 (i32.const 1) (ref.func $put)))" WAT_START
    "  (call $put (i32.add (i32.const 48) (call $look))) (call $keep)"
    "  (memory.init $segment (i32.const 33) (i32.const 0) (i32.const 1)) (data.drop $segment)"
    "  (call $put (i32.add (i32.const 48) (call $look)))"
    "  (call $put (i32.load8_u (i32.const 33)))))";

static void nothing_that_a_module_keeps_is_there_in_the_next_call(void **state)
{
    struct link *link;

    (void)state;
    if (wat_skips()) {
        return;
    }
    link = wat_open("keep", keep);
    for (int i = 0; i < 5; i++) {
        struct harness_result result;

        harness_call(&result, link, (const uint8_t *)"x", 1);
        assert_int_equal(result.receipt.exit, POBF_EXIT_RETURNED);
        assert_int_equal(result.output_size, 3);
        assert_memory_equal(result.output, "04S", 3);
    }
    link_close(link);
}

/*
 * How number 4 is read before it is opened, then the number that was given, how it is read from the
 * start, and from the place that was sought: the error, and where there is none, the byte.
 */
static const char open_and_seek[] =
    "(module"
    " (import \"wasi_snapshot_preview1\" \"fd_write\""
    "  (func $write (param i32 i32 i32 i32) (result i32)))"
    " (import \"wasi_snapshot_preview1\" \"fd_read\""
    "  (func $read (param i32 i32 i32 i32) (result i32)))"
    " (import \"wasi_snapshot_preview1\" \"fd_seek\""
    "  (func $seek (param i32 i64 i32 i32) (result i32)))"
    " (import \"wasi_snapshot_preview1\" \"path_open\""
    "  (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))"
    " (memory 1)"
    " (data (i32.const 0) \"\\20\\00\\00\\00\\01\\00\\00\\00\")"
    " (data (i32.const 100) \"file\")"
    " (func $put (param i32)"
    "  (i32.store8 (i32.const 32) (local.get 0))"
    "  (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))"
    " (func $look (local $error i32) (local $byte i32)"
    "  (local.set $error (call $read (i32.const 4) (i32.const 0) (i32.const 1) (i32.const 8)))"
    "  (local.set $byte (i32.load8_u (i32.const 32)))"
    "  (call $put (i32.add (i32.const 48) (local.get $error)))"
    "  (if (i32.eqz (local.get $error)) (then (call $put (local.get $byte)))))" WAT_START
    "  (call $look)"
    "  (drop (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 4) (i32.const 0)"
    "   (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 16)))"
    "  (call $put (i32.add (i32.const 48) (i32.load (i32.const 16))))"
    "  (call $look)"
    "  (drop (call $seek (i32.const 4) (i64.const 5) (i32.const 0) (i32.const 24)))"
    "  (call $look)))";

static void no_file_is_open_or_sought_that_another_call_opened(void **state)
{
    struct link *link;

    (void)state;
    if (wat_skips()) {
        return;
    }
    link = wat_open_packed("open", open_and_seek, "abcdefgh");
    for (int i = 0; i < 3; i++) {
        struct harness_result result;

        harness_call(&result, link, (const uint8_t *)"x", 1);
        assert_int_equal(result.receipt.exit, POBF_EXIT_RETURNED);
        assert_int_equal(result.receipt.mismatches, 0);
        assert_int_equal(result.output_size, 6);
        assert_memory_equal(result.output, "840a0f", 6);
    }
    link_close(link);
}

/* The input's place, and where the random numbers are. */
static const char read_all[] = WAT_BEGIN WAT_START
    "  (drop (call $random (i32.const 40) (i32.const 1)))"
    "  (call $put (i32.load8_u (i32.const 40)))"
    "  (drop (call $random (i32.const 40) (i32.const 1)))"
    "  (call $put (i32.load8_u (i32.const 40)))"
    "  (loop (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))"
    "   (if (i32.load (i32.const 8)) (then (call $put (i32.load8_u (i32.const 32))) (br 1))))))";

static void each_call_reads_its_input_and_its_random_numbers_from_the_start(void **state)
{
    struct harness_result first, again, other;
    struct link *link;

    (void)state;
    if (wat_skips()) {
        return;
    }
    link = wat_open("read", read_all);
    harness_call(&first, link, (const uint8_t *)"abc", 3);
    harness_call(&again, link, (const uint8_t *)"abc", 3);
    harness_call(&other, link, (const uint8_t *)"abd", 3);
    assert_int_equal(first.output_size, 5);
    assert_memory_equal(first.output + 2, "abc", 3);
    assert_memory_equal(first.output, again.output, 5);
    assert_memory_not_equal(first.output, other.output, 2);
    assert_memory_not_equal(first.output, first.output + 1, 1);
    link_close(link);
}

/*
 * The same of a reactor: what its initialisation left is there at the start of each call (2 in a
 * global, 3 in memory that has grown, a letter), and what a call made of it is not. At the end of a
 * call, the control, all that it kept must show.
 */
static const char reactor[] =
    WAT_BEGIN " (global $kept (mut i32) (i32.const 0))"
              " (table 2 funcref)"
              " (elem declare func $put)"
              " (func $look (result i32) (local $seen i32)"
              "  (local.set $seen (i32.add (global.get $kept) (i32.load8_u (i32.const 5000))))"
              "  (local.set $seen (i32.add (local.get $seen) (i32.load8_u (i32.const 70000))))"
              "  (if (i32.gt_u (memory.size) (i32.const 2)) (then"
              "   (local.set $seen (i32.add (local.get $seen) (i32.load8_u (i32.const 140000))))))"
              "  (if (i32.eqz (ref.is_null (table.get 0 (i32.const 1)))) (then"
              "   (local.set $seen (i32.add (local.get $seen) (i32.const 1)))))"
              "  (local.get $seen))"
              " (func (export \"pobf_init\")"
              "  (call $put (i32.const 33))"
              "  (drop (call $random (i32.const 40) (i32.const 1)))"
              "  (global.set $kept (i32.const 2))"
              "  (drop (memory.grow (i32.const 1)))"
              "  (i32.store8 (i32.const 70000) (i32.const 3))"
              "  (i32.store8 (i32.const 6000) (i32.const 90)))"
              " (func (export \"pobf_alloc\") (param i32) (result i32) (i32.const 7000))"
              " (func (export \"pobf_handle\") (param i32 i32) (result i64)"
              "  (call $put (i32.add (i32.const 48) (call $look)))"
              "  (global.set $kept (i32.const 4))"
              "  (i32.store8 (i32.const 5000) (i32.const 1))"
              "  (i32.store8 (i32.const 70000) (i32.const 1))"
              "  (drop (memory.grow (i32.const 1)))"
              "  (i32.store8 (i32.const 140000) (i32.const 1))"
              "  (table.set 0 (i32.const 1) (ref.func $put))"
              "  (call $put (i32.add (i32.const 48) (call $look)))"
              "  (call $put (i32.load8_u (i32.const 6000)))"
              "  (drop (call $random (i32.const 40) (i32.const 1)))"
              "  (call $put (i32.load8_u (i32.const 40)))"
              "  (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))"
              "   (i64.extend_i32_u (local.get 1)))))";

static void a_reactor_begins_each_call_as_its_initialisation_left_it(void **state)
{
    static const char *const inputs[] = {"abc", "abc", "abd"};
    uint8_t random[3] = {0};
    struct link *link;

    (void)state;
    if (wat_skips()) {
        return;
    }
    link = wat_open("reactor", reactor);
    for (int i = 0; i < 3; i++) {
        struct harness_result result;

        harness_call(&result, link, (const uint8_t *)inputs[i], 3);
        assert_int_equal(result.receipt.exit, POBF_EXIT_RETURNED);
        assert_int_equal(result.receipt.mismatches, 0);
        assert_int_equal(result.output_size, 7);
        assert_memory_equal(result.output, "58Z", 3);
        assert_memory_equal(result.output + 4, inputs[i], 3);
        random[i] = result.output[3];
    }
    assert_int_equal(random[0], random[1]);
    assert_int_not_equal(random[0], random[2]);
    link_close(link);
}

/* The same of a plug-in of Extism: what is in its memory, and how much of that is in use. */
static const char plugin[] =
    "(module"
    " (import \"extism:host/env\" \"alloc\" (func $alloc (param i64) (result i64)))"
    " (import \"extism:host/env\" \"load_u8\" (func $load (param i64) (result i32)))"
    " (import \"extism:host/env\" \"store_u8\" (func $store (param i64 i32)))"
    " (import \"extism:host/env\" \"output_set\" (func $output (param i64 i64)))"
    " (func (export \"run\") (result i32) (local $at i64)"
    "  (local.set $at (call $alloc (i64.const 3)))"
    "  (call $store (local.get $at)"
    "   (i32.add (i32.const 48) (call $load (i64.add (local.get $at) (i64.const 2)))))"
    "  (call $store (i64.add (local.get $at) (i64.const 1))"
    "   (i32.add (i32.const 48) (i32.wrap_i64 (local.get $at))))"
    "  (call $store (i64.add (local.get $at) (i64.const 2)) (i32.const 7))"
    "  (call $output (local.get $at) (i64.const 3))"
    "  (i32.const 0)))";

static void nothing_that_a_plugin_keeps_is_there_in_the_next_call(void **state)
{
    struct link *link;

    (void)state;
    if (wat_skips()) {
        return;
    }
    link = wat_open("plugin", plugin);
    for (int i = 0; i < 5; i++) {
        struct harness_result result;

        harness_call(&result, link, (const uint8_t *)"x", 1);
        assert_int_equal(result.receipt.exit, POBF_EXIT_RETURNED);
        assert_int_equal(result.receipt.mismatches, 0);
        assert_int_equal(result.output_size, 3);
        assert_memory_equal(result.output, "0@\7", 3); /* the last one is what it keeps */
    }
    link_close(link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_a_module_keeps_is_there_in_the_next_call),
        cmocka_unit_test(no_file_is_open_or_sought_that_another_call_opened),
        cmocka_unit_test(each_call_reads_its_input_and_its_random_numbers_from_the_start),
        cmocka_unit_test(nothing_that_a_plugin_keeps_is_there_in_the_next_call),
        cmocka_unit_test(a_reactor_begins_each_call_as_its_initialisation_left_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
