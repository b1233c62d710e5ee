#ifndef POBF_TESTS_VERIFIER_SERVICE_ASK_H
#define POBF_TESTS_VERIFIER_SERVICE_ASK_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <jansson.h>
#include <sodium.h>

#include "verifier/service/api.h"

/* A service in a process of its own, and a client that asks it. */

enum { ANSWER_ROOM = 128 * 1024, URL_ROOM = 512 };
#define NEW_SESSION "/challenge-response/v1/newSession"

static struct api api; /* to be filled before ask_start */
static uint16_t port;
static pid_t server;
static const char *ask_from; /* the address that is asked from; NULL: any */

/* The last answer. */
static char answer[ANSWER_ROOM], location[URL_ROOM];
static size_t answer_size;

static inline int ask_start(void)
{
    const struct http_options options = {
        .listen = "127.0.0.1:0", .body_max = API_BODY_MAX, .timeout_s = 10, .connections_max = 16};
    struct http *http;

    if (http_open(&http, &options, api_routes, api_route_count, &api) != POBF_OK) {
        return -1;
    }
    port = http_port(http);
    server = fork();
    if (server == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* also where a test has crashed */
        http_run(http);
        _exit(0);
    }
    return server > 0 ? 0 : -1;
}

static inline int ask_stop(void **state)
{
    int outcome;

    (void)state;
    kill(server, SIGTERM);
    return waitpid(server, &outcome, 0) == server && outcome == 0 ? 0 : -1;
}

static inline size_t keep(char *bytes, size_t one, size_t count, void *context)
{
    (void)context;
    assert_true(answer_size + one * count < sizeof answer);
    memcpy(answer + answer_size, bytes, one * count);
    answer_size += one * count;
    answer[answer_size] = '\0';
    return one * count;
}

static inline size_t keep_location(char *line, size_t one, size_t count, void *context)
{
    (void)context;
    if (one * count > 12 && strncasecmp(line, "Location: ", 10) == 0) {
        snprintf(location, sizeof location, "%.*s", (int)(one * count) - 12, line + 10);
    }
    return one * count;
}

/* Send, and return the HTTP code; `type` NULL: no body. */
static inline long ask(const char *method, const char *path, const char *type, const void *body,
                       size_t size)
{
    char url[2 * URL_ROOM], header[URL_ROOM];
    struct curl_slist *headers = NULL;
    CURL *curl = curl_easy_init();
    long code = 0;

    answer_size = 0;
    answer[0] = '\0';
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", port, path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_INTERFACE, ask_from);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_location);
    if (type != NULL) {
        snprintf(header, sizeof header, "Content-Type: %s", type);
        headers = curl_slist_append(NULL, header);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)size);
    }
    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return code;
}

static inline char *member(const char *name)
{
    json_t *facts = json_loads(answer, JSON_REJECT_DUPLICATES, NULL);
    const char *text = json_string_value(json_object_get(facts, name));
    char *copy = text == NULL ? NULL : strdup(text);

    json_decref(facts);
    return copy;
}

static inline void assert_member(const char *name, const char *expected)
{
    char *seen = member(name);

    assert_non_null(seen);
    assert_string_equal(seen, expected);
    free(seen);
}

#endif
