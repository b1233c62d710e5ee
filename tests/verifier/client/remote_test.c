#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <openssl/ssl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "verifier/client/remote.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\nConnection: close\r\n"

enum { REQUEST_ROOM = 4096, LIMIT = 64 };

/* A host that gives one answer to whoever comes, in a process of its own. */
static struct {
    int listening;
    uint16_t port;
    pid_t process;
    char *heard; /* shared: the last request */
} host;

static char folder[] = "/tmp/pobf-remote-XXXXXX";

static void serve_plain(int connected, const char *answer)
{
    const ssize_t got = recv(connected, host.heard, REQUEST_ROOM - 1, 0);

    host.heard[got > 0 ? got : 0] = '\0';
    if (send(connected, answer, strlen(answer), MSG_NOSIGNAL) < 0) {
        host.heard[0] = '\0';
    }
}

static void serve_tls(int connected, SSL_CTX *context, const char *answer)
{
    SSL *session = SSL_new(context);

    SSL_set_fd(session, connected);
    if (SSL_accept(session) == 1) {
        const int got = SSL_read(session, host.heard, REQUEST_ROOM - 1);

        host.heard[got > 0 ? got : 0] = '\0';
        SSL_write(session, answer, (int)strlen(answer));
        SSL_shutdown(session);
    }
    SSL_free(session);
}

/* `identity` NULL: plain HTTP; else the name of a certificate and key in the folder. */
static void serve(const char *answer, const char *identity, int version)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    char path[128];

    if (identity != NULL) {
        snprintf(path, sizeof path, "%s/%s.pem", folder, identity);
        SSL_CTX_use_certificate_file(context, path, SSL_FILETYPE_PEM);
        SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM);
        SSL_CTX_set_max_proto_version(context, version);
    }
    for (;;) {
        const int connected = accept(host.listening, NULL, NULL);

        if (identity != NULL) {
            serve_tls(connected, context, answer);
        } else {
            serve_plain(connected, answer);
        }
        close(connected);
    }
}

static void start(const char *answer, const char *identity, int version)
{
    host.heard[0] = '\0';
    host.process = fork();
    if (host.process == 0) {
        serve(answer, identity, version);
    }
}

static void stop(void)
{
    kill(host.process, SIGKILL);
    waitpid(host.process, NULL, 0);
}

static int open_remote(struct remote **remote, const char *scheme)
{
    const struct remote_options options = {.timeout_s = 2};
    char url[64];

    snprintf(url, sizeof url, "%s://127.0.0.1:%u/", scheme, host.port);
    return remote_open(remote, url, &options);
}

/* GET /x from a host that answers so; the exit code, or INPUT_GO_ON. */
static int get(struct input *answer, const char *bytes, const char *scheme, const char *identity,
               int version)
{
    struct remote *remote;
    int code;

    start(bytes, identity, version);
    assert_int_equal(open_remote(&remote, scheme), INPUT_GO_ON);
    code = remote_get(remote, answer, "/x", LIMIT);
    remote_close(remote);
    stop();
    return code;
}

static int get_plain(const char *bytes)
{
    struct input answer;
    const int code = get(&answer, bytes, "http", NULL, 0);

    input_free(&answer);
    return code;
}

static void an_answer_is_taken(void **state)
{
    struct input answer;

    (void)state;
    assert_int_equal(get(&answer, OK_HEAD "Content-Length: 2\r\n\r\nhi", "http", NULL, 0),
                     INPUT_GO_ON);
    assert_int_equal(answer.size, 2);
    assert_memory_equal(answer.bytes, "hi", 2);
    assert_non_null(strstr(host.heard, "GET /x HTTP/1.1"));
    input_free(&answer);
}

static void an_answer_over_the_limit_is_not_taken(void **state)
{
    (void)state;
    assert_int_equal(get_plain(OK_HEAD "Content-Length: 100\r\n\r\n"
                                       "0123456789012345678901234567890123456789"
                                       "0123456789012345678901234567890123456789"
                                       "01234567890123456789"),
                     3);
    assert_int_equal(get_plain(OK_HEAD "\r\n"
                                       "0123456789012345678901234567890123456789"
                                       "0123456789012345678901234567890123456789"),
                     3);
}

static void an_answer_cut_short_is_not_taken(void **state)
{
    (void)state;
    assert_int_equal(get_plain(OK_HEAD "Content-Length: 10\r\n\r\nhi"), 3);
    assert_int_equal(get_plain("HTTP/1.1 20"), 3);
    assert_int_equal(get_plain(""), 3);
    assert_int_equal(get_plain("noise\r\n\r\n"), 3);
}

static void a_redirect_is_not_followed(void **state)
{
    char answer[256];

    (void)state;
    snprintf(answer, sizeof answer,
             "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%u/elsewhere\r\n"
             "Content-Length: 0\r\nConnection: close\r\n\r\n",
             host.port);
    assert_int_equal(get_plain(answer), 3);
    assert_null(strstr(host.heard, "elsewhere"));
    assert_non_null(strstr(host.heard, "GET /x"));
}

static void a_refusal_is_a_no_and_a_failure_tells_nothing(void **state)
{
    (void)state;
    assert_int_equal(get_plain("HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n"), 1);
    assert_int_equal(get_plain("HTTP/1.1 413 Large\r\nContent-Length: 21\r\n\r\n"
                               "{\"field\":\"\\u001b[31mx\"}"),
                     1);
    assert_int_equal(get_plain("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), 3);
    assert_int_equal(get_plain("HTTP/1.1 204 Nothing\r\nContent-Length: 0\r\n\r\n"), 3);
}

/* What a host may answer, and whether that says that another try may help. */
static const struct {
    const char *answer;
    const char *path;
    int may_recover;
} ends[] = {
    {"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nConnection: close\r\n\r\n", "/v1/evidence", 1},
    {"HTTP/1.1 503 Poisoned\r\nConnection: close\r\n\r\n", "/v1/evidence", 0},
    {"HTTP/1.1 410 Gone\r\nConnection: close\r\n\r\n", "/v1/tasks?boot=00", 1},
    {"HTTP/1.1 404 No\r\nConnection: close\r\n\r\n", "/v1/tasks/00", 1},
    {"HTTP/1.1 404 No\r\nConnection: close\r\n\r\n", "/v1/tasks", 0},
    {"HTTP/1.1 403 No\r\nRetry-After: 1\r\nConnection: close\r\n\r\n", "/v1/tasks/00", 0},
    {"HTTP/1.1 500 No\r\nRetry-After: 1\r\nConnection: close\r\n\r\n", "/v1/tasks/00", 0},
    {OK_HEAD "Retry-After: 1\r\nContent-Length: 2\r\n\r\nhi", "/v1/tasks/00", 0},
    {"", "/v1/tasks/00", 0},
};

static void only_what_is_busy_or_gone_may_recover(void **state)
{
    struct remote *remote;
    struct input answer;

    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        start(ends[i].answer, NULL, 0);
        assert_int_equal(open_remote(&remote, "http"), INPUT_GO_ON);
        if (remote_get(remote, &answer, ends[i].path, LIMIT) == INPUT_GO_ON) {
            assert_int_equal(ends[i].may_recover, 0);
        }
        assert_int_equal(remote_may_recover(remote), ends[i].may_recover);
        input_free(&answer);
        remote_close(remote);
        stop();
    }
}

static void nothing_of_the_environment_chooses_the_way(void **state)
{
    (void)state;
    setenv("http_proxy", "http://127.0.0.1:9", 1);
    setenv("all_proxy", "http://127.0.0.1:9", 1);
    assert_int_equal(get_plain(OK_HEAD "Content-Length: 2\r\n\r\nhi"), INPUT_GO_ON);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
}

static void only_this_machine_is_spoken_to_in_clear(void **state)
{
    static const struct {
        const char *url;
        int code;
    } cases[] = {
        {"http://127.0.0.1", INPUT_GO_ON},
        {"http://127.8.9.1:80/prefix", INPUT_GO_ON},
        {"http://[::1]:8080", INPUT_GO_ON},
        {"http://localhost", INPUT_GO_ON},
        {"https://host.example", INPUT_GO_ON},
        {"http://host.example", 2},
        {"http://127.0.0.1.example", 2},
        {"http://10.0.0.1", 2},
        {"http://0.0.0.0", 2},
        {"http://[::]", 2},
        {"http://user@127.0.0.1", 2},
        {"http://127.0.0.1?q", 2},
        {"http://127.0.0.1#f", 2},
        {"http://127.0.0.1@host.example", 2},
        {"ftp://127.0.0.1", 2},
        {"file:///etc/passwd", 2},
        {"127.0.0.1", 2},
        {"", 2},
    };
    const struct remote_options strict = {.ca_path = NULL};
    const struct remote_options loose = {.plain_http = 1};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct remote *remote;

        if (remote_open(&remote, cases[i].url, &strict) != cases[i].code) {
            print_error("%s\n", cases[i].url);
            fail();
        }
        remote_close(remote);
    }
    for (size_t i = 5; i < 8; i++) { /* the control: it was the host that was refused */
        struct remote *remote;

        assert_int_equal(remote_open(&remote, cases[i].url, &loose), INPUT_GO_ON);
        remote_close(remote);
    }
}

static void tls_13_is_spoken_and_tls_12_is_not(void **state)
{
    struct input answer;

    (void)state;
    assert_int_equal(
        get(&answer, OK_HEAD "Content-Length: 2\r\n\r\nhi", "https", "one", TLS1_3_VERSION),
        INPUT_GO_ON);
    input_free(&answer);
    assert_int_equal(
        get(&answer, OK_HEAD "Content-Length: 2\r\n\r\nhi", "https", "one", TLS1_2_VERSION), 3);
    input_free(&answer);
}

static void the_key_of_the_first_answer_is_pinned(void **state)
{
    static const uint8_t zeros[POBF_DIGEST_BYTES];
    struct input body = {(uint8_t *)strdup("sealed"), 6};
    struct remote *remote;
    struct input answer;

    (void)state;
    start(OK_HEAD "Content-Length: 2\r\n\r\nhi", "one", TLS1_3_VERSION);
    assert_int_equal(open_remote(&remote, "https"), INPUT_GO_ON);
    assert_memory_equal(remote_channel_key(remote), zeros, sizeof zeros);
    assert_int_equal(remote_get(remote, &answer, "/x", LIMIT), INPUT_GO_ON);
    assert_memory_not_equal(remote_channel_key(remote), zeros, sizeof zeros);
    input_free(&answer);
    assert_int_equal(remote_post(remote, &answer, "/y", &body, LIMIT), INPUT_GO_ON);
    assert_non_null(strstr(host.heard, "POST /y")); /* the control: it is heard by the same */
    input_free(&answer);
    stop();
    start(OK_HEAD "Content-Length: 2\r\n\r\nhi", "two", TLS1_3_VERSION);
    assert_int_equal(remote_post(remote, &answer, "/y", &body, LIMIT), 1);
    assert_int_equal(host.heard[0], '\0');
    input_free(&answer);
    remote_close(remote);
    stop();
    input_free(&body);
}

static void a_host_that_never_answers_is_given_up(void **state)
{
    struct remote *remote;
    struct input answer;

    (void)state;
    assert_int_equal(open_remote(&remote, "http"), INPUT_GO_ON);
    assert_int_equal(remote_get(remote, &answer, "/x", LIMIT), 3); /* nobody accepts */
    input_free(&answer);
    remote_close(remote);
}

static void make_identity(const char *name)
{
    char command[512];

    snprintf(command, sizeof command,
             "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
             "-subj /CN=localhost -out %s/c -keyout %s/k 2>/dev/null && cat %s/c %s/k >%s/%s.pem",
             folder, folder, folder, folder, folder, name);
    assert_int_equal(system(command), 0);
}

static int begin(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;

    (void)state;
    host.heard =
        mmap(NULL, REQUEST_ROOM, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    host.listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(host.listening, (const struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(host.listening, 8), 0);
    assert_int_equal(getsockname(host.listening, (struct sockaddr *)&address, &size), 0);
    host.port = ntohs(address.sin_port);
    assert_non_null(mkdtemp(folder));
    make_identity("one");
    make_identity("two");
    return 0;
}

static int end(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_taken),
        cmocka_unit_test(an_answer_over_the_limit_is_not_taken),
        cmocka_unit_test(an_answer_cut_short_is_not_taken),
        cmocka_unit_test(a_redirect_is_not_followed),
        cmocka_unit_test(a_refusal_is_a_no_and_a_failure_tells_nothing),
        cmocka_unit_test(only_what_is_busy_or_gone_may_recover),
        cmocka_unit_test(nothing_of_the_environment_chooses_the_way),
        cmocka_unit_test(only_this_machine_is_spoken_to_in_clear),
        cmocka_unit_test(tls_13_is_spoken_and_tls_12_is_not),
        cmocka_unit_test(the_key_of_the_first_answer_is_pinned),
        cmocka_unit_test(a_host_that_never_answers_is_given_up),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, begin, end);
}
