#ifndef POBF_TESTS_ENCLAVE_HOST_FAKED_LOG_H
#define POBF_TESTS_ENCLAVE_HOST_FAKED_LOG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <event2/event.h>
#include <unistd.h>

#include "contracts/sodium.h"
#include "edge/cli/clock.h"
#include "edge/cli/file.h"
#include "edge/http/http.h"
#include "edge/tlog/inclusion.h"
#include "enclave/host/courier.h"

/*
 * A log that answers as it is told to, well or badly, from the test's own process; and receipts in a
 * folder for a courier to bring there.
 */
enum { ENTRIES_MAX = 2048, PATIENCE_MS = 30000 };

/* How the log answers. */
enum mood {
    GOOD,
    MUTE,          /* takes the receipt, and answers nothing */
    SLOW,          /* has not answered yet */
    TROUBLED,      /* 503 */
    REFUSING,      /* 400 */
    RUBBISH,       /* 200, and some text */
    ENDLESS,       /* 200, and far more than any proof */
    CUT,           /* a proof without its last byte */
    OTHER_RECEIPT, /* a proof of another entry */
    OTHER_TEXT,    /* its own key, below another log's name */
    OTHER_ORIGIN,  /* its own key, under another name */
    OTHER_KEY,     /* its own name, under another key */
    BAD_SIGNATURE,
    SHRUNK,       /* a log of this receipt alone */
    FORKED,       /* without the first entry: of the same size as before, with another root */
    OTHER_TREE,   /* larger than before, with another first entry */
    HIDDEN,       /* larger, and it does not say how it grew */
    EMPTY_GROWTH, /* nor with an empty proof */
    STUCK,        /* nor can it now: 503 */
    MOODS,
};

static struct {
    enum mood mood;
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    uint8_t leaves[ENTRIES_MAX][POBF_MERKLE_BYTES];
    uint64_t size;
    uint8_t poison[POBF_MERKLE_BYTES]; /* the leaf of a receipt that it always refuses */
    size_t asked;
    size_t compared; /* times that it was asked how it grew */
} fake;

static char folder[64];
static struct http *http;
static char key_path[80], url[64];
static struct courier *courier;

static inline void root_of(uint8_t root[POBF_MERKLE_BYTES], uint8_t leaves[][POBF_MERKLE_BYTES],
                           uint64_t count)
{
    uint8_t left[POBF_MERKLE_BYTES], right[POBF_MERKLE_BYTES];
    uint64_t half = 1;

    if (count == 1) {
        memcpy(root, leaves[0], POBF_MERKLE_BYTES);
        return;
    }
    while (2 * half < count) {
        half *= 2;
    }
    root_of(left, leaves, half);
    root_of(right, leaves + half, count - half);
    assert_int_equal(pobf_merkle_node(root, left, right), POBF_OK);
}

/* RFC 9162, section 2.1.3.1, word for word. */
static inline void path_of(struct proof *proof, uint8_t leaves[][POBF_MERKLE_BYTES], uint64_t index,
                           uint64_t count)
{
    uint64_t half = 1;

    if (count == 1) {
        return;
    }
    while (2 * half < count) {
        half *= 2;
    }
    if (index < half) {
        path_of(proof, leaves, index, half);
        root_of(proof->hashes[proof->count++], leaves + half, count - half);
    } else {
        path_of(proof, leaves + half, index - half, count - half);
        root_of(proof->hashes[proof->count++], leaves, half);
    }
}

/* RFC 9162, section 2.1.4.1, word for word. */
static inline void growth_of(struct proof *proof, uint8_t leaves[][POBF_MERKLE_BYTES], uint64_t old,
                             uint64_t count, int is_whole)
{
    uint64_t half = 1;

    if (old == count) {
        if (!is_whole) {
            root_of(proof->hashes[proof->count++], leaves, count);
        }
        return;
    }
    while (2 * half < count) {
        half *= 2;
    }
    if (old <= half) {
        growth_of(proof, leaves, old, half, is_whole);
        root_of(proof->hashes[proof->count++], leaves + half, count - half);
    } else {
        growth_of(proof, leaves + half, old - half, count - half, 0);
        root_of(proof->hashes[proof->count++], leaves, half);
    }
}

static inline size_t sign(char note[NOTE_MAX], const struct checkpoint *checkpoint)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    uint8_t signature[crypto_sign_BYTES];
    const size_t size = checkpoint_print(note, checkpoint);
    char line[NOTE_LINE_ROOM];
    struct note_key key;

    memcpy(public_key, fake.public_key, sizeof public_key);
    memcpy(secret_key, fake.secret_key, sizeof secret_key);
    if (fake.mood == OTHER_KEY) {
        crypto_sign_keypair(public_key, secret_key);
    }
    assert_int_equal(note_key_make(&key, fake.mood == OTHER_TEXT ? "a/log" : checkpoint->origin,
                                   NOTE_SIGNATURE, public_key),
                     POBF_OK);
    crypto_sign_detached(signature, NULL, (const uint8_t *)note, size, secret_key);
    signature[0] ^= fake.mood == BAD_SIGNATURE;
    note_line(line, &key, 0, signature);
    return size + (size_t)sprintf(note + size, "\n%s", line);
}

static inline void answer_proof(struct http_request *request, uint64_t index)
{
    const uint64_t from = fake.mood == SHRUNK ? index : fake.mood == FORKED;
    struct checkpoint checkpoint = {.size = fake.size - from};
    struct inclusion inclusion = {.index = index - from};
    char note[NOTE_MAX];
    char *text;
    size_t size;

    fake.leaves[0][0] ^= fake.mood == OTHER_TREE;
    strcpy(checkpoint.origin,
           fake.mood == OTHER_ORIGIN || fake.mood == OTHER_TEXT ? "other/log" : "a/log");
    root_of(checkpoint.root, fake.leaves + from, checkpoint.size);
    path_of(&inclusion.proof, fake.leaves + from, inclusion.index, checkpoint.size);
    fake.leaves[0][0] ^= fake.mood == OTHER_TREE;
    inclusion.checkpoint = note;
    inclusion.checkpoint_size = sign(note, &checkpoint);
    assert_int_equal(inclusion_print(&text, &size, &inclusion), POBF_OK);
    http_answer(request, 200, "text/plain", text, size - (fake.mood == CUT));
    free(text);
}

/* The place of an entry, which it gets where it has none. */
static inline uint64_t place_of(const uint8_t leaf[POBF_MERKLE_BYTES])
{
    uint64_t index = 0;

    while (index < fake.size && memcmp(fake.leaves[index], leaf, POBF_MERKLE_BYTES) != 0) {
        index++;
    }
    if (index == fake.size) {
        assert_true(fake.size < ENTRIES_MAX);
        memcpy(fake.leaves[fake.size++], leaf, POBF_MERKLE_BYTES);
    }
    return index;
}

static inline void on_gone(void *context)
{
    (void)context;
}

static inline void answer_text(struct http_request *request, int code, size_t size)
{
    char *text = calloc(1, size);

    memset(text, 'x', size);
    http_answer(request, code, "text/plain", text, size);
    free(text);
}

static inline void take(struct http_request *request, void *context)
{
    uint8_t leaf[POBF_MERKLE_BYTES];
    size_t size;
    const uint8_t *bytes = http_body(request, &size);
    uint64_t index;

    (void)context;
    fake.asked++;
    assert_int_equal(pobf_merkle_leaf(leaf, bytes, size), POBF_OK);
    if (fake.mood == TROUBLED || fake.mood == REFUSING) {
        answer_text(request, fake.mood == TROUBLED ? 503 : 400, 10);
        return;
    }
    if (fake.mood == RUBBISH || fake.mood == ENDLESS) {
        answer_text(request, 200, fake.mood == RUBBISH ? 10 : 64 * INCLUSION_MAX);
        return;
    }
    index = place_of(leaf);
    if (memcmp(leaf, fake.poison, sizeof leaf) == 0) {
        answer_text(request, 400, 10);
    } else if (fake.mood == SLOW) {
        http_defer(request, on_gone, NULL);
    } else if (fake.mood == MUTE) {
        answer_text(request, 200, 0);
    } else {
        answer_proof(request, fake.mood == OTHER_RECEIPT ? (index + 1) % fake.size : index);
    }
}

static inline void show_growth(struct http_request *request, void *context)
{
    const uint64_t old = strtoull(http_query(request, "old"), NULL, 10);
    const uint64_t new = strtoull(http_query(request, "new"), NULL, 10);
    struct proof proof = {.count = 0};
    char text[PROOF_TEXT_ROOM];

    (void)context;
    fake.compared++;
    if (fake.mood == HIDDEN || fake.mood == STUCK) {
        answer_text(request, fake.mood == HIDDEN ? 404 : 503, 10);
        return;
    }
    assert_true(old > 0 && old < new &&new <= fake.size);
    fake.leaves[0][0] ^= fake.mood == OTHER_TREE;
    growth_of(&proof, fake.leaves, old, new, 1);
    fake.leaves[0][0] ^= fake.mood == OTHER_TREE;
    proof.count = fake.mood == EMPTY_GROWTH ? 0 : proof.count;
    http_answer(request, 200, "text/plain", text, proof_print(text, &proof));
}

static const struct http_route routes[] = {{"POST", "/add", take},
                                           {"GET", "/consistency", show_growth}};

static inline struct backlog_item item_of(uint64_t number)
{
    return (struct backlog_item){.boot_id = {1}, .sequence = number};
}

static inline void name_of(char path[PLACE_ROOM], uint64_t number, const char *kind)
{
    assert_true(ledger_name(path, folder, item_of(number).boot_id, number, kind));
}

static inline void record(uint64_t number)
{
    char path[PLACE_ROOM];

    name_of(path, number, "receipt");
    assert_int_equal(file_write(path, (const uint8_t *)&number, sizeof number, 0), POBF_OK);
}

static inline void leaf_of(uint8_t leaf[POBF_MERKLE_BYTES], uint64_t number)
{
    assert_int_equal(pobf_merkle_leaf(leaf, (const uint8_t *)&number, sizeof number), POBF_OK);
}

static inline int has_proof(uint64_t number)
{
    char path[PLACE_ROOM];

    name_of(path, number, LEDGER_PROOF);
    return access(path, F_OK) == 0;
}

static inline int proof_holds(uint64_t number)
{
    struct checkpoint checkpoint;
    char path[PLACE_ROOM];
    struct note_key log;
    uint8_t *bytes;
    size_t size;
    int holds;

    name_of(path, number, LEDGER_PROOF);
    assert_int_equal(note_key_make(&log, "a/log", NOTE_SIGNATURE, fake.public_key), POBF_OK);
    holds = file_read(&bytes, &size, path, INCLUSION_MAX) == POBF_OK &&
            inclusion_verify(&checkpoint, (const char *)bytes, size, (const uint8_t *)&number,
                             sizeof number, &log) == POBF_OK;
    file_free(bytes, size);
    return holds;
}

static inline struct courier_counts counts(void)
{
    struct courier_counts seen;

    courier_count(courier, &seen);
    return seen;
}

/* Serve until it holds, for a long while at most. */
#define UNTIL(holds)                                                                               \
    do {                                                                                           \
        const int64_t patience_ms = clock_ms() + PATIENCE_MS;                                      \
        while (!(holds)) {                                                                         \
            assert_true(clock_ms() < patience_ms);                                                 \
            event_base_loop(http_base(http), EVLOOP_NONBLOCK);                                     \
            usleep(1000);                                                                          \
        }                                                                                          \
    } while (0)

static inline int faked_log_begin(void **state)
{
    const struct http_options options = {
        .listen = "127.0.0.1:0", .body_max = 1024, .timeout_s = 60, .connections_max = 64};
    char text[NOTE_KEY_ROOM];
    struct note_key log;

    (void)state;
    memset(&fake, 0, sizeof fake);
    crypto_sign_keypair(fake.public_key, fake.secret_key);
    snprintf(folder, sizeof folder, "%s/pobf-courier-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (mkdtemp(folder) == NULL ||
        http_open(&http, &options, routes, sizeof routes / sizeof routes[0], NULL) != POBF_OK ||
        note_key_make(&log, "a/log", NOTE_SIGNATURE, fake.public_key) != POBF_OK) {
        return -1;
    }
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", http_port(http));
    snprintf(key_path, sizeof key_path, "%s/vkey", folder);
    note_key_print(text, &log);
    return file_write(key_path, (const uint8_t *)text, strlen(text), 0) == POBF_OK ? 0 : -1;
}

static inline int faked_log_end(void **state)
{
    char command[128];

    (void)state;
    http_close(http);
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

#endif
