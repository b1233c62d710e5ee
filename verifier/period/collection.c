#include "verifier/period/collection.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "edge/cli/object.h"
#include "edge/statement/alarm.h"
#include "edge/statement/intent.h"
#include "verifier/hardware/hardware.h"

enum put {
    PUT_RECEIPT,
    PUT_CRASH,
    PUT_OPEN,
    PUT_ALARM,
    PUT_BOOT,
    PUT_CERTIFICATE,
    PUT_HARDWARE,
    PUT_JOURNAL,
    PUT_BAD,
    PUT_FILE,
    PUTS
};

struct collection {
    sqlite3 *database;
    sqlite3_stmt *put[PUTS];
    int failed;
};

static const char schema[] =
    "PRAGMA journal_mode = OFF;"
    "CREATE TABLE receipt(path TEXT, boot BLOB, sequence INTEGER, issued INTEGER, digest BLOB"
    " UNIQUE, previous BLOB, measurement BLOB, exit INTEGER, zone INTEGER, mismatches INTEGER,"
    " steps INTEGER, bytes BLOB, result INTEGER DEFAULT 0, reason TEXT);"
    "CREATE TABLE crash(boot BLOB, sequence INTEGER, digest BLOB UNIQUE, at INTEGER);"
    "CREATE TABLE open(boot BLOB, sequence INTEGER, at INTEGER, UNIQUE(boot, sequence));"
    "CREATE TABLE log_alarm(at INTEGER, log TEXT, kind TEXT, before INTEGER, after INTEGER,"
    " path TEXT);"
    "CREATE TABLE boot(boot BLOB PRIMARY KEY, path TEXT, platform INTEGER, backend INTEGER,"
    " measurement BLOB, policy BLOB, monitor BLOB, certificate BLOB, key BLOB, bytes BLOB);"
    "CREATE TABLE certificate(digest BLOB PRIMARY KEY, path TEXT, verified INTEGER,"
    " proved INTEGER, goals INTEGER, issued INTEGER);"
    "CREATE TABLE hardware(at INTEGER, tee TEXT, verdict TEXT, tcb TEXT, path TEXT);"
    "CREATE TABLE journal(path TEXT);"
    "CREATE TABLE bad(path TEXT, kind TEXT, reason TEXT, readable INTEGER);"
    "CREATE TABLE file(kind TEXT);"
    "BEGIN;";

static const char *const puts_of[PUTS] = {
    [PUT_RECEIPT] = "INSERT OR IGNORE INTO receipt(path, boot, sequence, issued, digest, previous,"
                    " measurement, exit, zone, mismatches, steps, bytes)"
                    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PUT_CRASH] = "INSERT OR IGNORE INTO crash VALUES(?, ?, ?, ?)",
    [PUT_OPEN] = "INSERT OR IGNORE INTO open VALUES(?, ?, ?)",
    [PUT_ALARM] = "INSERT INTO log_alarm VALUES(?, ?, ?, ?, ?, ?)",
    [PUT_BOOT] = "INSERT OR IGNORE INTO boot VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [PUT_CERTIFICATE] = "INSERT OR IGNORE INTO certificate VALUES(?, ?, ?, ?, ?, ?)",
    [PUT_HARDWARE] = "INSERT INTO hardware VALUES(?, ?, ?, ?, ?)",
    [PUT_JOURNAL] = "INSERT INTO journal VALUES(?)",
    [PUT_BAD] = "INSERT INTO bad VALUES(?, ?, ?, ?)",
    [PUT_FILE] = "INSERT INTO file VALUES(?)",
};

enum pobf_status collection_open(struct collection **collection)
{
    struct collection *made = calloc(1, sizeof *made);

    *collection = made;
    if (made == NULL) {
        return POBF_E_SYSTEM;
    }
    /* No name: a temporary file that nobody else sees, in memory as far as a small cache goes. */
    made->failed = sqlite3_open("", &made->database) != SQLITE_OK ||
                   sqlite3_exec(made->database, schema, NULL, NULL, NULL) != SQLITE_OK;
    for (size_t i = 0; i < PUTS && !made->failed; i++) {
        made->failed =
            sqlite3_prepare_v2(made->database, puts_of[i], -1, &made->put[i], NULL) != SQLITE_OK;
    }
    return made->failed ? POBF_E_SYSTEM : POBF_OK;
}

void collection_close(struct collection *collection)
{
    if (collection == NULL) {
        return;
    }
    for (size_t i = 0; i < PUTS; i++) {
        sqlite3_finalize(collection->put[i]);
    }
    sqlite3_close(collection->database);
    free(collection);
}

int collection_failed(const struct collection *collection)
{
    return collection->failed;
}

/* The values of a row, from left to right; where one cannot be bound, nothing is put. */
struct row {
    sqlite3_stmt *statement;
    int column;
    int failed;
};

static struct row begin(struct collection *collection, enum put put)
{
    sqlite3_reset(collection->put[put]);
    return (struct row){.statement = collection->put[put]};
}

static void add_number(struct row *row, uint64_t number)
{
    row->failed |= sqlite3_bind_int64(row->statement, ++row->column, (sqlite3_int64)number);
}

static void add_text(struct row *row, const char *text)
{
    row->failed |= sqlite3_bind_text(row->statement, ++row->column, text, -1, SQLITE_TRANSIENT);
}

static void add_bytes(struct row *row, const void *bytes, size_t size)
{
    row->failed |=
        sqlite3_bind_blob64(row->statement, ++row->column, bytes, size, SQLITE_TRANSIENT);
}

/* Returns 1 where a row was added, 0 where there was one of the same key. */
static int end(struct collection *collection, const struct row *row)
{
    if (row->failed != SQLITE_OK || sqlite3_step(row->statement) != SQLITE_DONE) {
        collection->failed = 1;
    }
    sqlite3_reset(row->statement);
    return sqlite3_changes(collection->database) == 1;
}

static int is_countable(const struct pobf_receipt *receipt)
{
    return receipt->sequence <= INT64_MAX && receipt->issued_at_s <= INT64_MAX &&
           receipt->zone_bytes <= INT64_MAX && receipt->mismatches <= INT64_MAX &&
           receipt->steps <= INT64_MAX;
}

enum pobf_status collection_add_receipt(struct collection *collection, const char *path,
                                        const uint8_t *bytes, size_t size)
{
    struct pobf_receipt receipt;
    uint8_t digest[POBF_DIGEST_BYTES];
    struct row row = begin(collection, PUT_RECEIPT);

    if (pobf_receipt_parse(&receipt, bytes, size) != POBF_OK || !is_countable(&receipt)) {
        return POBF_E_INPUT;
    }
    crypto_hash_sha256(digest, bytes, size);
    add_text(&row, path);
    add_bytes(&row, receipt.boot_id, sizeof receipt.boot_id);
    add_number(&row, receipt.sequence);
    add_number(&row, receipt.issued_at_s);
    add_bytes(&row, digest, sizeof digest);
    add_bytes(&row, receipt.previous, sizeof receipt.previous);
    add_bytes(&row, receipt.measurement, sizeof receipt.measurement);
    add_number(&row, receipt.exit);
    add_number(&row, receipt.zone_bytes);
    add_number(&row, receipt.mismatches);
    add_number(&row, receipt.steps);
    add_bytes(&row, bytes, size);
    end(collection, &row);
    return POBF_OK;
}

static int is_countable_intent(const struct intent *intent)
{
    return intent->sequence <= INT64_MAX && intent->at_s <= INT64_MAX;
}

enum pobf_status collection_add_crash(struct collection *collection, const uint8_t *bytes,
                                      size_t size)
{
    struct row row = begin(collection, PUT_CRASH);
    uint8_t digest[POBF_DIGEST_BYTES];
    struct intent intent;

    if (intent_parse(&intent, bytes, size) != POBF_OK || !is_countable_intent(&intent)) {
        return POBF_E_INPUT;
    }
    crypto_hash_sha256(digest, bytes, size);
    add_bytes(&row, intent.boot_id, sizeof intent.boot_id);
    add_number(&row, intent.sequence);
    add_bytes(&row, digest, sizeof digest);
    add_number(&row, intent.at_s);
    end(collection, &row);
    return POBF_OK;
}

enum pobf_status collection_add_open(struct collection *collection, const struct intent *intent)
{
    struct row row = begin(collection, PUT_OPEN);

    if (!is_countable_intent(intent)) {
        return POBF_E_INPUT;
    }
    add_bytes(&row, intent->boot_id, sizeof intent->boot_id);
    add_number(&row, intent->sequence);
    add_number(&row, intent->at_s);
    end(collection, &row);
    return POBF_OK;
}

enum pobf_status collection_add_alarm(struct collection *collection, const char *path,
                                      const uint8_t *bytes, size_t size)
{
    struct row row = begin(collection, PUT_ALARM);
    struct checkpoint before, after;
    struct alarm alarm;

    if (alarm_parse(&alarm, bytes, size) != POBF_OK ||
        alarm_open(&before, &after, &alarm) != POBF_OK) {
        return POBF_E_INPUT;
    }
    add_number(&row, alarm.at_s);
    add_text(&row, alarm.log.name);
    add_text(&row, alarm_word(alarm.kind));
    add_number(&row, before.size);
    add_number(&row, after.size);
    add_text(&row, path);
    end(collection, &row);
    return POBF_OK;
}

static int has_key(struct collection *collection, const struct pobf_evidence *evidence)
{
    static const char query[] = "SELECT 1 FROM boot WHERE boot = ? AND key = ?";
    sqlite3_stmt *statement;
    struct row row;
    int found;

    if (sqlite3_prepare_v2(collection->database, query, -1, &statement, NULL) != SQLITE_OK) {
        collection->failed = 1;
        return 0;
    }
    row = (struct row){.statement = statement};
    add_bytes(&row, evidence->boot_id, sizeof evidence->boot_id);
    add_bytes(&row, evidence->receipt_key, sizeof evidence->receipt_key);
    found = row.failed == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    return found;
}

enum pobf_status collection_add_boot(struct collection *collection, const char *path,
                                     const struct appraisal *appraisal, const uint8_t *bytes,
                                     size_t size)
{
    const struct pobf_evidence *evidence = &appraisal->evidence;
    struct row row = begin(collection, PUT_BOOT);

    add_bytes(&row, evidence->boot_id, sizeof evidence->boot_id);
    add_text(&row, path);
    add_number(&row, appraisal->platform);
    add_number(&row, evidence->backend);
    add_bytes(&row, evidence->measurement, sizeof evidence->measurement);
    add_bytes(&row, evidence->policy, sizeof evidence->policy);
    add_bytes(&row, evidence->monitor, sizeof evidence->monitor);
    add_bytes(&row, evidence->certificate, sizeof evidence->certificate);
    add_bytes(&row, evidence->receipt_key, sizeof evidence->receipt_key);
    add_bytes(&row, bytes, size);
    return end(collection, &row) || has_key(collection, evidence) ? POBF_OK : POBF_E_REFUSED;
}

void collection_add_certificate(struct collection *collection, const char *path,
                                const struct certificate *certificate, int is_verified)
{
    struct row row = begin(collection, PUT_CERTIFICATE);

    add_bytes(&row, certificate->digest, sizeof certificate->digest);
    add_text(&row, path);
    add_number(&row, (uint64_t)is_verified);
    add_number(&row, certificate->proved);
    add_number(&row, certificate->goals);
    add_number(&row, certificate->issued_at_s);
    end(collection, &row);
}

enum pobf_status collection_add_hardware(struct collection *collection, const char *path,
                                         const uint8_t *bytes, size_t size)
{
    json_t *result = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    const char *tee = json_string_value(json_object_get(result, "tee"));
    const char *verdict = json_string_value(json_object_get(result, "verdict"));
    const char *tcb = json_string_value(json_object_get(result, "tcb_status"));
    const json_t *at = json_object_get(json_object_get(result, "asked"), "at");
    const int is_result = tee != NULL && verdict != NULL && tcb != NULL && json_is_integer(at) &&
                          hardware_find(tee) != NULL;
    struct row row = begin(collection, PUT_HARDWARE);

    if (is_result) {
        add_number(&row, (uint64_t)json_integer_value(at));
        add_text(&row, tee);
        add_text(&row, verdict);
        add_text(&row, tcb);
        add_text(&row, path);
        end(collection, &row);
    }
    json_decref(result);
    return is_result ? POBF_OK : POBF_E_INPUT;
}

void collection_add_journal(struct collection *collection, const char *path)
{
    struct row row = begin(collection, PUT_JOURNAL);

    add_text(&row, path);
    end(collection, &row);
}

void collection_add_bad(struct collection *collection, const char *path, const char *kind,
                        const char *reason, int is_readable)
{
    struct row row = begin(collection, PUT_BAD);

    add_text(&row, path);
    add_text(&row, kind);
    add_text(&row, reason);
    add_number(&row, (uint64_t)is_readable);
    end(collection, &row);
}

void collection_count(struct collection *collection, const char *kind)
{
    struct row row = begin(collection, PUT_FILE);

    add_text(&row, kind);
    end(collection, &row);
}

/* NULL, and the collection failed, where it is no query. */
static sqlite3_stmt *ask(struct collection *collection, const char *query, const struct span *span)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(collection->database, query, -1, &statement, NULL) != SQLITE_OK) {
        collection->failed = 1;
        return NULL;
    }
    if (sqlite3_bind_parameter_count(statement) == 2) {
        sqlite3_bind_int64(statement, 1, span->from_s);
        sqlite3_bind_int64(statement, 2, span->to_s);
    }
    return statement;
}

/* 1 for each row, 0 at the end of them. */
static int next(struct collection *collection, sqlite3_stmt *statement)
{
    const int step = statement != NULL ? sqlite3_step(statement) : SQLITE_DONE;

    collection->failed |= step != SQLITE_ROW && step != SQLITE_DONE;
    return step == SQLITE_ROW;
}

static json_t *bytes_json(const uint8_t *bytes, size_t size)
{
    char text[2 * POBF_DIGEST_BYTES + 1];

    return size > POBF_DIGEST_BYTES ? json_null()
                                    : json_string(sodium_bin2hex(text, sizeof text, bytes, size));
}

static json_t *value_json(sqlite3_stmt *statement, int column)
{
    const int size = sqlite3_column_bytes(statement, column);

    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return json_integer(sqlite3_column_int64(statement, column));
    case SQLITE_TEXT:
        return object_path((const char *)sqlite3_column_text(statement, column));
    case SQLITE_BLOB:
        return bytes_json(sqlite3_column_blob(statement, column), (size_t)size);
    default:
        return json_null();
    }
}

json_t *collection_rows(struct collection *collection, const char *query, const struct span *span)
{
    sqlite3_stmt *statement = ask(collection, query, span);
    json_t *rows = json_array();

    while (next(collection, statement)) {
        json_t *row = json_object();

        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            json_object_set_new(row, sqlite3_column_name(statement, i), value_json(statement, i));
        }
        json_array_append_new(rows, row);
    }
    sqlite3_finalize(statement);
    return rows;
}

int64_t collection_number(struct collection *collection, const char *query, const struct span *span)
{
    sqlite3_stmt *statement = ask(collection, query, span);
    const int64_t number = next(collection, statement) ? sqlite3_column_int64(statement, 0) : 0;

    sqlite3_finalize(statement);
    return number;
}

static void set_result(struct collection *collection, sqlite3_stmt *set, sqlite3_int64 id,
                       const struct collection_result *result)
{
    struct row row = {.statement = set};

    sqlite3_reset(set);
    add_number(&row, (uint64_t)result->result);
    add_text(&row, result->reason);
    add_number(&row, (uint64_t)id);
    end(collection, &row);
}

void collection_judge(struct collection *collection, const struct span *span,
                      struct collection_result (*judge)(void *context,
                                                        const struct collection_pair *pair),
                      void *context)
{
    sqlite3_stmt *receipts = ask(collection,
                                 "SELECT receipt.rowid, receipt.path, receipt.bytes, boot.bytes"
                                 " FROM receipt LEFT JOIN boot USING(boot)"
                                 " WHERE issued BETWEEN ? AND ?",
                                 span);
    sqlite3_stmt *set = NULL;

    if (sqlite3_prepare_v2(collection->database,
                           "UPDATE receipt SET result = ?, reason = ? WHERE rowid = ?", -1, &set,
                           NULL) != SQLITE_OK) {
        collection->failed = 1;
    }
    while (!collection->failed && next(collection, receipts)) {
        const struct collection_pair pair = {
            .path = (const char *)sqlite3_column_text(receipts, 1),
            .receipt_bytes = sqlite3_column_blob(receipts, 2),
            .receipt_size = (size_t)sqlite3_column_bytes(receipts, 2),
            .evidence_bytes = sqlite3_column_blob(receipts, 3),
            .evidence_size = (size_t)sqlite3_column_bytes(receipts, 3),
        };
        const struct collection_result result = judge(context, &pair);

        set_result(collection, set, sqlite3_column_int64(receipts, 0), &result);
    }
    sqlite3_finalize(set);
    sqlite3_finalize(receipts);
}

static void take_bytes(uint8_t *to, size_t size, sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);

    memset(to, 0, size);
    if (bytes != NULL && (size_t)sqlite3_column_bytes(statement, column) == size) {
        memcpy(to, bytes, size);
    }
}

/* From when on the calls that a gap is about may have been made, and until when. */
struct reach {
    int64_t from_s, until_s;
};

/*
 * Between what is at both ends, whose times a clock that was set may have turned around. Numbers before
 * the first one are of any time before it.
 */
static struct reach reach_of(const struct gap *gap, const int64_t *before_s, int64_t at_s)
{
    const int64_t other_s = before_s != NULL           ? *before_s
                            : gap->kind == GAP_MISSING ? INT64_MIN
                                                       : at_s;

    return other_s < at_s ? (struct reach){other_s, at_s} : (struct reach){at_s, other_s};
}

static void take_link(struct gap_link *link, sqlite3_stmt *links)
{
    take_bytes(link->boot_id, sizeof link->boot_id, links, 0);
    link->sequence = (uint64_t)sqlite3_column_int64(links, 1);
    take_bytes(link->digest, sizeof link->digest, links, 2);
    take_bytes(link->previous, sizeof link->previous, links, 3);
    link->source = (enum gap_source)sqlite3_column_int(links, 5);
    link->at_s = (uint64_t)sqlite3_column_int64(links, 4);
}

/* One query, in the order of gaps_between. */
static const char links_query[] =
    "SELECT boot, sequence, digest, previous, issued, 0 FROM receipt"
    " UNION ALL SELECT boot, sequence, digest, NULL, at, 1 FROM crash"
    " UNION ALL SELECT boot, sequence, NULL, NULL, at, 2 FROM open ORDER BY 1, 2, 6, 3";

_Static_assert(GAP_OF_RECEIPT == 0 && GAP_OF_CRASH == 1 && GAP_OF_INTENT == 2,
               "the query has these numbers");

void collection_gaps(struct collection *collection, const struct span *span,
                     void (*tell)(void *context, const struct gap *gap), void *context)
{
    sqlite3_stmt *links = ask(collection, links_query, span);
    struct gap_link link, before = {.sequence = 0};
    int has_before = 0;

    while (next(collection, links)) {
        struct gap found[GAPS_BETWEEN];
        int64_t before_s;
        size_t count;
        int goes_on;

        take_link(&link, links);
        goes_on = has_before && memcmp(before.boot_id, link.boot_id, sizeof link.boot_id) == 0;
        if (goes_on && gaps_is_closed(&before, &link)) {
            continue;
        }
        before_s = (int64_t)before.at_s;
        count = gaps_between(found, has_before ? &before : NULL, &link);
        for (size_t i = 0; i < count; i++) {
            const struct reach reach =
                reach_of(&found[i], goes_on ? &before_s : NULL, (int64_t)link.at_s);

            if (reach.from_s <= span->to_s && reach.until_s >= span->from_s) {
                tell(context, &found[i]);
            }
        }
        before = link;
        has_before = 1;
    }
    sqlite3_finalize(links);
}
