#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/edge/http/client.h"

static void a_get_is_answered(void **state)
{
    (void)state;
    ask("GET /hello HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    assert_says("HTTP/1.1 200 ");
    assert_says("Cache-Control: no-store");
    assert_says("\r\n\r\nhello\n");
}

static void a_head_has_no_body(void **state)
{
    (void)state;
    ask("HEAD /hello HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    assert_says("HTTP/1.1 200 ");
    assert_null(strstr(answer, "hello"));
}

static void a_prefix_route_gets_the_tail_and_the_query(void **state)
{
    (void)state;
    ask("GET /items/one?name=two&name2=three HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    assert_says("\r\n\r\none two\n");
    ask("GET /items/?%%% HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    assert_says("\r\n\r\n -\n");
}

static void a_body_is_taken(void **state)
{
    (void)state;
    ask("POST /echo HTTP/1.1\r\nContent-Length: 5\r\n" ASK_CLOSE "\r\n12345");
    assert_says("\r\n\r\n12345");
}

static void a_chunked_body_is_taken(void **state)
{
    (void)state;
    ask("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" ASK_CLOSE
        "\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
    assert_says("\r\n\r\nabcdefg");
}

static void a_chunked_body_that_is_malformed_is_refused(void **state)
{
    (void)state;
    ask("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" ASK_CLOSE "\r\nxyz\r\nabc\r\n");
    assert_null(strstr(answer, " 200 "));
}

static void a_chunked_body_over_the_limit_is_refused(void **state)
{
    const int connected = server_connect(&server);
    static char chunk[1024 + 8];

    (void)state;
    memset(chunk, 'a', sizeof chunk - 1);
    memcpy(chunk, "400\r\n", 5);
    memcpy(chunk + 5 + 1024, "\r\n", 3);
    server_say(connected, "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" ASK_CLOSE "\r\n");
    for (int i = 0; i < SERVER_BODY_MAX / 1024 + 1; i++) {
        server_say(connected, chunk);
    }
    server_say(connected, "0\r\n\r\n");
    server_hear(connected, answer, sizeof answer, NULL);
    close(connected);
    assert_says("HTTP/1.1 413 ");
}

/* What evhttp refuses by itself: in JSON, with a reason, and nothing else. */
static void assert_problem(const char *status_line)
{
    const char *body = strstr(answer, "\r\n\r\n");
    json_t *problem;

    assert_says(status_line);
    assert_says("Content-Type: application/problem+json\r\n");
    assert_non_null(body);
    problem = json_loads(body + 4, 0, NULL);
    assert_true(json_is_object(problem));
    assert_non_null(json_string_value(json_object_get(problem, "title")));
    assert_int_equal(json_integer_value(json_object_get(problem, "status")),
                     atoi(status_line + sizeof "HTTP/1.1"));
    json_decref(problem);
}

/* The last chunk is only announced: so nothing stays unread, for which the answer would be lost. */
static void a_chunked_body_far_over_the_limit_is_refused_with_a_reason(void **state)
{
    const int connected = server_connect(&server);
    static char chunk[6 + 0x4000 + 3];

    (void)state;
    memset(chunk, 'a', sizeof chunk - 1);
    memcpy(chunk, "4000\r\n", 6);
    memcpy(chunk + 6 + 0x4000, "\r\n", 3);
    server_say(connected, "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" ASK_CLOSE "\r\n");
    for (int i = 0; i < 10; i++) {
        server_say(connected, chunk);
    }
    server_say(connected, "4000\r\n");
    server_hear(connected, answer, sizeof answer, NULL);
    close(connected);
    assert_problem("HTTP/1.1 413 ");
    assert_says("\"expected\":\"at most 100000 bytes\"");
}

/* Say that a body of `size` bytes comes, and send it; the answer tells what the limit is. */
static void ask_with_body(size_t size)
{
    char *text = malloc(size + 256);
    const int head =
        sprintf(text, "POST /echo HTTP/1.1\r\nContent-Length: %zu\r\n" ASK_CLOSE "\r\n", size);

    memset(text + head, 'b', size);
    text[(size_t)head + size] = '\0';
    ask(text);
    free(text);
}

static void a_body_at_the_limit_is_taken(void **state)
{
    (void)state;
    ask_with_body(SERVER_BODY_MAX);
    assert_says("HTTP/1.1 200 ");
}

static void a_body_one_over_the_limit_is_refused_with_both_sizes(void **state)
{
    (void)state;
    ask_with_body(SERVER_BODY_MAX + 1);
    assert_says("HTTP/1.1 413 ");
    assert_says("application/problem+json");
    assert_says("\"field\":\"body\"");
    assert_says("\"expected\":\"at most 100000 bytes\"");
    assert_says("\"seen\":\"100001 bytes\"");
}

static void a_body_announced_as_huge_or_negative_is_refused_unread(void **state)
{
    (void)state;
    ask("POST /echo HTTP/1.1\r\nContent-Length: -1\r\n" ASK_CLOSE "\r\n");
    assert_null(strstr(answer, " 200 "));
    ask("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 99999999999\r\n" ASK_CLOSE
        "\r\n");
    assert_problem("HTTP/1.1 413 ");
    assert_says("\"field\":\"body\"");
    assert_says("\"expected\":\"at most 100000 bytes\"");
}

static void expect_100_is_answered_before_the_body(void **state)
{
    const int connected = server_connect(&server);

    (void)state;
    server_say(connected,
               "POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n" ASK_CLOSE
               "\r\n");
    server_hear(connected, answer, sizeof answer, "\r\n\r\n");
    assert_says("HTTP/1.1 100 ");
    server_say(connected, "abc");
    server_hear(connected, answer, sizeof answer, NULL);
    close(connected);
    assert_says("HTTP/1.1 200 ");
    assert_says("\r\n\r\nabc");
}

static void headers_over_8_kib_are_refused(void **state)
{
    static char text[HTTP_HEADERS_MAX + 512];
    const size_t head = (size_t)sprintf(text, "GET /hello HTTP/1.1\r\n" ASK_CLOSE "X: ");

    (void)state;
    memset(text + head, 'h', HTTP_HEADERS_MAX);
    strcpy(text + head + HTTP_HEADERS_MAX, "\r\n\r\n");
    ask(text);
    assert_null(strstr(answer, " 200 "));
    /* Control: the same head with a header that fits. */
    strcpy(text + head + HTTP_HEADERS_MAX / 2, "\r\n\r\n");
    ask(text);
    assert_says("HTTP/1.1 200 ");
}

static void an_unknown_path_is_404_and_names_the_field(void **state)
{
    (void)state;
    ask("GET /nowhere HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    assert_says("HTTP/1.1 404 ");
    assert_says("application/problem+json");
    assert_says("\"field\":\"path\"");
    ask("GET /hello/more HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    assert_says("HTTP/1.1 404 ");
}

static void a_refusal_says_why_also_of_bytes_that_are_no_text(void **state)
{
    (void)state;
    ask("GET /items/x?bad=%41 HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    assert_says("\"seen\":\"A\"");
    ask("GET /items/x?bad=%ff%fe HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    assert_says("\"field\":\"bad\"");
    assert_says("\"seen\":\"bytes that are no text\"");
}

static void a_wrong_method_is_405_and_says_which_are_right(void **state)
{
    (void)state;
    ask("PUT /echo HTTP/1.1\r\nContent-Length: 0\r\n" ASK_CLOSE "\r\n");
    assert_says("HTTP/1.1 405 ");
    assert_says("Allow: POST\r\n");
    ask("DELETE /hello HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    assert_says("Allow: GET, HEAD\r\n");
}

static void what_is_no_http_is_refused(void **state)
{
    (void)state;
    ask("nonsense\r\n\r\n");
    assert_problem("HTTP/1.1 400 ");
    ask("GET  HTTP/1.1\r\n\r\n");
    assert_null(strstr(answer, " 200 "));
    ask("BREW /hello HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    assert_problem("HTTP/1.1 501 ");
    ask("\x16\x03\x01\x02");
    assert_null(strstr(answer, " 200 "));
}

static void an_answer_may_come_later(void **state)
{
    (void)state;
    ask("POST /later HTTP/1.1\r\nContent-Length: 4\r\n" ASK_CLOSE "\r\nlate");
    assert_says("\r\n\r\nlate");
}

static void requests_in_one_write_are_answered_in_order(void **state)
{
    (void)state;
    ask("POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1"
        "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n2"
        "GET /hello HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    assert_says("\r\n\r\n1HTTP/1.1 200");
    assert_says("\r\n\r\n2HTTP/1.1 200");
    assert_says("\r\n\r\nhello\n");
}

static void a_stop_answers_what_is_in_flight(void **state)
{
    struct server short_lived = {.listen = NULL};
    int connected;
    int other;

    (void)state;
    server_start(&short_lived, NULL, NULL);
    connected = server_connect(&short_lived);
    server_say(connected, "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nlast");
    other = server_connect(&short_lived);
    server_say(other, "GET /hello HTTP/1.1\r\n" ASK_CLOSE "\r\n");
    server_hear(other, answer, sizeof answer, NULL); /* now the first request has come as well */
    close(other);
    assert_int_equal(server_stop(&short_lived), 0);
    server_hear(connected, answer, sizeof answer, NULL);
    close(connected);
    assert_says("Connection: close");
    assert_says("\r\n\r\nlast");
}

static void what_cannot_be_listened_on_is_refused_with_its_reason(void **state)
{
    static const struct {
        const char *listen, *certificate, *key;
        enum pobf_status status;
    } rows[] = {
        {"0.0.0.0:0", NULL, NULL, POBF_E_REFUSED},
        {"[::]:0", NULL, NULL, POBF_E_REFUSED},
        {"192.0.2.1:80", NULL, NULL, POBF_E_REFUSED},
        {"127.0.0.1", NULL, NULL, POBF_E_USAGE},
        {"::1:8080", NULL, NULL, POBF_E_USAGE},
        {"127.0.0.1:", NULL, NULL, POBF_E_USAGE},
        {"127.0.0.1:99999", NULL, NULL, POBF_E_USAGE},
        {"nowhere:80", NULL, NULL, POBF_E_USAGE},
        {"", NULL, NULL, POBF_E_USAGE},
        {"127.0.0.1:0", "x", NULL, POBF_E_USAGE},
        {"127.0.0.1:0", NULL, "x", POBF_E_USAGE},
        {"127.0.0.1:0", "/x", "/x", POBF_E_MISSING},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct http_options options = {
            rows[i].listen, rows[i].certificate, rows[i].key, 1000, 1, 8};
        struct http *http = (struct http *)1;

        assert_int_equal(http_open(&http, &options, NULL, 0, NULL), rows[i].status);
        assert_null(http);
        assert_true(strlen(http_why(rows[i].status)) > 20);
    }
}

static void an_address_in_use_is_refused(void **state)
{
    char listen[32];
    const struct http_options options = {listen, NULL, NULL, 1000, 1, 8};
    struct http *http;

    (void)state;
    snprintf(listen, sizeof listen, "127.0.0.1:%u", server.port);
    assert_int_equal(http_open(&http, &options, NULL, 0, NULL), POBF_E_SYSTEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_get_is_answered),
        cmocka_unit_test(a_head_has_no_body),
        cmocka_unit_test(a_prefix_route_gets_the_tail_and_the_query),
        cmocka_unit_test(a_body_is_taken),
        cmocka_unit_test(a_chunked_body_is_taken),
        cmocka_unit_test(a_chunked_body_that_is_malformed_is_refused),
        cmocka_unit_test(a_chunked_body_over_the_limit_is_refused),
        cmocka_unit_test(a_chunked_body_far_over_the_limit_is_refused_with_a_reason),
        cmocka_unit_test(a_body_at_the_limit_is_taken),
        cmocka_unit_test(a_body_one_over_the_limit_is_refused_with_both_sizes),
        cmocka_unit_test(a_body_announced_as_huge_or_negative_is_refused_unread),
        cmocka_unit_test(expect_100_is_answered_before_the_body),
        cmocka_unit_test(headers_over_8_kib_are_refused),
        cmocka_unit_test(an_unknown_path_is_404_and_names_the_field),
        cmocka_unit_test(a_refusal_says_why_also_of_bytes_that_are_no_text),
        cmocka_unit_test(a_wrong_method_is_405_and_says_which_are_right),
        cmocka_unit_test(what_is_no_http_is_refused),
        cmocka_unit_test(an_answer_may_come_later),
        cmocka_unit_test(requests_in_one_write_are_answered_in_order),
        cmocka_unit_test(a_stop_answers_what_is_in_flight),
        cmocka_unit_test(what_cannot_be_listened_on_is_refused_with_its_reason),
        cmocka_unit_test(an_address_in_use_is_refused),
    };

    return cmocka_run_group_tests(tests, client_start, client_stop);
}
