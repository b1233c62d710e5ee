/*
 * What holds of a link, whatever either side of it does.
 * LINK: -Wl,--wrap=poll
 */
#include "tests/enclave/harness.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "enclave/monitor/message.h"
#include "enclave/monitor/vault.h"
#include "enclave/platform/sim.h"

enum { FORGERIES = 2000 };

static const struct harness_limits small = {
    .deadline_ms = 5000, .input_max = 65536, .output_max = 65536, .arena = 65536, .stack = 65536};

static char image[HARNESS_PATH_ROOM];
static struct harness_result result;
static struct link *peer;

static int build(void **state)
{
    (void)state;
    return sodium_init() < 0 || harness_build(image, "echo", &small) != 0 ? -1 : 0;
}

static int open_echo(void **state)
{
    (void)state;
    peer = harness_open(image);
    return 0;
}

static int close_link(void **state)
{
    (void)state;
    link_close(peer);
    return 0;
}

static void call(const char *text)
{
    harness_call(&result, peer, (const uint8_t *)text, strlen(text));
}

static void assert_good_call(void)
{
    call("hello");
    assert_int_equal(result.status, POBF_OK);
    assert_true(result.answered);
    assert_int_equal(result.output_size, 5);
    assert_memory_equal(result.output, "hello", 5);
    assert_int_equal(result.receipt.exit, POBF_EXIT_RETURNED);
}

static void an_input_comes_back(void **state)
{
    (void)state;
    assert_good_call();
    call("");
    assert_int_equal(result.status, POBF_OK);
    assert_int_equal(result.output_size, 0);
}

static void the_largest_input_comes_back_and_a_larger_one_is_not_sent(void **state)
{
    uint8_t *input = calloc(1, small.input_max + 1);
    const struct pobf_offer offer = harness_start(peer);

    (void)state;
    memset(input, 0x5a, small.input_max);
    harness_call(&result, peer, input, small.input_max);
    assert_true(result.answered);
    assert_int_equal(result.output_size, small.input_max);
    assert_memory_equal(result.output, input, small.input_max);
    assert_int_equal(
        link_ask_call(peer, offer.task_id, input, link_limits(peer)->sealed_input_max + 1),
        POBF_E_SPACE);
    free(input);
    assert_good_call();
}

static void an_input_may_stand_where_the_monitor_reads_it(void **state)
{
    static const uint8_t input[] = "written in place";
    const struct pobf_offer offer = harness_start(peer);
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t *sealed = harness_seal(&provider, peer, &offer, input, sizeof input, commitment);

    (void)state;
    memcpy(link_input(peer), sealed, sizeof input + POBF_SEALED_OVERHEAD);
    free(sealed);
    assert_int_equal(
        link_ask_call(peer, offer.task_id, link_input(peer), sizeof input + POBF_SEALED_OVERHEAD),
        POBF_OK);
    harness_take(&result, peer, &provider);
    assert_true(result.answered);
    assert_memory_equal(result.output, input, sizeof input);
}

static void take_evidence(struct pobf_evidence *evidence, struct link *link)
{
    const uint8_t nonce[POBF_NONCE_BYTES] = {1, 2, 3};
    struct link_answer answer;
    uint8_t key[POBF_PUBLIC_KEY_BYTES];

    assert_int_equal(link_ask_evidence(link, nonce), POBF_OK);
    assert_int_equal(link_take(link, &answer), POBF_OK);
    assert_int_equal(answer.status, POBF_OK);
    assert_int_equal(sim_public_key(key), POBF_OK);
    assert_int_equal(pobf_cose_verify(answer.body, answer.body_size, key), POBF_OK);
    assert_int_equal(pobf_evidence_parse(evidence, answer.body, answer.body_size), POBF_OK);
    assert_memory_equal(evidence->nonce, nonce, sizeof nonce);
}

/* The file of the program that evidence names. */
#ifndef HARNESS_PROGRAM
#define HARNESS_PROGRAM HARNESS_MONITOR
#endif

static void digest_monitor(uint8_t digest[POBF_DIGEST_BYTES])
{
    char path[HARNESS_PATH_ROOM];
    uint8_t *bytes;
    size_t size;

    snprintf(path, sizeof path, "%s/" HARNESS_PROGRAM, harness_folder());
    assert_int_equal(file_read(&bytes, &size, path, 1 << 30), POBF_OK);
    crypto_hash_sha256(digest, bytes, size);
    file_free(bytes, size);
}

/* Evidence says what the monitor is, what it runs, and what the host told it: each in its place. */
static void evidence_says_what_runs_where(void **state)
{
    const struct link_options as = {.channel_key = {4, 5, 6}, .certificate = {7, 8, 9}};
    struct link *other = harness_open_as(image, &as);
    const struct link_limits *limits = link_limits(other);
    struct pobf_evidence evidence;
    uint8_t digest[POBF_DIGEST_BYTES];

    (void)state;
    take_evidence(&evidence, other);
    digest_monitor(digest);
    assert_int_equal(evidence.platform, POBF_PLATFORM_SIM);
    assert_memory_equal(evidence.boot_id, limits->boot_id, POBF_BOOT_ID_BYTES);
    assert_memory_equal(evidence.measurement, limits->measurement, POBF_DIGEST_BYTES);
    assert_memory_equal(evidence.policy, limits->policy, POBF_DIGEST_BYTES);
    assert_memory_equal(evidence.monitor, digest, POBF_DIGEST_BYTES);
    assert_memory_equal(evidence.channel_key, as.channel_key, POBF_DIGEST_BYTES);
    assert_memory_equal(evidence.certificate, as.certificate, POBF_DIGEST_BYTES);
    assert_int_equal(pobf_evidence_bind(digest, &evidence), POBF_OK);
    assert_memory_equal(evidence.report_data, digest, POBF_DIGEST_BYTES);
    link_close(other);
}

static void receipts_are_signed_and_form_a_chain(void **state)
{
    uint8_t previous[POBF_DIGEST_BYTES] = {0};
    struct pobf_evidence evidence;

    (void)state;
    take_evidence(&evidence, peer);
    for (uint64_t sequence = 1; sequence <= 3; sequence++) {
        assert_good_call();
        assert_int_equal(
            pobf_cose_verify(result.signed_receipt, result.receipt_size, evidence.receipt_key),
            POBF_OK);
        assert_int_equal(result.receipt.sequence, sequence);
        assert_memory_equal(result.receipt.previous, previous, sizeof previous);
        crypto_hash_sha256(previous, result.signed_receipt, result.receipt_size);
    }
}

/* Two boots have nothing in common: a replayed receipt names another. */
static void every_boot_has_its_own_id_and_key(void **state)
{
    struct link *other = harness_open(image);

    (void)state;
    assert_memory_not_equal(link_limits(peer)->boot_id, link_limits(other)->boot_id,
                            POBF_BOOT_ID_BYTES);
    link_close(other);
}

static void ask_call_and_take(const struct pobf_offer *offer, const uint8_t *sealed, size_t size)
{
    assert_int_equal(link_ask_call(peer, offer->task_id, sealed, size), POBF_OK);
    harness_take(&result, peer, NULL);
}

static void assert_refused(enum pobf_status status)
{
    assert_int_equal(result.status, status);
    assert_int_equal(result.receipt.exit, POBF_EXIT_REFUSED);
    assert_true(result.receipt_size > 0);
}

static void a_task_is_spent_by_its_first_call(void **state)
{
    const struct pobf_offer offer = harness_start(peer);
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t *sealed = harness_seal(&provider, peer, &offer, (const uint8_t *)"once", 4, commitment);

    (void)state;
    ask_call_and_take(&offer, sealed, 4 + POBF_SEALED_OVERHEAD);
    assert_int_equal(result.status, POBF_OK);
    ask_call_and_take(&offer, sealed, 4 + POBF_SEALED_OVERHEAD);
    assert_int_equal(result.status, POBF_E_STATE);
    assert_int_equal(result.receipt_size, 0);
    free(sealed);
    assert_good_call();
}

static void a_refused_input_spends_the_task_too(void **state)
{
    const struct pobf_offer offer = harness_start(peer);
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t *sealed = harness_seal(&provider, peer, &offer, (const uint8_t *)"once", 4, commitment);

    (void)state;
    sealed[POBF_SEALED_OVERHEAD] ^= 1;
    ask_call_and_take(&offer, sealed, 4 + POBF_SEALED_OVERHEAD);
    assert_refused(POBF_E_AUTH);
    sealed[POBF_SEALED_OVERHEAD] ^= 1;
    ask_call_and_take(&offer, sealed, 4 + POBF_SEALED_OVERHEAD);
    assert_int_equal(result.status, POBF_E_STATE);
    free(sealed);
    assert_good_call();
}

static void a_flipped_bit_anywhere_is_refused(void **state)
{
    enum { TEXT = 8, SEALED = TEXT + POBF_SEALED_OVERHEAD };
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];

    (void)state;
    for (size_t i = 0; i < SEALED; i++) {
        const struct pobf_offer offer = harness_start(peer);
        uint8_t *sealed =
            harness_seal(&provider, peer, &offer, (const uint8_t *)"12345678", TEXT, commitment);

        sealed[i] ^= 1;
        ask_call_and_take(&offer, sealed, SEALED);
        assert_true(result.status == POBF_E_AUTH || result.status == POBF_E_KEY);
        assert_int_equal(result.receipt.exit, POBF_EXIT_REFUSED);
        free(sealed);
    }
    assert_good_call();
}

static void an_input_cut_anywhere_is_refused(void **state)
{
    enum { TEXT = 8, SEALED = TEXT + POBF_SEALED_OVERHEAD };
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];

    (void)state;
    for (size_t size = 0; size < SEALED; size++) {
        const struct pobf_offer offer = harness_start(peer);
        uint8_t *sealed =
            harness_seal(&provider, peer, &offer, (const uint8_t *)"12345678", TEXT, commitment);

        ask_call_and_take(&offer, sealed, size);
        assert_refused(size < POBF_SEALED_OVERHEAD ? POBF_E_INPUT : POBF_E_AUTH);
        free(sealed);
    }
    assert_good_call();
}

static void an_input_with_something_after_it_is_refused(void **state)
{
    enum { TEXT = 8, SEALED = TEXT + POBF_SEALED_OVERHEAD };
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t longer[2 * SEALED];

    (void)state;
    for (size_t more = 1; more <= SEALED; more++) {
        const struct pobf_offer offer = harness_start(peer);
        uint8_t *sealed =
            harness_seal(&provider, peer, &offer, (const uint8_t *)"12345678", TEXT, commitment);

        memset(longer, 0, sizeof longer);
        memcpy(longer, sealed, SEALED);
        ask_call_and_take(&offer, longer, SEALED + more);
        assert_refused(POBF_E_AUTH);
        free(sealed);
    }
    assert_good_call();
}

static void an_input_sealed_to_another_task_is_refused(void **state)
{
    const struct pobf_offer first = harness_start(peer);
    const struct pobf_offer second = harness_start(peer);
    struct pobf_provider provider;
    uint8_t commitment[POBF_COMMITMENT_BYTES];
    uint8_t *sealed = harness_seal(&provider, peer, &first, (const uint8_t *)"mine", 4, commitment);

    (void)state;
    ask_call_and_take(&second, sealed, 4 + POBF_SEALED_OVERHEAD);
    assert_refused(POBF_E_AUTH);
    free(sealed);
    assert_good_call();
}

static void an_unknown_task_is_not_there(void **state)
{
    const struct pobf_offer nobody = {.task_id = {0}};
    const uint8_t sealed[POBF_SEALED_OVERHEAD] = {0};

    (void)state;
    ask_call_and_take(&nobody, sealed, sizeof sealed);
    assert_int_equal(result.status, POBF_E_STATE);
    assert_int_equal(link_ask_abandon(peer, nobody.task_id), POBF_OK);
    harness_take(&result, peer, NULL);
    assert_int_equal(result.status, POBF_E_STATE);
    assert_good_call();
}

static void a_full_table_says_so_and_an_abandoned_task_makes_room(void **state)
{
    struct pobf_offer offer = {{0}, {0}, {0}};
    struct link_answer answer;

    (void)state;
    for (int i = 0; i < VAULT_TASKS; i++) {
        offer = harness_start(peer);
    }
    assert_int_equal(link_ask_start(peer), POBF_OK);
    assert_int_equal(link_take(peer, &answer), POBF_OK);
    assert_int_equal(answer.status, POBF_E_SPACE);
    assert_int_equal(link_ask_abandon(peer, offer.task_id), POBF_OK);
    harness_take(&result, peer, NULL);
    assert_int_equal(result.status, POBF_OK);
    assert_int_equal(result.receipt.exit, POBF_EXIT_ABANDONED);
    assert_memory_equal(result.receipt.task_id, offer.task_id, POBF_TASK_ID_BYTES);
    assert_good_call();
}

static void one_request_is_in_flight_at_a_time(void **state)
{
    struct link_answer answer;

    (void)state;
    assert_int_equal(link_take(peer, &answer), POBF_E_STATE);
    assert_int_equal(link_ask_start(peer), POBF_OK);
    assert_int_equal(link_ask_start(peer), POBF_E_STATE);
    assert_int_equal(link_take(peer, &answer), POBF_OK);
    assert_good_call();
}

/* Requests of the right size and random content: none harms, and the monitor goes on. */
static void random_requests_get_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < FORGERIES; i++) {
        struct message_request request;
        struct message_reply reply;

        randombytes_buf(&request, sizeof request);
        request.kind %= LINK_ABANDON + 2;
        request.unused &= 1;
        assert_int_equal(send(link_descriptor(peer), &request, sizeof request, 0), sizeof request);
        assert_int_equal(recv(link_descriptor(peer), &reply, sizeof reply, 0), sizeof reply);
        assert_true(reply.status == POBF_E_USAGE || reply.status == POBF_E_STATE ||
                    reply.status == POBF_E_SPACE ||
                    (reply.status == POBF_OK && request.kind <= LINK_START));
        assert_int_equal(reply.receipt_size, 0);
    }
}

/* What a host that is not ours may send instead. */
static void a_forged_request_gets_nothing(void **state)
{
    struct message_request request = {.kind = 77};
    struct message_reply reply;
    const struct pobf_offer offer = harness_start(peer);

    (void)state;
    assert_int_equal(send(link_descriptor(peer), &request, sizeof request, 0), sizeof request);
    assert_int_equal(recv(link_descriptor(peer), &reply, sizeof reply, 0), sizeof reply);
    assert_int_equal(reply.status, POBF_E_USAGE);
    request = (struct message_request){.kind = LINK_CALL, .size = UINT64_MAX};
    memcpy(request.value, offer.task_id, sizeof offer.task_id);
    assert_int_equal(send(link_descriptor(peer), &request, sizeof request, 0), sizeof request);
    assert_int_equal(recv(link_descriptor(peer), &reply, sizeof reply, 0), sizeof reply);
    assert_int_equal(reply.status, POBF_E_SPACE);
    assert_int_equal(reply.body_size, 0);
    assert_good_call();
    assert_int_equal(send(link_descriptor(peer), "short", 5, 0), 5);
    assert_int_equal(recv(link_descriptor(peer), &reply, sizeof reply, 0), 0); /* it has ended */
}

static void what_is_no_image_or_no_monitor_opens_no_link(void **state)
{
    char monitor[HARNESS_PATH_ROOM];
    struct link_options options = {.monitor_path = "/nowhere/monitor"};
    uint8_t *bytes;

    (void)state;
    snprintf(monitor, sizeof monitor, "%s/" HARNESS_PROGRAM, harness_folder());
    assert_int_equal(file_read(&bytes, &options.image_size, image, IMAGE_FILE_MAX), POBF_OK);
    options.image = bytes;
    assert_int_equal(link_open(&peer, &options), POBF_E_MISSING);
    assert_null(peer);
    options.monitor_path = "/bin/true";
    assert_int_equal(link_open(&peer, &options), POBF_E_SYSTEM);
    assert_null(peer);
    options.monitor_path = monitor;
    bytes[0] ^= 1;
    assert_int_equal(link_open(&peer, &options), POBF_E_INPUT);
    assert_null(peer);
    file_free(bytes, options.image_size);
}

/* Nobody here has the time: each wait is cut to this, where it is more than 0. */
static int patience_ms;

int __real_poll(struct pollfd *descriptors, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *descriptors, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *descriptors, nfds_t count, int timeout_ms)
{
    return __real_poll(descriptors, count, patience_ms > 0 ? patience_ms : timeout_ms);
}

static void a_program_that_never_says_hello_is_given_up(void **state)
{
    char path[] = "/tmp/pobf-mute-XXXXXX";
    FILE *mute = fdopen(mkstemp(path), "w");
    struct link_options options = {.monitor_path = path};
    uint8_t *bytes;

    (void)state;
    assert_non_null(mute);
    fputs("#!/bin/sh\nexec /bin/sleep 60\n", mute);
    assert_int_equal(fclose(mute), 0);
    assert_int_equal(chmod(path, 0700), 0);
    assert_int_equal(file_read(&bytes, &options.image_size, image, IMAGE_FILE_MAX), POBF_OK);
    options.image = bytes;
    patience_ms = 50;
    assert_int_equal(link_open(&peer, &options), POBF_E_SYSTEM);
    patience_ms = 0;
    assert_null(peer);
    file_free(bytes, options.image_size);
    unlink(path);
}

int main(void)
{
#define ECHO(test) cmocka_unit_test_setup_teardown(test, open_echo, close_link)
    const struct CMUnitTest tests[] = {
        ECHO(an_input_comes_back),
        ECHO(the_largest_input_comes_back_and_a_larger_one_is_not_sent),
        ECHO(an_input_may_stand_where_the_monitor_reads_it),
        ECHO(evidence_says_what_runs_where),
        ECHO(receipts_are_signed_and_form_a_chain),
        ECHO(every_boot_has_its_own_id_and_key),
        ECHO(a_task_is_spent_by_its_first_call),
        ECHO(a_refused_input_spends_the_task_too),
        ECHO(a_flipped_bit_anywhere_is_refused),
        ECHO(an_input_cut_anywhere_is_refused),
        ECHO(an_input_with_something_after_it_is_refused),
        ECHO(an_input_sealed_to_another_task_is_refused),
        ECHO(an_unknown_task_is_not_there),
        ECHO(a_full_table_says_so_and_an_abandoned_task_makes_room),
        ECHO(one_request_is_in_flight_at_a_time),
        ECHO(random_requests_get_nothing),
        ECHO(a_forged_request_gets_nothing),
        cmocka_unit_test(what_is_no_image_or_no_monitor_opens_no_link),
        cmocka_unit_test(a_program_that_never_says_hello_is_given_up),
    };

    return harness_skips()
               ? 0
               : cmocka_run_group_tests_name("enclave/monitor/link", tests, build, NULL);
}
