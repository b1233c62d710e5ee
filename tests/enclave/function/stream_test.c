/*
 * What a function that takes streams refuses, whoever sends it parts: one that is left out,
 * repeated, moved, or of another stream; and the example, whose count does not depend on where it
 * is cut.
 * LINK: -Ienclave/function examples/stream/function.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "enclave/function/pobf_function.h"
#include "enclave/function/pobf_stream.h"

enum { ROOM = 4096, HEAD = sizeof(struct pobf_stream_head) };

static const char fasta[] = ">1 a name with ACGT\nACGTacgtNN\nGGCC\n>2\r\n\r\nTT-TT\n>3\n";
static const char counted[] = "bytes\t51\nrecords\t3\nA\t2\nC\t4\nG\t4\nN\t2\nT\t6\nothers\t1\n"
                              "longest\t14\ngc_per_mille\t500\n";

/* A part as a client sends it, and what the function answered to the one before. */
struct wire {
    struct pobf_stream_head head;
    uint8_t part[ROOM];
    size_t part_size;
    uint8_t answer[ROOM];
    size_t answer_size;
};

static struct wire begin(uint8_t id)
{
    struct wire wire = {.head = {.magic = POBF_STREAM_MAGIC, .id = {id}}};

    return wire;
}

/* Head, state, data. */
static void make_part(struct wire *wire, const void *data, size_t size, int is_last)
{
    uint8_t *to = wire->part + HEAD;

    wire->head.kind = is_last ? POBF_STREAM_LAST : POBF_STREAM_PART;
    wire->head.state_size = wire->head.index == 0 ? 0 : (uint32_t)wire->answer_size;
    memcpy(wire->part, &wire->head, HEAD);
    memcpy(to, wire->answer, wire->head.state_size);
    memcpy(to + wire->head.state_size, data, size);
    wire->part_size = HEAD + wire->head.state_size + size;
}

/* What the function returns. */
static int run(struct wire *wire)
{
    struct pobf_call call = {.input = wire->part,
                             .input_size = wire->part_size,
                             .output = wire->answer,
                             .output_room = sizeof wire->answer};
    const int result = pobf_function(&call);

    wire->answer_size = call.output_size;
    return result;
}

static void send(struct wire *wire, const void *data, size_t size, int is_last)
{
    make_part(wire, data, size, is_last);
    assert_int_equal(run(wire), 0);
    wire->head.index++;
    wire->head.bytes += size;
}

static void assert_refused(struct wire *wire, const char *message)
{
    assert_int_equal(run(wire), 1);
    assert_int_equal(wire->answer_size, strlen(message));
    assert_memory_equal(wire->answer, message, wire->answer_size);
}

static const char moved[] = "stream: a part was left out, repeated or moved";

static void a_count_does_not_depend_on_where_its_data_is_cut(void **state)
{
    const size_t size = sizeof fasta - 1;

    (void)state;
    for (size_t first = 0; first <= size; first++) {
        for (size_t second = first; second <= size; second++) {
            struct wire wire = begin(1);

            send(&wire, fasta, first, 0);
            send(&wire, fasta + first, second - first, 0);
            send(&wire, fasta + second, size - second, 1);
            assert_int_equal(wire.answer_size, HEAD + sizeof counted - 1);
            assert_memory_equal(wire.answer + HEAD, counted, sizeof counted - 1);
        }
    }
}

static void an_answer_says_what_it_is_and_of_how_much(void **state)
{
    struct wire wire = begin(7);
    struct pobf_stream_head head;

    (void)state;
    send(&wire, ">", 1, 0);
    memcpy(&head, wire.answer, HEAD);
    assert_true(pobf_stream_is(&head, POBF_STREAM_STATE));
    assert_int_equal(head.index, 1);
    assert_int_equal(head.bytes, 1);
    send(&wire, "\nAC", 3, 1);
    memcpy(&head, wire.answer, HEAD);
    assert_true(pobf_stream_is(&head, POBF_STREAM_RESULT));
    assert_int_equal(head.index, 2);
    assert_int_equal(head.bytes, 4);
    assert_memory_equal(head.id, wire.head.id, sizeof head.id);
}

static void a_part_that_is_repeated_is_refused(void **state)
{
    struct wire wire = begin(1);

    (void)state;
    send(&wire, ">1\n", 3, 0);
    send(&wire, "ACGT", 4, 0);
    wire.head.index--; /* the same part once more, to the state that has it */
    wire.head.bytes -= 4;
    make_part(&wire, "ACGT", 4, 0);
    assert_refused(&wire, moved);
}

static void a_part_that_is_left_out_is_refused(void **state)
{
    struct wire wire = begin(1);

    (void)state;
    send(&wire, ">1\n", 3, 0);
    wire.head.index++;
    wire.head.bytes += 4;
    make_part(&wire, "TT", 2, 1);
    assert_refused(&wire, moved);
}

static void data_that_is_left_out_is_refused(void **state)
{
    struct wire wire = begin(1);

    (void)state;
    send(&wire, ">1\n", 3, 0);
    wire.head.bytes += 4;
    make_part(&wire, "TT", 2, 1);
    assert_refused(&wire, moved);
}

static void the_state_of_another_part_is_refused(void **state)
{
    struct wire wire = begin(1);
    uint8_t older[ROOM];
    size_t older_size;

    (void)state;
    send(&wire, ">1\n", 3, 0);
    memcpy(older, wire.answer, wire.answer_size);
    older_size = wire.answer_size;
    send(&wire, "ACGT", 4, 0);
    memcpy(wire.answer, older, older_size);
    make_part(&wire, "TT", 2, 1);
    assert_refused(&wire, moved);
}

static void the_state_of_another_stream_is_refused(void **state)
{
    struct wire one = begin(1);
    struct wire other = begin(2);

    (void)state;
    send(&one, ">1\n", 3, 0);
    send(&other, ">2\n", 3, 0);
    memcpy(one.answer, other.answer, other.answer_size);
    make_part(&one, "TT", 2, 1);
    assert_refused(&one, "stream: the state is of another stream");
}

static void a_result_is_no_state(void **state)
{
    struct wire wire = begin(1);

    (void)state;
    send(&wire, ">1\n", 3, 1);
    make_part(&wire, "TT", 2, 1);
    assert_refused(&wire, "stream: a part came with something that is no state");
}

static void the_state_of_another_function_is_refused(void **state)
{
    struct wire wire = begin(1);

    (void)state;
    send(&wire, ">1\n", 3, 0);
    wire.answer_size--;
    make_part(&wire, "TT", 2, 1);
    assert_refused(&wire, "the state is of another function");
}

static void a_plain_input_is_told_what_it_lacks(void **state)
{
    struct wire wire = begin(1);

    (void)state;
    for (size_t size = 0; size < sizeof fasta; size += sizeof fasta - 1) { /* none, and all of it */
        memcpy(wire.part, fasta, size);
        wire.part_size = size;
        assert_refused(&wire,
                       "stream: the input is no part of one; call this function with --stream");
    }
}

/* One change of a good part, which is the third one of its stream. */
static const struct {
    const char *what;
    size_t at;
    uint64_t value;
    size_t size;
} changes[] = {
    {"magic", 0, 'P', 1},
    {"version", 6, '2', 1},
    {"id", 8, 9, 1},
    {"index", 24, 1, 8},
    {"index 0", 24, 0, 8},
    {"the last index that there is", 24, UINT64_MAX, 8},
    {"bytes", 32, 6, 8},
    {"bytes beyond what can be counted", 32, UINT64_MAX, 8},
    {"kind: none", 40, 0, 4},
    {"kind: a state", 40, POBF_STREAM_STATE, 4},
    {"kind: a result", 40, POBF_STREAM_RESULT, 4},
    {"kind: another", 40, 5, 4},
    {"no state", 44, 0, 4},
    {"a state without all of its head", 44, HEAD - 1, 4},
    {"a state that is longer than the part", 44, UINT32_MAX, 4},
    {"the state's magic", HEAD, 'P', 1},
    {"the state's id", HEAD + 8, 9, 1},
    {"the state's index", HEAD + 24, 3, 8},
    {"the state's bytes", HEAD + 32, 8, 8},
    {"the state's kind", HEAD + 40, POBF_STREAM_PART, 4},
    {"a state in the state", HEAD + 44, 1, 4},
};

static void make_third(struct wire *wire)
{
    *wire = begin(1);
    send(wire, ">1\n", 3, 0);
    send(wire, "ACGT", 4, 0);
    make_part(wire, "TT", 2, 1);
}

static void every_field_that_is_wrong_is_refused_and_nothing_is_taken(void **state)
{
    static const struct pobf_stream nothing;
    struct pobf_stream stream;
    struct wire wire;

    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        make_third(&wire);
        memcpy(wire.part + changes[i].at, &changes[i].value, changes[i].size);
        memset(&stream, 0xa5, sizeof stream);
        if (pobf_stream_take(&stream, wire.part, wire.part_size) == NULL) {
            fail_msg("%s: it is taken", changes[i].what);
        }
        assert_memory_equal(&stream, &nothing, sizeof stream);
    }
    make_third(&wire);
    assert_null(pobf_stream_take(&stream, wire.part, wire.part_size)); /* the control */
    assert_int_equal(stream.data_size, 2);
    assert_memory_equal(stream.data, "TT", 2);
    assert_true(stream.is_last);
}

static void a_first_part_has_nothing_before_it(void **state)
{
    struct pobf_stream stream;
    struct wire wire = begin(1);

    (void)state;
    wire.head.bytes = 1;
    make_part(&wire, "", 0, 1);
    assert_non_null(pobf_stream_take(&stream, wire.part, wire.part_size));
    wire.head.bytes = 0;
    make_part(&wire, "", 0, 1);
    assert_null(pobf_stream_take(&stream, wire.part, wire.part_size));
    assert_null(stream.state);
    assert_int_equal(stream.data_size, 0);
}

static void a_part_that_ends_within_head_or_state_is_refused(void **state)
{
    struct pobf_stream stream;
    struct wire wire;

    (void)state;
    make_third(&wire);
    for (size_t size = 0; size < wire.part_size - 2; size++) {
        assert_non_null(pobf_stream_take(&stream, wire.part, size));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_count_does_not_depend_on_where_its_data_is_cut),
        cmocka_unit_test(an_answer_says_what_it_is_and_of_how_much),
        cmocka_unit_test(a_part_that_is_repeated_is_refused),
        cmocka_unit_test(a_part_that_is_left_out_is_refused),
        cmocka_unit_test(data_that_is_left_out_is_refused),
        cmocka_unit_test(the_state_of_another_part_is_refused),
        cmocka_unit_test(the_state_of_another_stream_is_refused),
        cmocka_unit_test(a_result_is_no_state),
        cmocka_unit_test(the_state_of_another_function_is_refused),
        cmocka_unit_test(a_plain_input_is_told_what_it_lacks),
        cmocka_unit_test(every_field_that_is_wrong_is_refused_and_nothing_is_taken),
        cmocka_unit_test(a_first_part_has_nothing_before_it),
        cmocka_unit_test(a_part_that_ends_within_head_or_state_is_refused),
    };

    return cmocka_run_group_tests_name("enclave/function/stream", tests, NULL, NULL);
}
