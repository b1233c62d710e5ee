#include "enclave/host/route.h"

#include <stdio.h>
#include <string.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"

enum { KEY_FILE_MAX = 1024, CA_FILE_MAX = 4 << 20 };

static enum pobf_status take_url(struct route *route, const char *text)
{
    const char *defect = url_take(&route->url, text, 0);

    if (defect == NULL && strlen(route->url.base) + ROUTE_PATH_MAX >= URL_ROOM) {
        defect = "is too long";
    }
    if (defect != NULL) {
        talk_error(POBF_E_USAGE, text, defect);
    }
    return defect == NULL ? POBF_OK : POBF_E_USAGE;
}

static enum pobf_status read_ca(struct route *route, const char *path)
{
    const char *system = curl_version_info(CURLVERSION_NOW)->cainfo;
    enum pobf_status status;

    path = path != NULL ? path : system;
    if (!route->url.is_tls || path == NULL) {
        return POBF_OK;
    }
    status = file_read(&route->ca, &route->ca_size, path, CA_FILE_MAX);
    return status == POBF_OK ? POBF_OK : file_unread(status, path);
}

static enum pobf_status read_token(struct route *route, const char *path)
{
    struct bearer token;
    enum pobf_status status;

    if (path == NULL) {
        return POBF_OK;
    }
    status = bearer_read(&token, path);
    if (status == POBF_OK) {
        bearer_print(route->authorization, &token);
    }
    sodium_memzero(&token, sizeof token);
    return status;
}

static enum pobf_status set_up_headers(struct route *route)
{
    const char *const headers[] = {"Content-Type: application/cose",
                                   "Expect:", route->authorization};

    for (size_t i = 0; i < sizeof headers / sizeof *headers && headers[i][0] != '\0'; i++) {
        struct curl_slist *all = curl_slist_append(route->headers, headers[i]);

        if (all == NULL) {
            return POBF_E_SYSTEM;
        }
        route->headers = all;
    }
    return POBF_OK;
}

enum pobf_status route_open(struct route *route, const char *url, const char *ca_path,
                            const char *token_path)
{
    enum pobf_status status;

    memset(route, 0, sizeof *route);
    status = take_url(route, url);
    if (status == POBF_OK) {
        status = read_ca(route, ca_path);
    }
    if (status == POBF_OK) {
        status = read_token(route, token_path);
    }
    return status == POBF_OK ? set_up_headers(route) : status;
}

void route_close(struct route *route)
{
    for (struct curl_slist *header = route->headers; header != NULL; header = header->next) {
        sodium_memzero(header->data, strlen(header->data));
    }
    curl_slist_free_all(route->headers);
    file_free(route->ca, route->ca_size);
    sodium_memzero(route, sizeof *route);
}

CURL *route_handle(const struct route *route)
{
    struct curl_blob ca = {route->ca, route->ca_size, CURL_BLOB_NOCOPY};
    CURL *curl = curl_easy_init();

    if (curl == NULL) {
        return NULL;
    }
    url_set_limits(curl, ROUTE_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
    if (route->ca != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &ca);
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, route->headers);
    return curl;
}

void route_ask(const struct route *route, CURL *curl, const char *path, const uint8_t *body,
               size_t size)
{
    char target[URL_ROOM];

    snprintf(target, sizeof target, "%s%s", route->url.base, path);
    curl_easy_setopt(curl, CURLOPT_URL, target);
    if (body == NULL) {
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    } else {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)size);
    }
}

enum pobf_status route_read_key(struct note_key *log, const char *path)
{
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read(&bytes, &size, path, KEY_FILE_MAX);

    if (status != POBF_OK) {
        return file_unread(status, path);
    }
    status = strlen((const char *)bytes) == size ? note_key_parse(log, (const char *)bytes)
                                                 : POBF_E_INPUT;
    file_free(bytes, size);
    if (status != POBF_OK || log->type != NOTE_SIGNATURE) {
        talk_unusable(path, "the vkey of a log, as pobf-verifier log key prints it");
        return POBF_E_MISSING;
    }
    return POBF_OK;
}
