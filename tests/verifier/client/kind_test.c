#include "tests/verifier/appraisal/fixture.h"

#include "verifier/client/kind.h"
#include "verifier/report/report.h"

static struct fixture f;
static struct input files[KIND_COUNT]; /* a good one of each kind */
static struct key *key;

static struct input copy_of(const void *bytes, size_t size)
{
    struct input copy = {malloc(size + 1), size};

    assert_non_null(copy.bytes);
    memcpy(copy.bytes, bytes, size);
    copy.bytes[size] = 0;
    return copy;
}

static int begin(void **state)
{
    struct report_options options = {.now_s = 1};
    struct appraisal appraisal;
    char *jwt;

    (void)state;
    fixture_init(&f);
    appraisal_run(&appraisal, &f.input, &f.policy);
    assert_int_equal(key_generate(&key, KEY_EDDSA), POBF_OK);
    options.key = key;
    assert_int_equal(report_issue(&jwt, &appraisal, &options), POBF_OK);
    files[KIND_EVIDENCE] = copy_of(f.input.evidence.bytes, f.input.evidence.size);
    files[KIND_RECEIPT] = copy_of(f.input.receipt.bytes, f.input.receipt.size);
    files[KIND_EXCHANGE] = copy_of(f.input.exchange.bytes, f.input.exchange.size);
    files[KIND_OFFER] = copy_of(f.exchange.offer, f.exchange.offer_size);
    files[KIND_REPORT] = copy_of(jwt, strlen(jwt));
    free(jwt);
    return 0;
}

static int end(void **state)
{
    (void)state;
    for (size_t i = 0; i < KIND_COUNT; i++) {
        input_free(&files[i]);
    }
    key_close(key);
    return 0;
}

static void each_kind_is_told_by_its_content_and_printed(void **state)
{
    (void)state;
    for (int kind = KIND_EVIDENCE; kind < KIND_CERTIFICATE; kind++) {
        json_t *facts = kind_json((enum kind)kind, &files[kind]);

        assert_int_equal(kind_find(&files[kind]), kind);
        assert_non_null(facts);
        json_decref(facts);
    }
}

/* So that it is refused as what it is, with the check that names its defect. */
static void a_truncated_file_is_still_of_its_kind_and_does_not_print(void **state)
{
    (void)state;
    for (int kind = KIND_EVIDENCE; kind < KIND_CERTIFICATE; kind++) {
        const struct input shorter = {files[kind].bytes, files[kind].size - 1};

        assert_int_equal(kind_find(&shorter), kind);
        if (kind != KIND_REPORT) { /* nothing of a report's signature is printed */
            assert_null(kind_json((enum kind)kind, &shorter));
        }
    }
}

static void other_bytes_are_of_no_kind(void **state)
{
    static const char *const texts[] = {"", "{}", "e", "hello", "tag:pobf,2026:nothing", "\x88"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct input input = copy_of(texts[i], strlen(texts[i]));

        assert_int_equal(kind_find(&input), KIND_UNKNOWN);
        assert_null(kind_json(KIND_UNKNOWN, &input));
        input_free(&input);
    }
}

static void the_salts_of_an_exchange_are_not_printed(void **state)
{
    json_t *facts = kind_json(KIND_EXCHANGE, &files[KIND_EXCHANGE]);
    char *text = json_dumps(facts, 0);

    (void)state;
    assert_non_null(strstr(text, "0101010101")); /* the control: the nonce is */
    assert_null(strstr(text, "0c0c0c0c0c"));
    assert_null(strstr(text, "0d0d0d0d0d"));
    free(text);
    json_decref(facts);
}

/* Change, cut, double or fill a stretch, as the bytes of `dice` say. */
static void mutate(struct input *input, const uint8_t dice[8])
{
    const size_t at = ((size_t)dice[0] * 256 + dice[1]) % input->size;
    const size_t most = input->size - at;
    const size_t length = 1 + dice[2] % (most < 40 ? most : 40);

    switch (dice[3] % 4) {
    case 0:
        input->bytes[at] = dice[4];
        break;
    case 1:
        memmove(input->bytes + at, input->bytes + at + length, most - length);
        input->size -= length;
        break;
    case 2:
        memset(input->bytes + at, dice[4], length);
        break;
    default:
        memmove(input->bytes + at, input->bytes + dice[5] % (at + 1), length);
        break;
    }
}

static void judge_as_everything(const struct input *input)
{
    const struct appraisal_file file = input_view(input);
    const struct appraisal_input all = {
        APPRAISAL_INVOCATION, file, file, file, file, file, file, NULL, NULL};
    struct report_expectation expectation = {.key = key, .now_s = 1000, .accept_sim = 1};
    struct checks checks = {.count = 0};
    struct appraisal appraisal;
    struct reference reference;
    const char *defect;

    f.policy.certificate_key = key;
    appraisal_run(&appraisal, &all, &f.policy);
    assert_int_not_equal(appraisal.verdict, VERDICT_AFFIRMED);
    expectation.appraisal = &appraisal;
    expectation.reference = &f.reference;
    json_decref(report_verify(&checks, input->bytes, input->size, &expectation));
    assert_int_not_equal(checks_verdict(&checks), VERDICT_AFFIRMED);
    assert_int_equal(reference_parse(&reference, input->bytes, input->size, &defect), POBF_E_INPUT);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        json_decref(kind_json((enum kind)kind, input));
    }
}

/* Every file, damaged in thousands of ways, read as every kind of file. */
static void no_damaged_file_crashes_or_is_affirmed(void **state)
{
    uint8_t seed[randombytes_SEEDBYTES] = {0};

    (void)state;
    for (int round = 0; round < 4000; round++) {
        const struct input *good = &files[KIND_EVIDENCE + round % (KIND_CERTIFICATE - 1)];
        struct input damaged = copy_of(good->bytes, good->size);
        uint8_t dice[4][8];

        memcpy(seed, &round, sizeof round);
        randombytes_buf_deterministic(dice, sizeof dice, seed);
        for (int i = 0; i <= dice[3][7] % 4; i++) {
            mutate(&damaged, dice[i]);
        }
        judge_as_everything(&damaged);
        input_free(&damaged);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_told_by_its_content_and_printed),
        cmocka_unit_test(a_truncated_file_is_still_of_its_kind_and_does_not_print),
        cmocka_unit_test(other_bytes_are_of_no_kind),
        cmocka_unit_test(no_damaged_file_crashes_or_is_affirmed),
        cmocka_unit_test(the_salts_of_an_exchange_are_not_printed),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
