/* What a stream leaves, and where: a set for each part, and no folder that holds nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "edge/cli/file.h"
#include "verifier/client/trail.h"

#define STREAM "07000000000000000000000000000000"

static const uint8_t id[POBF_STREAM_ID_BYTES] = {7};
static char folder[] = "/tmp/pobf-trail-XXXXXX";
static struct session session;

static int enter(void **state)
{
    (void)state;
    umask(022);
    return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

/* All tests clear what they make, so the folder is empty. */
static int leave(void **state)
{
    (void)state;
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

/* A part that ended so, with a clear text behind the answer's nonce. */
static void end_as(enum pobf_exit kind, uint8_t *answer, size_t size)
{
    static uint8_t receipt[] = "receipt", evidence[] = "evidence", exchange[] = "exchange";

    memset(&session, 0, sizeof session);
    session.appraisal.receipt.exit = kind;
    session.evidence = (struct input){evidence, 8};
    session.exchange = (struct input){exchange, 8};
    session.parts.receipt = receipt;
    session.parts.receipt_size = 7;
    session.output = (struct input){answer, SESSION_CLEAR_AT + size + 16};
    session.output_size = size;
}

/* The file holds this, its owner alone may read it or all may; it goes. */
static void take_file(const char *path, const char *text, mode_t others)
{
    struct stat facts;
    uint8_t *bytes;
    size_t size;

    assert_int_equal(file_read(&bytes, &size, path, 64), POBF_OK);
    assert_string_equal((const char *)bytes, text);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0044, others);
    file_free(bytes, size);
    unlink(path);
}

static struct trail open_trail(const char *out, const char *exchanges)
{
    struct trail trail = {
        .out_path = out, .receipts_path = "receipts", .exchanges_path = exchanges};

    assert_int_equal(trail_open(&trail, id), INPUT_GO_ON);
    return trail;
}

static void each_part_leaves_a_set_of_its_own(void **state)
{
    uint8_t answer[SESSION_CLEAR_AT + 32] = {0};
    struct trail trail = open_trail("out", "exchanges");

    (void)state;
    end_as(POBF_EXIT_RETURNED, answer, 4);
    assert_int_equal(trail_keep_part(&trail, &session, 0), INPUT_GO_ON);
    assert_int_equal(trail_keep_part(&trail, &session, 12), INPUT_GO_ON);
    assert_int_equal(trail_keep_result(&trail, (const uint8_t *)"result", 6), INPUT_GO_ON);
    take_file("receipts/" STREAM "-0000000000.receipt", "receipt", 0044);
    take_file("receipts/" STREAM "-0000000000.evidence", "evidence", 0044);
    take_file("exchanges/" STREAM "-0000000000.exchange", "exchange", 0);
    take_file("receipts/" STREAM "-0000000012.receipt", "receipt", 0044);
    take_file("receipts/" STREAM "-0000000012.evidence", "evidence", 0044);
    take_file("exchanges/" STREAM "-0000000012.exchange", "exchange", 0);
    take_file("out", "result", 0);
    assert_int_not_equal(access("out.failed.message", F_OK), 0);
    trail_close(&trail);
}

static void a_failure_has_its_words_beside_the_result(void **state)
{
    uint8_t answer[SESSION_CLEAR_AT + 32] = {0};
    struct trail trail = open_trail("out", NULL);

    (void)state;
    memcpy(answer + SESSION_CLEAR_AT, "alas", 4);
    end_as(POBF_EXIT_FAILED, answer, 4);
    assert_int_equal(trail_keep_part(&trail, &session, 3), INPUT_GO_ON);
    assert_int_equal(trail_tell_failure(&trail, &session), 1);
    take_file("receipts/" STREAM "-0000000003.receipt", "receipt", 0044);
    take_file("receipts/" STREAM "-0000000003.evidence", "evidence", 0044);
    take_file("out.failed.message", "alas", 0);
    trail_close(&trail);
}

static void beside_stdout_there_is_no_place_for_words(void **state)
{
    uint8_t answer[SESSION_CLEAR_AT + 32] = {0};
    struct trail trail = open_trail("-", NULL);

    (void)state;
    end_as(POBF_EXIT_FAILED, answer, 4);
    assert_int_equal(trail_keep_part(&trail, &session, 3), INPUT_GO_ON);
    assert_int_not_equal(access("-.failed.message", F_OK), 0);
    unlink("receipts/" STREAM "-0000000003.receipt");
    unlink("receipts/" STREAM "-0000000003.evidence");
    trail_close(&trail);
}

static void folders_go_where_they_are_new_and_empty(void **state)
{
    struct trail trail = open_trail("out", "exchanges");

    (void)state;
    assert_true(file_is_folder("receipts") && file_is_folder("exchanges"));
    trail_close(&trail);
    assert_false(file_is_folder("receipts") || file_is_folder("exchanges"));
    assert_int_equal(mkdir("receipts", 0700), 0); /* somebody else's */
    trail = open_trail("out", NULL);
    trail_close(&trail);
    assert_int_equal(rmdir("receipts"), 0);
}

static void what_cannot_be_kept_is_told_before_anything_is_sent(void **state)
{
    struct trail trail = {.out_path = "none/out", .receipts_path = "receipts"};

    (void)state;
    assert_int_equal(trail_open(&trail, id), 3);
    trail_close(&trail);
    trail = (struct trail){.out_path = "out", .receipts_path = "none/receipts"};
    assert_int_equal(trail_open(&trail, id), 3);
    trail_close(&trail);
    trail = (struct trail){.out_path = "out", .receipts_path = "/dev/null"};
    assert_int_equal(trail_open(&trail, id), 3);
    trail_close(&trail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_leaves_a_set_of_its_own),
        cmocka_unit_test(a_failure_has_its_words_beside_the_result),
        cmocka_unit_test(beside_stdout_there_is_no_place_for_words),
        cmocka_unit_test(folders_go_where_they_are_new_and_empty),
        cmocka_unit_test(what_cannot_be_kept_is_told_before_anything_is_sent),
    };

    return cmocka_run_group_tests(tests, enter, leave);
}
