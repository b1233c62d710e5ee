#include "tests/verifier/tpm/made.h"
#include "verifier/client/replay.h"
#include "verifier/hardware/result.h"

static uint8_t evidence[MADE_ROOM];
static size_t evidence_size;

/* The result over the made quote, in a file: where it is. */
static const char *write_result(void)
{
    static char path[] = "/tmp/pobf-replay-XXXXXX";
    const struct tpm_wish good = {.magic = 0};
    FILE *file = fdopen(mkstemp(memcpy(path, "/tmp/pobf-replay-XXXXXX", sizeof path)), "w");
    json_t *result;
    char *text;

    evidence_size = tpm_make(evidence, &good);
    fixture_appraise("tpm", evidence, evidence_size);
    result = result_json(&fixture, "tpm", NULL);
    text = result_text(result);
    assert_true(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
    json_decref(result);
    free(text);
    return path;
}

/* 1 where the same comes out again, of the same files. */
static int is_come_to_again(const char *path)
{
    static struct files files;
    struct hardware_input input = {.policy = &fixture_policy};
    struct replay replay = {.result = NULL};
    struct hardware_appraisal again;
    json_t *result;
    int same;

    memset(&files, 0, sizeof files);
    files.input[0] = (struct input){evidence, evidence_size};
    files.input[1] = (struct input){(uint8_t *)(uintptr_t)fixture_endorsements[0].bytes,
                                    fixture_endorsements[0].size};
    files.count = 2;
    assert_int_equal(replay_open(&replay, &input, &files, path), INPUT_GO_ON);
    files_fill(&input, &files);
    hardware_appraise(&again, &input, replay.tee);
    result = result_json(&again, replay.tee, NULL);
    same = replay_is_same(&replay, result);
    json_decref(result);
    hardware_clear(&again);
    replay_close(&replay);
    remove(path);
    return same;
}

static void a_result_under_a_key_that_was_named_is_come_to_again(void **state)
{
    (void)state;
    assert_int_equal(is_come_to_again(write_result()), 1);
    assert_affirming();
}

/* As the verifier's service judges: a key that came along is nobody's word, also when it is replayed. */
static void so_is_one_under_a_key_that_was_only_sent(void **state)
{
    (void)state;
    fixture_input.named_count = 0;
    assert_int_equal(is_come_to_again(write_result()), 1);
    assert_int_equal(fixture.verdict, HARDWARE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_result_under_a_key_that_was_named_is_come_to_again, tpm_begin),
        cmocka_unit_test_setup(so_is_one_under_a_key_that_was_only_sent, tpm_begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
