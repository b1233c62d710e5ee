#include "edge/http/url.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { CONNECT_TIMEOUT_S = 10, TIMEOUT_MAX_S = 86400 };

/* 127.0.0.0/8, ::1 and localhost, which libcurl never asks a name server about. */
static int is_loopback(const char *host)
{
    struct in_addr four;

    if (inet_pton(AF_INET, host, &four) == 1) {
        return ntohl(four.s_addr) >> 24 == 127;
    }
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

static char *part_of(CURLU *parsed, CURLUPart part)
{
    char *text = NULL;

    return curl_url_get(parsed, part, &text, 0) == CURLUE_OK ? text : NULL;
}

static int take_host(struct url *url, CURLU *parsed, const char *host)
{
    char *port = NULL;
    int size = -1;

    if (curl_url_get(parsed, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK) {
        size = snprintf(url->host, sizeof url->host, "%s:%s", host, port);
    }
    curl_free(port);
    return size > 0 && (size_t)size < sizeof url->host;
}

/* NULL, or why not. */
static const char *judge_url(struct url *url, CURLU *parsed, int plain_http)
{
    char *scheme = part_of(parsed, CURLUPART_SCHEME);
    char *host = part_of(parsed, CURLUPART_HOST);
    char *query = part_of(parsed, CURLUPART_QUERY);
    char *user = part_of(parsed, CURLUPART_USER);
    const char *defect = NULL;

    if (scheme == NULL || host == NULL ||
        (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)) {
        defect = "expected http://.. or https://..";
    } else if (query != NULL || user != NULL) {
        defect = "expected neither a query nor a user in it";
    } else if (strcmp(scheme, "http") == 0 && !plain_http && !is_loopback(host)) {
        defect = "plain http is only for this machine (127.0.0.1, ::1); --insecure-plain-http";
    }
    url->is_tls = defect == NULL && strcmp(scheme, "https") == 0;
    if (defect == NULL && !take_host(url, parsed, host)) {
        defect = "the host's name is too long";
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(query);
    curl_free(user);
    return defect;
}

const char *url_take(struct url *url, const char *text, int plain_http)
{
    CURLU *parsed = curl_url();
    const char *defect = "expected http://.. or https://..";
    size_t length = strlen(text);

    if (parsed != NULL && strchr(text, '#') == NULL && length < URL_ROOM / 2 &&
        curl_url_set(parsed, CURLUPART_URL, text, 0) == CURLUE_OK) {
        defect = judge_url(url, parsed, plain_http);
    }
    curl_url_cleanup(parsed);
    while (length > 0 && text[length - 1] == '/') {
        length--;
    }
    snprintf(url->base, sizeof url->base, "%.*s", (int)length, text);
    return defect;
}

void url_set_limits(CURL *curl, uint64_t timeout_s)
{
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT,
                     (long)(timeout_s < TIMEOUT_MAX_S ? timeout_s : TIMEOUT_MAX_S));
}
