#include "enclave/host/courier.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contracts/sodium.h"
#include "edge/cli/file.h"
#include "edge/cli/talk.h"
#include "edge/http/bearer.h"
#include "edge/http/url.h"
#include "edge/tlog/inclusion.h"
#include "enclave/host/beside.h"

enum {
    FLIGHTS = 16, /* receipts that are brought at once; so many the log can publish together */
    TIMEOUT_S = 30,
    PAUSE_MIN_MS = 500,
    PAUSE_MAX_MS = 60000,
    IDLE_MS = 60000,
    KEY_FILE_MAX = 1024,
    CA_FILE_MAX = 4 << 20
};

/* One receipt on its way, and what the log says. */
struct flight {
    CURL *curl;
    struct backlog_item item;
    int is_away;
    uint64_t shown; /* the largest tree that the log had shown before it was asked */
    uint8_t *receipt;
    size_t receipt_size;
    char answer[INCLUSION_MAX + 1];
    size_t answer_size;
};

struct courier {
    struct backlog *backlog;
    struct url url;
    char target[URL_ROOM];
    struct note_key log;
    uint8_t *ca;
    size_t ca_size;
    CURLM *multi;
    struct curl_slist *headers;
    char authorization[BEARER_HEADER_ROOM]; /* empty: none */
    pthread_t thread;
    int runs;
    atomic_int stops;
    atomic_uint_least64_t proofs, failures, refusals;
    /* The thread's own. */
    struct flight flights[FLIGHTS];
    struct checkpoint tip; /* the largest tree that the log has shown */
    int64_t pause_ms;      /* after the next failure */
    int64_t until_ms;      /* nothing is brought before */
    int is_failing;        /* 1: people were told */
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t take_answer(char *bytes, size_t one, size_t count, void *context)
{
    struct flight *flight = context;
    const size_t size = one * count;

    if (size > INCLUSION_MAX - flight->answer_size) {
        return 0;
    }
    memcpy(flight->answer + flight->answer_size, bytes, size);
    flight->answer_size += size;
    flight->answer[flight->answer_size] = '\0';
    return size;
}

static void land(struct courier *courier, struct flight *flight)
{
    if (flight->is_away) {
        curl_multi_remove_handle(courier->multi, flight->curl);
    }
    file_free(flight->receipt, flight->receipt_size);
    flight->receipt = NULL;
    flight->is_away = 0;
}

/*
 * Later, then: after a pause that doubles, once for all that fail in it. A part of it is chance, so
 * that hosts which lost the same log do not all come back at the same moment.
 */
static void fail(struct courier *courier, const char *why)
{
    const int64_t now = now_ms();

    backlog_put_back(courier->backlog);
    if (now >= courier->until_ms) {
        courier->until_ms = now + courier->pause_ms + (int64_t)randombytes_uniform(PAUSE_MIN_MS);
        courier->pause_ms =
            2 * courier->pause_ms < PAUSE_MAX_MS ? 2 * courier->pause_ms : PAUSE_MAX_MS;
    }
    if (!courier->is_failing) {
        talk_say("log %s: %s; receipts are kept, and brought again", courier->log.name, why);
    }
    courier->is_failing = 1;
}

static void succeed(struct courier *courier)
{
    if (courier->is_failing) {
        talk_say("log %s: takes receipts again", courier->log.name);
    }
    courier->is_failing = 0;
    courier->pause_ms = PAUSE_MIN_MS;
    courier->until_ms = 0;
    courier->proofs++;
    backlog_settle(courier->backlog);
}

/* NULL, or why it is no answer that may be kept. */
static const char *judge(const struct courier *courier, const struct flight *flight,
                         struct checkpoint *checkpoint)
{
    switch ((int)inclusion_verify(checkpoint, flight->answer, flight->answer_size, flight->receipt,
                                  flight->receipt_size, &courier->log)) {
    case POBF_OK:
        break;
    case POBF_E_INPUT:
        return "its answer is no proof";
    case POBF_E_MISSING:
    case POBF_E_REFUSED:
        return "its proof is of another log";
    default:
        return "its proof does not hold for the receipt";
    }
    if (checkpoint->size < flight->shown) {
        return "it has shrunk: it had shown a larger tree before";
    }
    return checkpoint->size == courier->tip.size &&
                   memcmp(checkpoint->root, courier->tip.root, sizeof checkpoint->root) != 0
               ? "it has forked: it shows two trees of one size"
               : NULL;
}

static void keep(struct courier *courier, const struct flight *flight,
                 const struct checkpoint *checkpoint)
{
    char receipt[PLACE_ROOM], proof[PLACE_ROOM];

    if (checkpoint->size > courier->tip.size) {
        courier->tip = *checkpoint;
    }
    if (!backlog_name(courier->backlog, receipt, proof, &flight->item) ||
        file_write(proof, (const uint8_t *)flight->answer, flight->answer_size, 0) != POBF_OK) {
        courier->failures++;
        fail(courier, "its proof could not be written");
        return;
    }
    succeed(courier);
}

static void receive(struct courier *courier, struct flight *flight, CURLcode result)
{
    struct checkpoint checkpoint;
    const char *why;
    long code = 0;

    curl_easy_getinfo(flight->curl, CURLINFO_RESPONSE_CODE, &code);
    if (code == 0 || code >= 500 || (result != CURLE_OK && result != CURLE_WRITE_ERROR)) {
        courier->failures++;
        fail(courier, result != CURLE_OK ? curl_easy_strerror(result) : "it is in trouble");
    } else if (result != CURLE_OK || code != 200) {
        courier->refusals++;
        fail(courier, result != CURLE_OK ? "its answer is longer than any proof"
                      : code == 401      ? "it wants another token (--log-token-file)"
                                         : "it refuses a receipt");
    } else if ((why = judge(courier, flight, &checkpoint)) != NULL) {
        courier->refusals++;
        fail(courier, why);
    } else {
        keep(courier, flight, &checkpoint);
    }
    land(courier, flight);
}

/* 1 where it is on its way, or could not be; 0 where it is not there any more. */
static int launch(struct courier *courier, struct flight *flight)
{
    char receipt[PLACE_ROOM], proof[PLACE_ROOM];
    enum pobf_status status =
        backlog_name(courier->backlog, receipt, proof, &flight->item)
            ? file_read(&flight->receipt, &flight->receipt_size, receipt, POBF_RECEIPT_ROOM)
            : POBF_E_SPACE;

    if (status == POBF_E_MISSING) {
        backlog_settle(courier->backlog); /* somebody took it away */
        return 0;
    }
    flight->answer_size = 0;
    flight->answer[0] = '\0';
    flight->shown = courier->tip.size;
    curl_easy_setopt(flight->curl, CURLOPT_POSTFIELDS, flight->receipt);
    curl_easy_setopt(flight->curl, CURLOPT_POSTFIELDSIZE, (long)flight->receipt_size);
    flight->is_away =
        status == POBF_OK && curl_multi_add_handle(courier->multi, flight->curl) == CURLM_OK;
    if (!flight->is_away) {
        courier->failures++;
        fail(courier, "a receipt could not be read");
        land(courier, flight);
    }
    return 1;
}

static size_t count_away(const struct courier *courier)
{
    size_t count = 0;

    for (size_t i = 0; i < FLIGHTS; i++) {
        count += (size_t)courier->flights[i].is_away;
    }
    return count;
}

/* Where the last one failed, one alone shows whether the next will. */
static void launch_all(struct courier *courier)
{
    const size_t limit = courier->is_failing ? 1 : FLIGHTS;
    size_t away = count_away(courier);

    if (away == 0) {
        backlog_refill(courier->backlog);
    }
    for (size_t i = 0; i < FLIGHTS && away < limit && now_ms() >= courier->until_ms; i++) {
        struct flight *flight = &courier->flights[i];

        while (!flight->is_away && backlog_take(courier->backlog, &flight->item) &&
               !launch(courier, flight)) {
        }
        away += (size_t)flight->is_away;
    }
}

/* How many were on their way and are not any more. */
static size_t receive_all(struct courier *courier)
{
    struct CURLMsg *message;
    size_t count = 0;
    int left;

    while ((message = curl_multi_info_read(courier->multi, &left)) != NULL) {
        struct flight *flight = NULL;

        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&flight);
        if (message->msg == CURLMSG_DONE && flight != NULL) {
            receive(courier, flight, message->data.result);
            count++;
        }
    }
    return count;
}

/* Until something comes in, somebody has one more to bring, or a pause is over. */
static void rest(struct courier *courier)
{
    const int64_t pause_ms = courier->until_ms - now_ms();

    curl_multi_poll(courier->multi, NULL, 0, pause_ms > 0 ? (int)pause_ms : IDLE_MS, NULL);
}

/* What the log had shown to the host before this one. */
static void remember_tip(struct courier *courier)
{
    struct inclusion inclusion;
    char path[PLACE_ROOM];
    struct note note;
    uint8_t *bytes = NULL;
    size_t size = 0;

    if (backlog_newest_proof(courier->backlog, path) &&
        file_read(&bytes, &size, path, INCLUSION_MAX) == POBF_OK &&
        inclusion_parse(&inclusion, (const char *)bytes, size) == POBF_OK &&
        checkpoint_open(&courier->tip, &note, inclusion.checkpoint, inclusion.checkpoint_size,
                        &courier->log) != POBF_OK) {
        talk_say("log %s: the newest proof in the folder is of another log", courier->log.name);
    }
    file_free(bytes, size);
}

static void *work(void *context)
{
    struct courier *courier = context;

    int running;

    remember_tip(courier);
    while (!courier->stops) {
        launch_all(courier);
        curl_multi_perform(courier->multi, &running);
        if (receive_all(courier) == 0) {
            rest(courier);
        }
    }
    return NULL;
}

static enum pobf_status set_up(struct courier *courier, struct flight *flight)
{
    struct curl_blob ca = {courier->ca, courier->ca_size, CURL_BLOB_NOCOPY};

    flight->curl = curl_easy_init();
    if (flight->curl == NULL) {
        return POBF_E_SYSTEM;
    }
    url_set_limits(flight->curl, TIMEOUT_S);
    curl_easy_setopt(flight->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3);
    if (courier->ca != NULL) {
        curl_easy_setopt(flight->curl, CURLOPT_CAINFO_BLOB, &ca);
    }
    curl_easy_setopt(flight->curl, CURLOPT_URL, courier->target);
    curl_easy_setopt(flight->curl, CURLOPT_HTTPHEADER, courier->headers);
    curl_easy_setopt(flight->curl, CURLOPT_POST, 1L);
    curl_easy_setopt(flight->curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(flight->curl, CURLOPT_WRITEDATA, flight);
    curl_easy_setopt(flight->curl, CURLOPT_PRIVATE, flight);
    return POBF_OK;
}

static enum pobf_status read_key(struct note_key *log, const char *path)
{
    uint8_t *bytes;
    size_t size;
    enum pobf_status status = file_read(&bytes, &size, path, KEY_FILE_MAX);

    if (status != POBF_OK) {
        file_error(status, path);
        return status;
    }
    status = strlen((const char *)bytes) == size ? note_key_parse(log, (const char *)bytes)
                                                 : POBF_E_INPUT;
    file_free(bytes, size);
    if (status != POBF_OK || log->type != NOTE_SIGNATURE) {
        talk_error(POBF_E_INPUT, path, "is no vkey of a log, as pobf-verifier log init prints it");
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

/* Before the host is confined: no file can be opened then. */
static enum pobf_status read_ca(struct courier *courier, const char *path)
{
    const char *system = curl_version_info(CURLVERSION_NOW)->cainfo;
    enum pobf_status status;

    path = path != NULL ? path : system;
    if (!courier->url.is_tls || path == NULL) {
        return POBF_OK;
    }
    status = file_read(&courier->ca, &courier->ca_size, path, CA_FILE_MAX);
    if (status != POBF_OK) {
        file_error(status, path);
    }
    return status;
}

static enum pobf_status read_token(struct courier *courier, const char *path)
{
    struct bearer token;
    enum pobf_status status;

    if (path == NULL) {
        return POBF_OK;
    }
    status = bearer_read(&token, path);
    if (status == POBF_OK) {
        bearer_print(courier->authorization, &token);
    }
    sodium_memzero(&token, sizeof token);
    return status;
}

static enum pobf_status take_target(struct courier *courier, const char *text)
{
    const char *defect = url_take(&courier->url, text, 0);

    if (defect == NULL && (size_t)snprintf(courier->target, sizeof courier->target, "%s/add",
                                           courier->url.base) >= sizeof courier->target) {
        defect = "is too long";
    }
    if (defect != NULL) {
        talk_error(POBF_E_USAGE, text, defect);
    }
    return defect == NULL ? POBF_OK : POBF_E_USAGE;
}

static enum pobf_status set_up_headers(struct courier *courier)
{
    const char *const headers[] = {"Content-Type: application/cose",
                                   "Expect:", courier->authorization};

    for (size_t i = 0; i < sizeof headers / sizeof *headers && headers[i][0] != '\0'; i++) {
        struct curl_slist *all = curl_slist_append(courier->headers, headers[i]);

        if (all == NULL) {
            return POBF_E_SYSTEM;
        }
        courier->headers = all;
    }
    return POBF_OK;
}

static void free_headers(struct courier *courier)
{
    for (struct curl_slist *header = courier->headers; header != NULL; header = header->next) {
        sodium_memzero(header->data, strlen(header->data));
    }
    curl_slist_free_all(courier->headers);
    sodium_memzero(courier->authorization, sizeof courier->authorization);
}

static enum pobf_status set_up_curl(struct courier *courier)
{
    enum pobf_status status = set_up_headers(courier);

    courier->multi = curl_multi_init();
    if (courier->multi == NULL) {
        status = POBF_E_SYSTEM;
    }
    for (size_t i = 0; i < FLIGHTS && status == POBF_OK; i++) {
        status = set_up(courier, &courier->flights[i]);
    }
    if (status != POBF_OK) {
        talk_error(status, "libcurl", NULL);
    }
    return status;
}

static enum pobf_status prepare(struct courier *courier, const struct courier_options *options)
{
    enum pobf_status status = take_target(courier, options->url);

    if (status == POBF_OK) {
        status = read_key(&courier->log, options->key_path);
    }
    if (status == POBF_OK) {
        status = read_ca(courier, options->ca_path);
    }
    if (status == POBF_OK) {
        status = read_token(courier, options->token_path);
    }
    if (status == POBF_OK) {
        status = set_up_curl(courier);
    }
    if (status == POBF_OK) {
        status = backlog_open(&courier->backlog, options->folder);
    }
    return status;
}

enum pobf_status courier_open(struct courier **courier, const struct courier_options *options)
{
    struct courier *made = calloc(1, sizeof *made);
    enum pobf_status status = POBF_E_SYSTEM;

    if (made != NULL && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
        made->pause_ms = PAUSE_MIN_MS;
        status = prepare(made, options);
    }
    if (status != POBF_OK) {
        courier_close(made);
        made = NULL;
    }
    *courier = made;
    return status;
}

enum pobf_status courier_start(struct courier *courier)
{
    courier->runs = beside_begin(&courier->thread, work, courier);
    return courier->runs ? POBF_OK : POBF_E_SYSTEM;
}

void courier_bring(struct courier *courier, const struct backlog_item *item)
{
    backlog_add(courier->backlog, item);
    curl_multi_wakeup(courier->multi);
}

void courier_count(struct courier *courier, struct courier_counts *counts)
{
    counts->backlog = backlog_size(courier->backlog);
    counts->proofs = courier->proofs;
    counts->failures = courier->failures;
    counts->refusals = courier->refusals;
}

void courier_close(struct courier *courier)
{
    if (courier == NULL) {
        return;
    }
    courier->stops = 1;
    if (courier->runs) {
        curl_multi_wakeup(courier->multi);
        pthread_join(courier->thread, NULL);
    }
    for (size_t i = 0; i < FLIGHTS; i++) {
        land(courier, &courier->flights[i]);
        curl_easy_cleanup(courier->flights[i].curl);
    }
    curl_multi_cleanup(courier->multi);
    free_headers(courier);
    backlog_close(courier->backlog);
    file_free(courier->ca, courier->ca_size);
    free(courier);
}
