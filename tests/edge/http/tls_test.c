#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <openssl/ssl.h>

#include "edge/http/tls.h"
#include "tests/edge/http/server.h"

static char folder[] = "/tmp/pobf-tls-XXXXXX";
static char certificate[64], key[64], other_key[64];
static struct server server;
static int tickets;

static int count_ticket(SSL *session, SSL_SESSION *ticket)
{
    (void)session;
    (void)ticket;
    tickets++;
    return 0;
}

static SSL_CTX *client_context(int version)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    assert_non_null(context);
    assert_int_equal(SSL_CTX_set_min_proto_version(context, version), 1);
    assert_int_equal(SSL_CTX_set_max_proto_version(context, version), 1);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT);
    SSL_CTX_sess_set_new_cb(context, count_ticket);
    return context;
}

/* Ask for a path over one version of TLS; 1 where that is the answer. Counts tickets as well. */
static int ask_of(const struct server *asked, int version, const char *path, const char *expected)
{
    SSL_CTX *context = client_context(version);
    SSL *session = SSL_new(context);
    const int connected = server_connect(asked);
    char text[128], answer[4096] = "";
    const int length =
        snprintf(text, sizeof text, "GET %s HTTP/1.1\r\n%s", path, "Connection: close\r\n\r\n");
    const char *body;
    int size = 0;

    SSL_set_fd(session, connected);
    if (SSL_connect(session) == 1 && SSL_write(session, text, length) > 0) {
        int got;

        while ((got = SSL_read(session, answer + size, (int)sizeof answer - 1 - size)) > 0) {
            size += got;
        }
    }
    SSL_free(session);
    SSL_CTX_free(context);
    close(connected);
    body = strstr(answer, "\r\n\r\n");
    return body != NULL && strcmp(body + 4, expected) == 0;
}

static int ask_over(int version)
{
    return ask_of(&server, version, "/hello", "hello\n");
}

static void tls_13_is_served(void **state)
{
    (void)state;
    assert_int_equal(ask_over(TLS1_3_VERSION), 1);
}

static void tls_12_is_refused(void **state)
{
    (void)state;
    assert_int_equal(ask_over(TLS1_2_VERSION), 0);
}

static void plain_http_on_a_tls_port_is_not_served(void **state)
{
    const int connected = server_connect(&server);
    char answer[4096] = "";

    (void)state;
    server_say(connected, "GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n");
    server_hear(connected, answer, sizeof answer, NULL);
    close(connected);
    assert_null(strstr(answer, "hello"));
}

/* What a client says first. */
static int first_words(unsigned char *words, int room)
{
    SSL_CTX *context = client_context(TLS1_3_VERSION);
    SSL *session = SSL_new(context);
    BIO *out = BIO_new(BIO_s_mem());
    int size;

    SSL_set_bio(session, BIO_new(BIO_s_mem()), out);
    assert_int_equal(SSL_connect(session), -1);
    size = BIO_read(out, words, room);
    SSL_free(session);
    SSL_CTX_free(context);
    return size;
}

static void a_client_that_hangs_up_in_the_handshake_harms_nobody(void **state)
{
    unsigned char words[1024];
    const int size = first_words(words, sizeof words);

    (void)state;
    assert_true(size > 100);
    for (int i = 1; i <= size; i += 5) {
        const int connected = server_connect(&server);

        assert_int_equal(send(connected, words, (size_t)i, MSG_NOSIGNAL), i);
        close(connected);
    }
    for (int tries = 0; !ask_over(TLS1_3_VERSION); tries++) {
        assert_true(tries < 300);
        usleep(100000);
    }
}

static void a_client_that_never_shakes_hands_is_cut_off(void **state)
{
    const int connected = server_connect(&server);
    char answer[16];

    (void)state;
    assert_int_equal(server_hear(connected, answer, sizeof answer, NULL), 0);
    close(connected);
}

/* Handshake two contexts with each other in memory, and let the client read what follows. */
static void handshake_in_memory(SSL_CTX *server_context)
{
    SSL_CTX *context = client_context(TLS1_3_VERSION);
    SSL *client = SSL_new(context);
    SSL *serving = SSL_new(server_context);
    BIO *ends[2];
    char byte;

    assert_int_equal(BIO_new_bio_pair(&ends[0], 0, &ends[1], 0), 1);
    SSL_set_bio(client, ends[0], ends[0]);
    SSL_set_bio(serving, ends[1], ends[1]);
    SSL_set_connect_state(client);
    SSL_set_accept_state(serving);
    for (int i = 0; i < 10; i++) {
        SSL_do_handshake(client);
        SSL_do_handshake(serving);
    }
    assert_true(SSL_is_init_finished(client) && SSL_is_init_finished(serving));
    SSL_read(client, &byte, 1);
    SSL_free(client);
    SSL_free(serving);
    SSL_CTX_free(context);
}

static void no_ticket_is_given(void **state)
{
    SSL_CTX *ordinary = SSL_CTX_new(TLS_server_method());
    uint8_t channel_key[32];
    SSL_CTX *ours;

    (void)state;
    /* Control: an ordinary server gives tickets, and they are seen here. */
    assert_int_equal(SSL_CTX_use_certificate_chain_file(ordinary, certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(ordinary, key, SSL_FILETYPE_PEM), 1);
    tickets = 0;
    handshake_in_memory(ordinary);
    assert_true(tickets > 0);
    SSL_CTX_free(ordinary);

    assert_int_equal(tls_open(&ours, channel_key, certificate, key), POBF_OK);
    tickets = 0;
    handshake_in_memory(ours);
    assert_int_equal(tickets, 0);
    assert_int_equal(SSL_CTX_get_max_early_data(ours), 0);
    SSL_CTX_free(ours);

    assert_int_equal(ask_over(TLS1_3_VERSION), 1);
    assert_int_equal(tickets, 0);
}

static void the_channel_key_is_the_digest_of_the_public_key(void **state)
{
    char command[512];
    char expected[65] = "";
    char seen[65];
    uint8_t channel_key[32];
    SSL_CTX *ours;
    FILE *pipe_end;

    (void)state;
    assert_int_equal(tls_open(&ours, channel_key, certificate, key), POBF_OK);
    SSL_CTX_free(ours);
    snprintf(command, sizeof command,
             "openssl x509 -in %s -pubkey -noout | openssl pkey -pubin -outform DER | sha256sum",
             certificate);
    pipe_end = popen(command, "r");
    assert_non_null(pipe_end);
    assert_int_equal(fread(expected, 1, 64, pipe_end), 64);
    pclose(pipe_end);
    for (size_t i = 0; i < sizeof channel_key; i++) {
        snprintf(seen + 2 * i, 3, "%02x", channel_key[i]);
    }
    assert_string_equal(seen, expected);
}

static void a_key_of_another_certificate_is_refused(void **state)
{
    uint8_t channel_key[32];
    uint8_t zeros[32] = {0};
    SSL_CTX *ours;

    (void)state;
    memset(channel_key, 0xa5, sizeof channel_key);
    assert_int_equal(tls_open(&ours, channel_key, certificate, other_key), POBF_E_MISSING);
    assert_null(ours);
    assert_memory_equal(channel_key, zeros, sizeof zeros);
    assert_int_equal(tls_open(&ours, channel_key, key, key), POBF_E_MISSING);
    assert_int_equal(tls_open(&ours, channel_key, "/nowhere", key), POBF_E_MISSING);
}

/* Else all clients of IPv4 were one, wherever a server listens to both families. */
static void a_client_of_ipv4_is_itself_on_a_socket_of_both_families(void **state)
{
    static const char client[] = "00000000000000000000ffff7f000001";
    struct server both = {.listen = "[::]:0"};
    int is_itself;

    (void)state;
    assert_int_equal(ask_of(&server, TLS1_3_VERSION, "/client", client), 1);
    server_start(&both, certificate, key);
    if (both.port == 0) {
        printf("SKIP: no IPv6\n");
        server_stop(&both);
        return;
    }
    is_itself = ask_of(&both, TLS1_3_VERSION, "/client", client);
    assert_int_equal(server_stop(&both), 0);
    assert_int_equal(is_itself, 1);
}

static void make_identity(const char *to_certificate, const char *to_key)
{
    char command[512];

    snprintf(command, sizeof command,
             "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
             "-subj /CN=localhost -out %s -keyout %s 2>/dev/null",
             to_certificate, to_key);
    assert_int_equal(system(command), 0);
}

static int start(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(certificate, sizeof certificate, "%s/certificate.pem", folder);
    snprintf(key, sizeof key, "%s/key.pem", folder);
    snprintf(other_key, sizeof other_key, "%s/other.pem", folder);
    make_identity("/dev/null", other_key);
    make_identity(certificate, key);
    server_start(&server, certificate, key);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    unlink(certificate);
    unlink(key);
    unlink(other_key);
    rmdir(folder);
    return server_stop(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_13_is_served),
        cmocka_unit_test(tls_12_is_refused),
        cmocka_unit_test(plain_http_on_a_tls_port_is_not_served),
        cmocka_unit_test(a_client_that_hangs_up_in_the_handshake_harms_nobody),
        cmocka_unit_test(a_client_that_never_shakes_hands_is_cut_off),
        cmocka_unit_test(no_ticket_is_given),
        cmocka_unit_test(the_channel_key_is_the_digest_of_the_public_key),
        cmocka_unit_test(a_key_of_another_certificate_is_refused),
        cmocka_unit_test(a_client_of_ipv4_is_itself_on_a_socket_of_both_families),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, start, stop);
}
