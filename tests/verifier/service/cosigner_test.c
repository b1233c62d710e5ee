/* A witness that answers as it is told to, in a process of its own, and who asks it to sign. */
#include "tests/verifier/log/fixture.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "edge/http/http.h"
#include "verifier/service/cosign.h"
#include "verifier/service/cosigner.h"

enum mood {
    GOOD,
    WITH_OTHERS, /* its line, between one of the log that does not verify and another key's */
    LOGS_LINE,   /* no line of its own */
    STALE,       /* its line, over another checkpoint */
    NO_LINE,
    NO_END, /* a line that does not end */
    TROUBLED,
    SEEN_MORE,   /* it has seen a larger tree */
    ALWAYS_LESS, /* whatever is sent, it has seen another size */
    MOODS
};

/* The process of the witness and the test both see this. */
static struct shared {
    enum mood mood;
    size_t asked;
    struct note_key self, log;
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
} * shared;

static struct fixture *f;
static struct http *http;
static pid_t server;
static struct quorum_member witness;
static struct cosigner *cosigner;
static struct cosigner_plea plea;

static size_t sign(char *line, const char *text, size_t size)
{
    uint8_t signature[crypto_sign_BYTES];
    size_t message_size;
    char *message;

    assert_int_equal(note_message(&message, &message_size, text, size, NOTE_COSIGNATURE, 7),
                     POBF_OK);
    crypto_sign_detached(signature, NULL, (const uint8_t *)message, message_size,
                         shared->secret_key);
    free(message);
    return note_line(line, &shared->self, 7, signature);
}

static void answer(struct http_request *request, void *context)
{
    static const uint8_t none[crypto_sign_BYTES];
    char text[3 * NOTE_LINE_ROOM] = "", own[NOTE_LINE_ROOM];
    const char *body, *checkpoint;
    struct note note;
    size_t size;
    int code = 200;

    (void)context;
    shared->asked++;
    body = (const char *)http_body(request, &size);
    checkpoint = memmem(body, size, "\n\n", 2);
    assert_non_null(checkpoint);
    checkpoint += 2;
    assert_int_equal(note_split(&note, checkpoint, size - (size_t)(checkpoint - body)), POBF_OK);
    (void)sign(own, note.text, shared->mood == STALE ? note.text_size - 2 : note.text_size);
    switch (shared->mood) {
    case WITH_OTHERS:
    case LOGS_LINE:
        note_line(text, &shared->log, 0, none);
        if (shared->mood == WITH_OTHERS) {
            strcat(text, own);
            strcat(text, "\u2014 another.example/9 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n");
        }
        break;
    case NO_LINE:
        strcpy(text, "ok\n");
        break;
    case NO_END:
        memcpy(text, own, strlen(own) - 1);
        break;
    case TROUBLED:
        code = 500;
        break;
    case SEEN_MORE:
    case ALWAYS_LESS:
        strcpy(text, shared->mood == SEEN_MORE ? "99\n" : "1\n");
        code = 409;
        break;
    case GOOD:
    case STALE:
    case MOODS:
    default:
        strcpy(text, own);
    }
    http_answer(request, code, "text/plain", text, strlen(text));
}

static const struct http_route routes[] = {{"POST", "/add-checkpoint", answer}};

static void make_witness(void)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];

    crypto_sign_keypair(public_key, shared->secret_key);
    assert_int_equal(
        note_key_make(&shared->self, "witness.example/1", NOTE_COSIGNATURE, public_key), POBF_OK);
    strcpy(witness.name, "w1");
    witness.key = shared->self;
    snprintf(witness.url, sizeof witness.url, "http://127.0.0.1:%u", http_port(http));
}

static int begin(void **state)
{
    const struct http_options options = {
        .listen = "127.0.0.1:0", .body_max = 65536, .timeout_s = 10, .connections_max = 16};
    struct sequencer *log;

    if (fixture_make(state) != 0 ||
        http_open(&http, &options, routes, sizeof routes / sizeof routes[0], NULL) != POBF_OK) {
        return -1;
    }
    f = *state;
    log = fixture_open(f);
    assert_int_equal(fixture_append(log, 0, 5), POBF_OK);
    assert_int_equal(sequencer_publish(log), POBF_OK);
    cosign_plead(&plea, log);
    shared->log = *sequencer_key(log);
    sequencer_close(log);
    make_witness();
    server = fork();
    if (server == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        http_run(http);
        _exit(0);
    }
    return cosigner_open(&cosigner, &witness, f->folder, 3) == -1 && server > 0 ? 0 : -1;
}

static int end(void **state)
{
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    http_close(http);
    cosigner_close(cosigner);
    return fixture_end(state);
}

static enum pobf_status ask(enum mood mood, char line[NOTE_LINE_ROOM], size_t *size)
{
    shared->mood = mood;
    shared->asked = 0;
    return cosigner_ask(cosigner, line, size, &plea);
}

/* Nothing but its own line comes back: another one could spoil the note for everybody. */
static void a_line_of_another_is_never_taken(void **state)
{
    char line[NOTE_LINE_ROOM], own[NOTE_LINE_ROOM];
    size_t size;
    struct note note;

    (void)state;
    assert_int_equal(note_split(&note, plea.note, plea.note_size), POBF_OK);
    (void)sign(own, note.text, note.text_size);
    for (enum mood mood = GOOD; mood <= WITH_OTHERS; mood++) {
        assert_int_equal(ask(mood, line, &size), POBF_OK);
        assert_int_equal(size, strlen(own));
        assert_memory_equal(line, own, size);
    }
}

static void whatever_else_it_answers_is_no_signature(void **state)
{
    char line[NOTE_LINE_ROOM];
    size_t size;

    (void)state;
    for (enum mood mood = LOGS_LINE; mood < MOODS; mood++) {
        assert_int_equal(ask(mood, line, &size), POBF_E_REFUSED);
        assert_int_equal(size, 0);
        /* Once more where it says what it has seen, and that can be; not for ever. */
        assert_int_equal(shared->asked, mood == ALWAYS_LESS ? 2 : 1);
    }
    assert_int_equal(ask(GOOD, line, &size), POBF_OK); /* control */
}

static void one_that_is_gone_gives_no_answer(void **state)
{
    char line[NOTE_LINE_ROOM];
    size_t size;

    (void)state;
    assert_int_equal(ask(GOOD, line, &size), POBF_OK); /* control */
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    http_close(http); /* whose socket is open here as well */
    http = NULL;
    assert_int_equal(ask(GOOD, line, &size), POBF_E_SYSTEM);
    assert_int_equal(size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_of_another_is_never_taken, begin, end),
        cmocka_unit_test_setup_teardown(whatever_else_it_answers_is_no_signature, begin, end),
        cmocka_unit_test_setup_teardown(one_that_is_gone_gives_no_answer, begin, end),
    };

    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return shared == MAP_FAILED ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
