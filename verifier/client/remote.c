#include "verifier/client/remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sodium.h>

#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "edge/http/url.h"
#include "verifier/client/interrupt.h"

enum { PIN_ROOM = 64, TIMEOUT_S = 120 };

struct remote {
    CURL *curl;
    struct url url;
    char pin[PIN_ROOM];
    char error[CURL_ERROR_SIZE];
    uint8_t channel_key[POBF_DIGEST_BYTES];
    const uint8_t *nonce; /* what the next answer's connection is bound to; NULL: nothing */
    uint8_t exporter[CHANNEL_BYTES];
    int has_exporter;
    int may_recover;
    struct progress *progress; /* of what is sent; NULL: nobody looks */
    struct curl_slist *headers;
};

/* Where an answer goes. It stops at the limit. */
struct sink {
    struct input *answer;
    size_t limit;
    int overflow;
    struct remote *remote;
};

/* Only while an answer comes in, the connection that it comes over is there to be asked. */
static void note_connection(struct remote *remote)
{
    const struct curl_tlssessioninfo *info = NULL;

    remote->has_exporter =
        curl_easy_getinfo(remote->curl, CURLINFO_TLS_SSL_PTR, &info) == CURLE_OK && info != NULL &&
        info->backend == CURLSSLBACKEND_OPENSSL &&
        channel_export(remote->exporter, info->internals, remote->nonce) == POBF_OK;
}

static size_t take(char *bytes, size_t one, size_t count, void *context)
{
    struct sink *sink = context;
    const size_t size = one * count;
    uint8_t *larger;

    if (sink->remote->nonce != NULL) {
        note_connection(sink->remote);
    }
    if (size > sink->limit - sink->answer->size) {
        sink->overflow = 1;
        return 0;
    }
    larger = realloc(sink->answer->bytes, sink->answer->size + size + 1);
    if (larger == NULL) {
        return 0;
    }
    memcpy(larger + sink->answer->size, bytes, size);
    sink->answer->bytes = larger;
    sink->answer->size += size;
    larger[sink->answer->size] = 0;
    return size;
}

/*
 * Without --ca any certificate will do, and its key is compared with the evidence; with it, the
 * authorities have a say besides.
 */
static void set_tls(CURL *curl, const struct remote_options *options)
{
    const long by_authority = options->ca_path != NULL;

    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
    curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, by_authority);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, by_authority ? 2L : 0L);
    if (by_authority) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, options->ca_path);
    }
}

/* A body is a little longer than what is in it. */
static void show_sent(struct progress *progress, uint64_t sent)
{
    const uint64_t now = sent < progress->total ? sent : progress->total;

    if (now > progress->done) {
        progress_add(progress, now - progress->done);
    }
}

/* libcurl asks some times a second whether to go on: anything but 0 ends the transfer. */
static int on_wait(void *context, curl_off_t down, curl_off_t downed, curl_off_t up,
                   curl_off_t upped)
{
    const struct remote *remote = context;

    (void)down;
    (void)downed;
    (void)up;
    if (remote->progress != NULL) {
        show_sent(remote->progress, (uint64_t)upped);
    }
    return interrupt_came();
}

static int start_curl(struct remote *remote, const struct remote_options *options)
{
    remote->curl = curl_easy_init();
    /* A body is sent at once: no "Expect: 100-continue" and the second of waiting after it. */
    remote->headers = curl_slist_append(NULL, "Expect:");
    if (remote->curl == NULL || remote->headers == NULL) {
        return talk_error(POBF_E_SYSTEM, "libcurl", NULL);
    }
    curl_easy_setopt(remote->curl, CURLOPT_ERRORBUFFER, remote->error);
    curl_easy_setopt(remote->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(remote->curl, CURLOPT_XFERINFOFUNCTION, on_wait);
    curl_easy_setopt(remote->curl, CURLOPT_XFERINFODATA, remote);
    curl_easy_setopt(remote->curl, CURLOPT_NOPROGRESS, 0L);
    url_set_limits(remote->curl, options->timeout_s > 0 ? options->timeout_s : TIMEOUT_S);
    set_tls(remote->curl, options);
    return INPUT_GO_ON;
}

int remote_open(struct remote **remote, const char *url, const struct remote_options *options)
{
    const char *defect;

    *remote = calloc(1, sizeof **remote);
    if (*remote == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return talk_error(POBF_E_SYSTEM, "libcurl", NULL);
    }
    defect = url_take(&(*remote)->url, url, options->plain_http);
    if (defect != NULL) {
        return talk_error(POBF_E_USAGE, url, defect);
    }
    return start_curl(*remote, options);
}

void remote_close(struct remote *remote)
{
    if (remote != NULL) {
        curl_slist_free_all(remote->headers);
        curl_easy_cleanup(remote->curl);
        free(remote);
    }
}

void remote_show(struct remote *remote, struct progress *progress)
{
    remote->progress = progress;
}

int remote_may_recover(const struct remote *remote)
{
    return remote->may_recover;
}

const uint8_t *remote_channel_key(const struct remote *remote)
{
    return remote->channel_key;
}

/* The peer's own certificate, as libcurl prints it: the first of the chain. */
static const char *find_certificate(CURL *curl)
{
    struct curl_certinfo *chain = NULL;

    if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL ||
        chain->num_of_certs < 1) {
        return NULL;
    }
    for (const struct curl_slist *line = chain->certinfo[0]; line != NULL; line = line->next) {
        if (strncmp(line->data, "Cert:", 5) == 0) {
            return line->data + 5;
        }
    }
    return NULL;
}

static int digest_key(uint8_t digest[POBF_DIGEST_BYTES], const char *pem)
{
    BIO *in = pem != NULL ? BIO_new_mem_buf(pem, -1) : NULL;
    X509 *certificate = in != NULL ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
    uint8_t *info = NULL;
    int size = 0;

    if (certificate != NULL) {
        size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &info);
    }
    if (size > 0) {
        crypto_hash_sha256(digest, info, (unsigned long long)size);
    }
    OPENSSL_free(info);
    X509_free(certificate);
    BIO_free(in);
    return size > 0;
}

/* From the first answer on, only the holder of this key is spoken to. */
static int pin_key(struct remote *remote)
{
    char text[sodium_base64_ENCODED_LEN(POBF_DIGEST_BYTES, sodium_base64_VARIANT_ORIGINAL)];

    if (!remote->url.is_tls || remote->pin[0] != '\0') {
        return INPUT_GO_ON;
    }
    if (!digest_key(remote->channel_key, find_certificate(remote->curl))) {
        return talk_error(POBF_E_MISSING, remote->url.base, "the TLS key could not be read");
    }
    sodium_bin2base64(text, sizeof text, remote->channel_key, POBF_DIGEST_BYTES,
                      sodium_base64_VARIANT_ORIGINAL);
    snprintf(remote->pin, sizeof remote->pin, "sha256//%s", text);
    curl_easy_setopt(remote->curl, CURLOPT_PINNEDPUBLICKEY, remote->pin);
    return INPUT_GO_ON;
}

/* What the host says of its refusal, without what could disturb a terminal. */
static void copy_text(char *to, size_t room, const json_t *problem, const char *name)
{
    const char *text = json_string_value(json_object_get(problem, name));
    size_t length = 0;

    for (; text != NULL && text[length] != '\0' && length < room - 1; length++) {
        to[length] = text[length] >= ' ' && text[length] <= '~' ? text[length] : '?';
    }
    to[length] = '\0';
}

/* problem+json (RFC 9457), or at least the code. 4xx is the host's "no"; 5xx tells nothing. */
static int tell_refusal(const struct remote *remote, long code, const struct input *answer)
{
    json_t *problem = answer->bytes != NULL
                          ? json_loadb((const char *)answer->bytes, answer->size, 0, NULL)
                          : NULL;
    char field[64], expected[128], seen[128], title[128], number[32];

    copy_text(field, sizeof field, problem, "field");
    copy_text(expected, sizeof expected, problem, "expected");
    copy_text(seen, sizeof seen, problem, "seen");
    copy_text(title, sizeof title, problem, "title");
    json_decref(problem);
    snprintf(number, sizeof number, "HTTP %ld", code);
    if (code < 400 || code >= 500) {
        talk_error(POBF_E_SYSTEM, remote->url.base, title[0] != '\0' ? title : number);
        return talk_exit_code(POBF_E_SYSTEM);
    }
    return talk_refuse(field[0] != '\0' ? field : "the request", expected[0] ? expected : NULL,
                       seen[0] != '\0' ? seen : number,
                       title[0] != '\0' ? title : "the host refuses it");
}

/* No answer came. Another TLS key, or one without an authority that vouches for it, is a "no". */
static int tell_failure(const struct remote *remote, CURLcode result)
{
    const char *why = remote->error[0] != '\0' ? remote->error : curl_easy_strerror(result);

    if (result == CURLE_ABORTED_BY_CALLBACK) {
        return interrupt_tell();
    }
    if (result == CURLE_SSL_PINNEDPUBKEYNOTMATCH) {
        return talk_refuse("channel.key", "the TLS key of the first answer", "another",
                           "somebody else answers now: nothing was sent to them");
    }
    if (result == CURLE_PEER_FAILED_VERIFICATION) {
        return talk_refuse("channel.certificate", "one of the authorities in --ca", why,
                           "do not speak to this host, or drop --ca and rely on its evidence");
    }
    if (!remote->url.is_tls &&
        (result == CURLE_GOT_NOTHING || result == CURLE_WEIRD_SERVER_REPLY ||
         result == CURLE_RECV_ERROR || result == CURLE_UNSUPPORTED_PROTOCOL)) {
        return talk_error(POBF_E_SYSTEM, remote->url.base,
                          "what answers there speaks no plain HTTP; does it take https://?");
    }
    return talk_error(POBF_E_SYSTEM, remote->url.base, why);
}

static int is_passing(CURL *curl, const char *path, long code)
{
    static const char of_task[] = "/v1/tasks/";
    curl_off_t seconds = 0;

    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds);
    return code == 410 || (code == 503 && seconds > 0) ||
           (code == 404 && strncmp(path, of_task, sizeof of_task - 1) == 0);
}

/* Whatever the answer is, it is *code and what the sink holds. */
static int exchange(struct remote *remote, struct sink *sink, const char *path, long *code)
{
    char url[URL_ROOM];
    CURLcode result;

    *sink->answer = (struct input){NULL, 0};
    if ((size_t)snprintf(url, sizeof url, "%s%s", remote->url.base, path) >= sizeof url) {
        return talk_error(POBF_E_USAGE, remote->url.base, "is too long");
    }
    remote->error[0] = '\0';
    remote->may_recover = 0;
    curl_easy_setopt(remote->curl, CURLOPT_URL, url);
    curl_easy_setopt(remote->curl, CURLOPT_HTTPHEADER, remote->headers);
    curl_easy_setopt(remote->curl, CURLOPT_WRITEDATA, sink);
    result = curl_easy_perform(remote->curl);
    if (sink->overflow) {
        return talk_error(POBF_E_MISSING, remote->url.base,
                          "the answer is longer than any good one");
    }
    if (result != CURLE_OK) {
        return tell_failure(remote, result);
    }
    curl_easy_getinfo(remote->curl, CURLINFO_RESPONSE_CODE, code);
    remote->may_recover = is_passing(remote->curl, path, *code);
    return INPUT_GO_ON;
}

static int perform(struct remote *remote, struct sink *sink, const char *path)
{
    long http = 0;
    const int code = exchange(remote, sink, path, &http);

    if (code != INPUT_GO_ON) {
        return code;
    }
    if (http != 200 && http != 201) {
        return tell_refusal(remote, http, sink->answer);
    }
    return pin_key(remote);
}

int remote_get(struct remote *remote, struct input *answer, const char *path, size_t limit)
{
    struct sink sink = {answer, limit, 0, remote};

    curl_easy_setopt(remote->curl, CURLOPT_HTTPGET, 1L);
    return perform(remote, &sink, path);
}

static int bind_to_connection(struct remote *remote, uint8_t nonce[POBF_NONCE_BYTES])
{
    struct channel channel = {.host = remote->url.host};

    memcpy(channel.key, remote->channel_key, sizeof channel.key);
    memcpy(channel.exporter, remote->exporter, sizeof channel.exporter);
    return remote->has_exporter && channel_bind(nonce, nonce, &channel) == POBF_OK
               ? INPUT_GO_ON
               : talk_error(POBF_E_SYSTEM, remote->url.base,
                            "the TLS connection tells no exporter");
}

int remote_get_evidence(struct remote *remote, struct input *answer,
                        uint8_t nonce[POBF_NONCE_BYTES], int is_for_others, size_t limit)
{
    const int is_bound = remote->url.is_tls && !is_for_others;
    char *host = curl_easy_escape(remote->curl, remote->url.host, 0);
    char hex[2 * POBF_NONCE_BYTES + 1];
    char path[URL_ROOM];
    int code;

    *answer = (struct input){NULL, 0};
    if (host == NULL) {
        return talk_error(POBF_E_SYSTEM, "libcurl", NULL);
    }
    sodium_bin2hex(hex, sizeof hex, nonce, POBF_NONCE_BYTES);
    snprintf(path, sizeof path, "/v1/evidence?nonce=%s%s%s", hex, is_bound ? "&host=" : "",
             is_bound ? host : "");
    curl_free(host);
    remote->nonce = is_bound ? nonce : NULL;
    remote->has_exporter = 0;
    code = remote_get(remote, answer, path, limit);
    remote->nonce = NULL;
    return code == INPUT_GO_ON && is_bound ? bind_to_connection(remote, nonce) : code;
}

static void set_body(struct remote *remote, const struct input *body)
{
    curl_easy_setopt(remote->curl, CURLOPT_POST, 1L);
    curl_easy_setopt(remote->curl, CURLOPT_POSTFIELDS,
                     body->bytes != NULL ? body->bytes : (const uint8_t *)"");
    curl_easy_setopt(remote->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->size);
}

int remote_post(struct remote *remote, struct input *answer, const char *path,
                const struct input *body, size_t limit)
{
    struct sink sink = {answer, limit, 0, remote};

    set_body(remote, body);
    return perform(remote, &sink, path);
}

int remote_ask(struct remote *remote, struct input *answer, long *http, const char *path,
               const struct input *body, size_t limit)
{
    struct sink sink = {answer, limit, 0, remote};

    *http = 0;
    set_body(remote, body);
    return exchange(remote, &sink, path, http);
}
