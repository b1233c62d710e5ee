/*
 * After a call, however it went, no writable byte of the monitor holds what the data provider sent.
 * The monitor's own code runs in this process, so that all of its memory, the vault too, can be
 * searched; every call of libsodium is made to fail once, the first, the second, and so on.
 *
 * LINK: -Wl,--wrap=crypto_aead_chacha20poly1305_ietf_decrypt
 * LINK: -Wl,--wrap=crypto_aead_chacha20poly1305_ietf_encrypt
 * LINK: -Wl,--wrap=crypto_auth_hmacsha256_init,--wrap=crypto_auth_hmacsha256_update
 * LINK: -Wl,--wrap=crypto_auth_hmacsha256_final,--wrap=crypto_generichash_blake2b
 * LINK: -Wl,--wrap=crypto_hash_sha256_init,--wrap=crypto_hash_sha256_update
 * LINK: -Wl,--wrap=crypto_hash_sha256_final,--wrap=crypto_scalarmult_curve25519
 * LINK: -Wl,--wrap=crypto_scalarmult_curve25519_base,--wrap=crypto_sign_ed25519_detached
 * LINK: -Wl,--wrap=pobf_end,--wrap=pobf_zone_compare
 */
#include "tests/enclave/harness.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave/monitor/call.h"
#include "enclave/process/warden.h"
#include "framework/chain/steps.h"
#include "framework/core/bytes.h"
#include "tests/enclave/monitor/failing.h"

/* The provider sends a command and then a canary over and over. */
enum { CANARY_BYTES = 8, INPUT_BYTES = 1 + 64 * CANARY_BYTES };
enum { SEALED_BYTES = INPUT_BYTES + POBF_SEALED_OVERHEAD, MORE_THAN_ALL = 1000 };

static const struct harness_limits limits = {
    .deadline_ms = 5000, .input_max = 8192, .output_max = 8192, .arena = 65536, .stack = 65536};

static char keeping[HARNESS_PATH_ROOM];
static char trapping[HARNESS_PATH_ROOM];

static char command; /* what the function is to do with it */

static int is_secret(uint64_t word)
{
    for (unsigned i = 0; i < secrets; i++) {
        if ((word ^ MASK) == masked_secrets[i]) {
            return 1;
        }
    }
    return 0;
}

static uint64_t found_in(const uint8_t *bytes, size_t size)
{
    uint64_t found = 0;

    for (size_t i = 0; i + sizeof(uint64_t) <= size; i++) {
        uint64_t word;

        memcpy(&word, bytes + i, sizeof word);
        found += word != 0 && is_secret(word);
    }
    return found;
}

/* How often the canary or a key stands in any writable byte of this process. */
static uint64_t found_anywhere(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    uint64_t found = 0;

    if (maps == NULL) {
        return UINT64_MAX;
    }
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long begin;
        unsigned long end;

        if (sscanf(line, "%lx-%lx rw", &begin, &end) == 2 && strstr(line, " rw") != NULL) {
            found += found_in((const uint8_t *)begin, end - begin);
        }
    }
    fclose(maps);
    return found;
}

/* What the search finds just before the end: the control that shows that it can find. */
static uint64_t found_before_end;

enum pobf_status __real_pobf_end(struct pobf_chain *chain, struct pobf_task *task,
                                 const struct pobf_zone *zone, struct pobf_receipt *receipt,
                                 uint8_t *out, size_t room, size_t *size);
enum pobf_status __wrap_pobf_end(struct pobf_chain *chain, struct pobf_task *task,
                                 const struct pobf_zone *zone, struct pobf_receipt *receipt,
                                 uint8_t *out, size_t room, size_t *size);
enum pobf_status __wrap_pobf_end(struct pobf_chain *chain, struct pobf_task *task,
                                 const struct pobf_zone *zone, struct pobf_receipt *receipt,
                                 uint8_t *out, size_t room, size_t *size)
{
    found_before_end = found_anywhere();
    return __real_pobf_end(chain, task, zone, receipt, out, room, size);
}

static int comparison_fails;

int __real_pobf_zone_compare(const struct pobf_zone *zone);
int __wrap_pobf_zone_compare(const struct pobf_zone *zone);
int __wrap_pobf_zone_compare(const struct pobf_zone *zone)
{
    return comparison_fails ? 0 : __real_pobf_zone_compare(zone);
}

/* The whole image, as the monitor reads it. */
static int parse(struct image *image, const char *path)
{
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    size_t size;

    if (file == NULL) {
        return -1;
    }
    size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return image_parse(image, bytes, size) == POBF_OK ? 0 : -1;
}

static int open_monitor(struct warden *warden, const char *path)
{
    struct monitor *monitor = &warden->monitor;
    const int descriptor = memfd_create("window", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (descriptor < 0 || parse(&monitor->image, path) != 0) {
        return -1;
    }
    monitor->window = window_of(&monitor->image);
    if (ftruncate(descriptor, (off_t)monitor->window.size) != 0 ||
        fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK) != 0 ||
        window_open(&monitor->window, descriptor, NULL) != POBF_OK) {
        return -1;
    }
    close(descriptor);
    return warden_build(warden) == POBF_OK ? 0 : -1;
}

/* The data provider, in its own process: draws the canary, tells it masked, seals the input. */
static void provide(int pipe_end, const struct image *image, const struct pobf_offer *offer)
{
    static uint8_t message[SEALED_BYTES];
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t ephemeral[POBF_X25519_BYTES];
    uint64_t canary;
    uint64_t masked;

    randombytes_buf(&canary, sizeof canary);
    randombytes_buf(ephemeral, sizeof ephemeral);
    masked = canary ^ MASK;
    message[POBF_X25519_BYTES] = (uint8_t)command;
    for (int i = 0; i < INPUT_BYTES / CANARY_BYTES; i++) {
        memcpy(message + POBF_X25519_BYTES + 1 + i * CANARY_BYTES, &canary, sizeof canary);
    }
    if (pobf_provider_begin(&provider, offer, image->measurement, image->policy, ephemeral) !=
            POBF_OK ||
        pobf_provider_seal(&provider, message, INPUT_BYTES, commitment) != POBF_OK ||
        write(pipe_end, &masked, sizeof masked) != sizeof masked ||
        write(pipe_end, message, sizeof message) != sizeof message) {
        _exit(1);
    }
    _exit(0);
}

/* Have an input sealed to the offer, and put it in the window. */
static int take_input(struct monitor *monitor, const struct pobf_offer *offer)
{
    uint8_t sealed[SEALED_BYTES];
    int ends[2];
    pid_t provider;

    if (pipe(ends) != 0) {
        return -1;
    }
    provider = fork();
    if (provider == 0) {
        provide(ends[1], &monitor->image, offer);
    }
    close(ends[1]);
    if (read(ends[0], &masked_secrets[0], sizeof masked_secrets[0]) != sizeof masked_secrets[0] ||
        read(ends[0], sealed, sizeof sealed) != sizeof sealed) {
        return -1;
    }
    close(ends[0]);
    secrets = 1;
    window_put(&monitor->window, monitor->window.input_at, sealed, sizeof sealed);
    return waitpid(provider, NULL, 0) == provider ? 0 : -1;
}

struct outcome {
    enum pobf_status status;
    size_t receipt_size;
    size_t answer_size;
    enum pobf_exit exit;
    uint64_t before; /* the canary's copies just before the end */
    uint64_t after;
    unsigned calls;
    unsigned secrets; /* how many were looked for */
    int keys_before;  /* 1: the task held keys before the call */
    int keys_after;
    int outbox_after; /* 1: the outbox is not all zeros */
    int stack_after;  /* 1: the stack of the steps is not */
};

static int holds_keys(const struct pobf_task *task)
{
    return !pobf_bytes_are_zero(task->private_key, sizeof task->private_key) ||
           !pobf_bytes_are_zero((const uint8_t *)&task->hpke, sizeof task->hpke) ||
           !pobf_bytes_are_zero(task->input_salt, sizeof task->input_salt) ||
           !pobf_bytes_are_zero(task->output_salt, sizeof task->output_salt);
}

static int make_call(struct outcome *outcome, struct monitor *monitor)
{
    struct pobf_task *task = vault_free_task(&monitor->vault);
    uint8_t bytes[POBF_OFFER_ROOM];
    struct pobf_receipt receipt = {.exit = POBF_EXIT_NONE};
    struct pobf_fresh fresh;
    struct pobf_offer offer;
    struct call_end end;
    size_t size;
    int keys;

    if (pobf_start(&fresh, task, monitor->vault.chain, bytes, sizeof bytes, &size) != POBF_OK ||
        pobf_offer_parse(&offer, bytes, size) != POBF_OK || take_input(monitor, &offer) != 0) {
        return -1;
    }
    keys = holds_keys(task);
    calls = 0;
    armed = 1;
    call_run(&end, monitor, task, POBF_EXIT_REFUSED, SEALED_BYTES);
    armed = 0;
    if (end.receipt_size > 0 &&
        pobf_receipt_parse(&receipt, end.receipt, end.receipt_size) != POBF_OK) {
        return -1;
    }
    *outcome = (struct outcome){
        .status = end.status,
        .receipt_size = end.receipt_size,
        .answer_size = end.answer_size,
        .exit = receipt.exit,
        .before = found_before_end,
        .after = found_anywhere(),
        .calls = calls,
        .secrets = secrets,
        .keys_before = keys,
        .keys_after = holds_keys(task),
        .stack_after = !pobf_bytes_are_zero(monitor->vault.stack, VAULT_STACK_BYTES),
        .outbox_after = !pobf_bytes_are_zero(monitor->vault.outbox, monitor->vault.outbox_room),
    };
    return 0;
}

/* One call in a process of its own, which a nursery and all else ends with. */
static struct outcome outcome_of(const char *path, char input_command, unsigned k)
{
    struct outcome outcome = {.status = POBF_STATUS_COUNT};
    int ends[2];
    pid_t process;

    command = input_command;
    assert_int_equal(pipe(ends), 0);
    process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        static struct warden warden;

        fail_at = k;
        if (open_monitor(&warden, path) == 0 && make_call(&outcome, &warden.monitor) == 0 &&
            write(ends[1], &outcome, sizeof outcome) == sizeof outcome) {
            _exit(0);
        }
        _exit(1);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &outcome, sizeof outcome), sizeof outcome);
    close(ends[0]);
    assert_int_equal(waitpid(process, NULL, 0), process);
    return outcome;
}

static int build(void **state)
{
    (void)state;
    return sodium_init() < 0 || harness_build(keeping, "keep", &limits) != 0 ||
                   harness_build(trapping, "trap", &limits) != 0
               ? -1
               : 0;
}

static void a_call_that_returns_leaves_nothing(void **state)
{
    const struct outcome outcome = outcome_of(keeping, 's', 0);

    (void)state;
    assert_int_equal(outcome.status, POBF_OK);
    assert_int_equal(outcome.exit, POBF_EXIT_RETURNED);
    assert_true(outcome.answer_size > 0);
    assert_true(outcome.before > 10000); /* the function spread it, and the search saw that */
    assert_true(outcome.secrets > 8);    /* one-time key, shared secret, keys, salts, the canary */
    assert_true(outcome.keys_before && !outcome.keys_after);
    assert_false(outcome.stack_after);
    assert_true(outcome.outbox_after); /* the answer, sealed: it may leave now */
    assert_int_equal(outcome.after, 0);
}

static void a_call_that_traps_leaves_nothing(void **state)
{
    const struct outcome outcome = outcome_of(trapping, 'u', 0);

    (void)state;
    assert_int_equal(outcome.status, POBF_E_FUNCTION);
    assert_int_equal(outcome.exit, POBF_EXIT_TRAP);
    assert_int_equal(outcome.answer_size, 0);
    assert_true(outcome.before >= INPUT_BYTES / CANARY_BYTES);
    assert_int_equal(outcome.after, 0);
}

/* The size is the function's word, and so eight bytes that it could smuggle out with. */
static void an_output_size_that_is_a_secret_leaves_nothing(void **state)
{
    const struct outcome outcome = outcome_of(keeping, 'o', 0);

    (void)state;
    assert_int_equal(outcome.status, POBF_E_FUNCTION);
    assert_int_equal(outcome.exit, POBF_EXIT_OUTPUT);
    assert_true(outcome.before > 10000);
    assert_int_equal(outcome.after, 0);
}

static void whatever_call_fails_nothing_is_left_and_no_answer_leaves(void **state)
{
    unsigned k = 1;

    (void)state;
    for (; k < MORE_THAN_ALL; k++) {
        const struct outcome outcome = outcome_of(keeping, 's', k);

        assert_int_equal(outcome.after, 0);
        assert_false(outcome.keys_after || outcome.stack_after);
        if (outcome.calls < k) {
            break; /* none was left to fail */
        }
        assert_int_not_equal(outcome.status, POBF_OK);
        assert_int_equal(outcome.answer_size, 0);
    }
    print_message("each of %u calls of libsodium was made to fail\n", k - 1);
    assert_true(k > 20 && k < MORE_THAN_ALL);
}

static void a_failed_comparison_leaves_neither_answer_nor_receipt(void **state)
{
    struct outcome outcome;

    (void)state;
    comparison_fails = 1;
    outcome = outcome_of(keeping, 's', 0);
    comparison_fails = 0;
    assert_int_equal(outcome.status, POBF_E_POISONED);
    assert_int_equal(outcome.receipt_size, 0);
    assert_int_equal(outcome.answer_size, 0);
    assert_int_equal(outcome.after, 0);
    assert_false(outcome.outbox_after);
    assert_false(outcome.keys_after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_that_returns_leaves_nothing),
        cmocka_unit_test(a_call_that_traps_leaves_nothing),
        cmocka_unit_test(an_output_size_that_is_a_secret_leaves_nothing),
        cmocka_unit_test(whatever_call_fails_nothing_is_left_and_no_answer_leaves),
        cmocka_unit_test(a_failed_comparison_leaves_neither_answer_nor_receipt),
    };

    return cmocka_run_group_tests_name("enclave/monitor/residue", tests, build, NULL);
}
