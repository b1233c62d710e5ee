#include "framework/wire/answer.h"
#include "tests/framework/wire/tamper.h"

static const uint8_t receipt[] = {1, 2, 3};
static const uint8_t sealed[] = {9, 8, 7, 6};
/* [h'010203', h'09080706'] */
static const uint8_t whole[] = {0x82, 0x43, 1, 2, 3, 0x44, 9, 8, 7, 6};

static void the_head_then_the_sealed_answer_make_the_whole(void **state)
{
    const struct pobf_answer answer = {receipt, sizeof receipt, sealed, sizeof sealed};
    uint8_t head[16];
    size_t size;

    (void)state;
    assert_int_equal(pobf_answer_print_head(head, sizeof head, &size, &answer), POBF_OK);
    assert_int_equal(size, sizeof whole - sizeof sealed);
    assert_memory_equal(head, whole, size);
}

static void both_parts_are_found_where_they_stand(void **state)
{
    struct pobf_answer answer;

    (void)state;
    assert_int_equal(pobf_answer_parse(&answer, whole, sizeof whole), POBF_OK);
    assert_ptr_equal(answer.receipt, whole + 2);
    assert_int_equal(answer.receipt_size, sizeof receipt);
    assert_ptr_equal(answer.sealed, whole + 6);
    assert_int_equal(answer.sealed_size, sizeof sealed);
}

static void a_sealed_answer_may_be_empty(void **state)
{
    static const uint8_t abnormal[] = {0x82, 0x43, 1, 2, 3, 0x40};
    struct pobf_answer answer;

    (void)state;
    assert_int_equal(pobf_answer_parse(&answer, abnormal, sizeof abnormal), POBF_OK);
    assert_int_equal(answer.sealed_size, 0);
}

/* 1 where the answer parses and holds the same two parts; what does not parse must be empty. */
static int same(const uint8_t *bytes, size_t size)
{
    struct pobf_answer answer;

    memset(&answer, 0xa5, sizeof answer);
    if (pobf_answer_parse(&answer, bytes, size) != POBF_OK) {
        assert_true(answer.receipt == NULL && answer.receipt_size == 0);
        assert_true(answer.sealed == NULL && answer.sealed_size == 0);
        return 0;
    }
    return answer.receipt_size == sizeof receipt && answer.sealed_size == sizeof sealed &&
           memcmp(answer.receipt, receipt, sizeof receipt) == 0 &&
           memcmp(answer.sealed, sealed, sizeof sealed) == 0;
}

static void every_change_is_rejected_or_changes_a_part(void **state)
{
    (void)state;
    assert_only_the_whole_is_accepted(same, whole, sizeof whole);
}

static enum pobf_status print_into(uint8_t *out, size_t room, size_t *size)
{
    const struct pobf_answer answer = {receipt, sizeof receipt, sealed, sizeof sealed};

    return pobf_answer_print_head(out, room, size, &answer);
}

static void too_little_room_leaves_zeros(void **state)
{
    (void)state;
    assert_too_little_room_leaves_zeros(print_into);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_then_the_sealed_answer_make_the_whole),
        cmocka_unit_test(both_parts_are_found_where_they_stand),
        cmocka_unit_test(a_sealed_answer_may_be_empty),
        cmocka_unit_test(every_change_is_rejected_or_changes_a_part),
        cmocka_unit_test(too_little_room_leaves_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
