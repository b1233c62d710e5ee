/*
 * Many calls of one boot, and nothing that is drawn or derived for one comes a second time: what is
 * retained (random source, sequence) is never rewound with the zone. POBF_SOAK_CALLS says how many;
 * the release is held to 1000000 of them on each backend.
 */
#include "tests/enclave/harness.h"

#include "framework/wire/offer.h"

enum { CALLS = 2000, INPUT_BYTES = 32 };

static const struct harness_limits limits = {
    .deadline_ms = 5000, .input_max = 64, .output_max = 64, .arena = 4096, .stack = 16384};

/*
 * What must be new in every call. Of each the first eight bytes are kept: two of a million that are
 * the same by chance come up once in some five million runs.
 */
enum draw { TASK_ID, ONE_TIME_KEY, ENCAPSULATED, INPUT_SALT, OUTPUT_SALT, NONCE, CIPHER, DRAWS };

static const char *const names[DRAWS] = {"task id",    "one-time key", "encapsulated key",
                                         "input salt", "output salt",  "nonce of the answer",
                                         "cipher text"};

static uint64_t *seen[DRAWS];
static size_t calls;
static size_t made;
static struct link *peer;

static int begin(void **state)
{
    const char *wanted = getenv("POBF_SOAK_CALLS");
    char image[HARNESS_PATH_ROOM];

    (void)state;
    calls = wanted == NULL ? CALLS : strtoul(wanted, NULL, 10);
    if (calls < 2 || sodium_init() < 0 || harness_build(image, "echo", &limits) != 0) {
        return -1;
    }
    for (int i = 0; i < DRAWS; i++) {
        seen[i] = calloc(calls, sizeof *seen[i]);
        if (seen[i] == NULL) {
            return -1;
        }
    }
    peer = harness_open(image);
    return 0;
}

static int end(void **state)
{
    (void)state;
    link_close(peer);
    for (int i = 0; i < DRAWS; i++) {
        free(seen[i]);
    }
    return 0;
}

static void note(enum draw draw, const uint8_t *bytes)
{
    memcpy(&seen[draw][made], bytes, sizeof seen[draw][made]);
}

/* One call with the same input as ever; its receipt is the next of the boot. */
static void make_call(void)
{
    static const uint8_t input[INPUT_BYTES];
    const struct pobf_offer offer = harness_start(peer);
    struct pobf_provider provider;
    struct link_answer answer;
    struct pobf_receipt receipt;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t *sealed = harness_seal(&provider, peer, &offer, input, sizeof input, commitment);

    note(TASK_ID, offer.task_id);
    note(ONE_TIME_KEY, offer.public_key);
    note(ENCAPSULATED, sealed);
    note(INPUT_SALT, provider.input_salt);
    note(OUTPUT_SALT, provider.output_salt);
    assert_int_equal(
        link_ask_call(peer, offer.task_id, sealed, sizeof input + POBF_SEALED_OVERHEAD), POBF_OK);
    assert_int_equal(link_take(peer, &answer), POBF_OK);
    assert_int_equal(answer.status, POBF_OK);
    assert_int_equal(answer.body_size, sizeof input + POBF_SEALED_OVERHEAD);
    note(NONCE, answer.body);
    note(CIPHER, answer.body + POBF_ANSWER_NONCE_BYTES);
    assert_int_equal(pobf_receipt_parse(&receipt, answer.receipt, answer.receipt_size), POBF_OK);
    assert_int_equal(receipt.sequence, made + 1);
    assert_memory_equal(receipt.task_id, offer.task_id, sizeof receipt.task_id);
    free(sealed);
}

static int in_order(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* How many of them were there before. */
static size_t count_repeated(uint64_t *values, size_t count)
{
    size_t repeated = 0;

    qsort(values, count, sizeof *values, in_order);
    for (size_t i = 1; i < count; i++) {
        repeated += values[i] == values[i - 1];
    }
    return repeated;
}

static void nothing_that_is_drawn_for_a_call_is_drawn_again(void **state)
{
    (void)state;
    for (made = 0; made < calls; made++) {
        make_call();
    }
    for (int i = 0; i < DRAWS; i++) {
        const size_t repeated = count_repeated(seen[i], calls);

        print_message("%zu calls, %s: %zu repeated\n", calls, names[i], repeated);
        assert_int_equal(repeated, 0);
    }
    seen[NONCE][calls - 1] = seen[NONCE][0];
    assert_int_equal(count_repeated(seen[NONCE], calls), 1); /* shows that one would be seen */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_is_drawn_for_a_call_is_drawn_again),
    };

    return harness_skips() ? 0
                           : cmocka_run_group_tests_name("enclave/monitor/soak", tests, begin, end);
}
