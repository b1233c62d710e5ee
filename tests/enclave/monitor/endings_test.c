/*
 * Every way that a call can end badly: fault, runaway, deadline, port, hypercall, system call, too
 * much output. After each there is a receipt that says so, next in the chain and signed after the
 * wipe; nothing waits in the socket; and the very next call of the same boot works.
 */
#include "tests/enclave/harness.h"

#include <sys/ioctl.h>

static const struct harness_limits limits = {
    .deadline_ms = 200, .input_max = 64, .output_max = 64, .arena = 65536, .stack = 65536};

static const struct ending {
    const char *name;
    const char *input;
    enum pobf_exit exit;
    enum pobf_exit other; /* where processors differ; 0: they do not */
} endings[] = {
    {"fault", "f", POBF_EXIT_MEMORY, 0},
    {"writing its own text", "w", POBF_EXIT_MEMORY, 0},
    {"recursion without end", "r", POBF_EXIT_MEMORY, 0},
    {"more than the arena", "a", POBF_EXIT_MEMORY, 0},
    {"a loop, to the deadline", "l", POBF_EXIT_DEADLINE, 0},
    {"a port that is nobody's", "p", POBF_EXIT_MEMORY, 0},
    {"the monitor's port", "m", POBF_EXIT_MEMORY, 0},
    {"a hypercall", "h", POBF_EXIT_TRAP, POBF_EXIT_MEMORY},
    {"a system call", "s", POBF_EXIT_SYSTEM_CALL, 0},
    {"an illegal instruction", "u", POBF_EXIT_TRAP, 0},
    {"more output than allowed", "o", POBF_EXIT_OUTPUT, 0},
};
enum { ENDINGS = sizeof endings / sizeof endings[0], TURNS = 2 };

static struct harness_result result;
static struct link *peer;
static uint8_t key[POBF_PUBLIC_KEY_BYTES];
static uint8_t previous[POBF_DIGEST_BYTES];
static uint64_t sequence;

static int learn_key(void)
{
    const uint8_t nonce[POBF_NONCE_BYTES] = {7};
    struct pobf_evidence evidence;
    struct link_answer answer;

    if (link_ask_evidence(peer, nonce) != POBF_OK || link_take(peer, &answer) != POBF_OK ||
        pobf_evidence_parse(&evidence, answer.body, answer.body_size) != POBF_OK) {
        return -1;
    }
    memcpy(key, evidence.receipt_key, sizeof key);
    return 0;
}

static int begin(void **state)
{
    char image[HARNESS_PATH_ROOM];

    (void)state;
    if (sodium_init() < 0 || harness_build(image, "end", &limits) != 0) {
        return -1;
    }
    peer = harness_open(image);
    return learn_key();
}

static int end(void **state)
{
    (void)state;
    link_close(peer);
    return 0;
}

/* The receipt of the last call: signed, of this chain, the next one, and of something forgotten. */
static void assert_receipt(enum pobf_exit exit)
{
    assert_int_equal(result.receipt.exit, exit);
    assert_int_equal(pobf_cose_verify(result.signed_receipt, result.receipt_size, key), POBF_OK);
    sequence++;
    assert_int_equal(result.receipt.sequence, sequence);
    assert_memory_equal(result.receipt.previous, previous, sizeof previous);
    assert_int_equal(result.receipt.registers_cleared, 1);
    assert_int_equal(result.receipt.key_destroyed, 1);
    assert_int_equal(result.receipt.mismatches, 0);
    assert_int_equal(result.receipt.restored_bytes, result.receipt.zone_bytes);
    crypto_hash_sha256(previous, result.signed_receipt, result.receipt_size);
}

static void assert_nothing_waits(void)
{
    int waiting = -1;

    assert_int_equal(ioctl(link_descriptor(peer), FIONREAD, &waiting), 0);
    assert_int_equal(waiting, 0);
}

static void assert_good_call(void)
{
    harness_call(&result, peer, (const uint8_t *)"-", 1);
    assert_int_equal(result.status, POBF_OK);
    assert_true(result.answered);
    assert_receipt(POBF_EXIT_RETURNED);
    assert_nothing_waits();
}

static void every_ending_has_its_receipt_and_the_next_call_works(void **state)
{
    (void)state;
    assert_good_call();
    for (int i = 0; i < TURNS * ENDINGS; i++) {
        const struct ending *ending = &endings[i % ENDINGS];

        print_message("%s\n", ending->name);
        harness_call(&result, peer, (const uint8_t *)ending->input, 1);
        assert_int_equal(result.status, POBF_E_FUNCTION);
        assert_false(result.answered);
        assert_receipt(result.receipt.exit == ending->other ? ending->other : ending->exit);
        assert_nothing_waits();
        assert_good_call();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_ending_has_its_receipt_and_the_next_call_works),
    };

    return harness_skips()
               ? 0
               : cmocka_run_group_tests_name("enclave/monitor/endings", tests, begin, end);
}
