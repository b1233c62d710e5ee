/* A log that takes receipts over HTTP, killed at every system call: what it answered stays true. */
#include "tests/tracer.h"
#include "tests/verifier/log/fixture.h"

#include <curl/curl.h>
#include <event2/event.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "edge/cli/file.h"
#include "edge/tlog/inclusion.h"
#include "verifier/service/intake.h"

enum { RECEIPTS = 3, URL_MAX = 64, TIMEOUT_S = 20 };

/* What happens to the log, which is a process of its own. */
static struct shared {
    atomic_int port;
} * shared;

static uint8_t receipts[RECEIPTS][POBF_RECEIPT_ROOM];
static size_t receipt_sizes[RECEIPTS];

/* What a client was told. */
static struct told {
    int is_proved;
    char proof[INCLUSION_MAX + 1];
    size_t size;
} told[RECEIPTS];

static int make_receipts(void **state)
{
    struct pobf_receipt receipt = {.issued_at_s = 1700000000,
                                   .exit = POBF_EXIT_RETURNED,
                                   .registers_cleared = 1,
                                   .key_destroyed = 1};
    uint8_t public_key[POBF_ED25519_PUBLIC_BYTES], key[POBF_SIGNING_KEY_BYTES];
    const uint8_t seed[32] = {1};

    (void)state;
    assert_int_equal(pobf_sign_keypair(public_key, key, seed), POBF_OK);
    for (uint64_t i = 0; i < RECEIPTS; i++) {
        receipt.sequence = i + 1;
        assert_int_equal(
            pobf_receipt_sign(receipts[i], POBF_RECEIPT_ROOM, &receipt_sizes[i], &receipt, key),
            POBF_OK);
    }
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -1;
}

static void add(struct http_request *request, void *context)
{
    intake_add(request, context);
}

static struct http *http;

static void end(struct http_request *request, void *context)
{
    (void)context;
    http_answer(request, 200, "text/plain", "", 0);
    event_base_loopexit(http_base(http), NULL);
}

static const struct http_route routes[] = {{"POST", "/add", add}, {"POST", "/end", end}};

/* In a process of its own. */
static void serve(const struct fixture *f, int is_traced)
{
    const struct http_options options = {
        .listen = "127.0.0.1:0", .body_max = 1024, .timeout_s = 30, .connections_max = 16};
    const struct intake_options with = {.folder = f->folder, .key = f->key};
    struct sequencer *log;
    struct intake *intake;

    if (is_traced) {
        tracer_begin();
    }
    if (sequencer_open(&log, f->folder, f->key) != POBF_OK ||
        intake_open(&intake, log, &with) != POBF_OK ||
        http_open(&http, &options, routes, sizeof routes / sizeof routes[0], intake) != POBF_OK ||
        intake_attach(intake, http) != POBF_OK) {
        _exit(1);
    }
    shared->port = http_port(http);
    http_run(http);
    intake_detach(intake);
    http_close(http);
    intake_close(intake);
    _exit(0);
}

static size_t keep(char *bytes, size_t one, size_t count, void *context)
{
    struct told *to = context;
    const size_t size = one * count;

    if (size > INCLUSION_MAX - to->size) {
        return 0;
    }
    memcpy(to->proof + to->size, bytes, size);
    to->size += size;
    to->proof[to->size] = '\0';
    return size;
}

static int post(CURL *curl, const char *path, const uint8_t *body, size_t size, struct told *to)
{
    char url[URL_MAX];
    long code = 0;

    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", (int)shared->port, path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)size);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, to);
    return curl_easy_perform(curl) == CURLE_OK &&
           curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code) == CURLE_OK && code == 200;
}

static atomic_int is_over; /* the log's process has ended */

/* One after the other, while there is a log; then it is told to end. */
static void *bring_all(void *context)
{
    CURL *curl = curl_easy_init();
    struct told nothing = {.size = 0};

    while (shared->port == 0 && !is_over) {
        usleep(200);
    }
    for (size_t i = 0; i < RECEIPTS && shared->port != 0; i++) {
        told[i] = (struct told){.size = 0};
        told[i].is_proved = post(curl, "/add", receipts[i], receipt_sizes[i], &told[i]);
    }
    if (shared->port != 0) {
        (void)post(curl, "/end", (const uint8_t *)"", 0, &nothing);
    }
    curl_easy_cleanup(curl);
    return context;
}

/* A log and its client; the log is killed as it comes to its call number `at`; 0: never; -1: it is not even traced. */
static long run(const struct fixture *f, long at)
{
    pthread_t client;
    long calls = 0;
    pid_t child;

    memset(told, 0, sizeof told);
    shared->port = 0;
    is_over = 0;
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        serve(f, at >= 0);
    }
    assert_int_equal(pthread_create(&client, NULL, bring_all, NULL), 0);
    if (at >= 0) {
        calls = tracer_follow(child, at);
        assert_true(calls > 0);
    } else {
        assert_int_equal(waitpid(child, NULL, 0), child);
    }
    is_over = 1;
    pthread_join(client, NULL);
    return calls;
}

/* 1 where every answer is a proof that holds, of a tree that is the log's as it is now. */
static int answers_are_true(const struct fixture *f)
{
    struct sequencer *log = fixture_open(f);
    const struct checkpoint *newest = sequencer_checkpoint(log);
    struct mirror *mirror;
    int whole = mirror_open(&mirror, f->folder) == POBF_OK;

    for (size_t i = 0; i < RECEIPTS && whole; i++) {
        struct checkpoint shown;
        struct proof growth = {.count = 0};

        if (!told[i].is_proved) {
            continue;
        }
        whole = inclusion_verify(&shown, told[i].proof, told[i].size, receipts[i], receipt_sizes[i],
                                 sequencer_key(log)) == POBF_OK &&
                tree_consistency(mirror, &growth, shown.size, newest->size) == POBF_OK &&
                pobf_merkle_check_consistency(0, shown.size, newest->size, shown.root,
                                              proof_path(&growth), newest->root) == POBF_OK;
    }
    mirror_close(mirror);
    sequencer_close(log);
    return whole;
}

static uint64_t size_of(const struct fixture *f)
{
    struct sequencer *log = fixture_open(f);
    const uint64_t size = sequencer_size(log);

    sequencer_close(log);
    return size;
}

static void a_kill_at_any_system_call_makes_no_answer_untrue(void **state)
{
    long at = 0, calls;

    (void)state;
    do {
        void *made = NULL;

        assert_int_equal(fixture_make(&made), 0);
        calls = run(made, at);
        assert_true(answers_are_true(made));
        assert_true(at > 0 || (told[RECEIPTS - 1].is_proved && size_of(made) == RECEIPTS));
        run(made, -1); /* the next log: all come again, and each has one place */
        for (size_t i = 0; i < RECEIPTS; i++) {
            assert_true(told[i].is_proved);
        }
        assert_true(answers_are_true(made));
        assert_int_equal(size_of(made), RECEIPTS);
        assert_int_equal(fixture_end(&made), 0);
    } while (++at == 1 || calls == at - 1);
    print_message("killed at %ld system calls\n", at - 2);
    assert_in_range(at, 100, 100000);
}

/* Control: where the log is put back to what it was before, the same question says so. */
static void answers_of_a_log_that_is_put_back_are_found_untrue(void **state)
{
    char command[4 * FIXTURE_PATH_ROOM];
    const struct fixture *f;
    void *made = NULL;

    (void)state;
    assert_int_equal(fixture_make(&made), 0);
    f = made;
    snprintf(command, sizeof command, "cp -r %s %s/before", f->folder, f->parent);
    assert_int_equal(system(command), 0);
    run(made, -1);
    assert_true(answers_are_true(made) && told[0].is_proved);
    snprintf(command, sizeof command, "rm -r %s && mv %s/before %s", f->folder, f->parent,
             f->folder);
    assert_int_equal(system(command), 0);
    assert_false(answers_are_true(made));
    assert_int_equal(fixture_end(&made), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kill_at_any_system_call_makes_no_answer_untrue),
        cmocka_unit_test(answers_of_a_log_that_is_put_back_are_found_untrue),
    };

    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return shared == MAP_FAILED ? 1 : cmocka_run_group_tests(tests, make_receipts, NULL);
}
