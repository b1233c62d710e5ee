#include "verifier/log/places.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

/*
 * With a log written ahead a power cut takes the last entries of the index at most; an index that
 * is not understood is an error, and may be removed.
 */
static const char schema[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                             "CREATE TABLE IF NOT EXISTS places"
                             " (leaf BLOB PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;"
                             "CREATE TABLE IF NOT EXISTS caught_up"
                             " (id INTEGER PRIMARY KEY CHECK (id = 0), size INTEGER NOT NULL);"
                             "INSERT OR IGNORE INTO caught_up VALUES (0, 0)";

enum statement { FIND, PUT, SIZE, SET_SIZE, STATEMENTS };

static const char *const texts[STATEMENTS] = {
    [FIND] = "SELECT place FROM places WHERE leaf = ?1",
    [PUT] = "INSERT OR REPLACE INTO places (leaf, place) VALUES (?1, ?2)",
    [SIZE] = "SELECT size FROM caught_up",
    [SET_SIZE] = "UPDATE caught_up SET size = ?1",
};

struct places {
    sqlite3 *database;
    sqlite3_stmt *made[STATEMENTS];
    int is_checked; /* 1: it was caught up with the log since it was opened */
};

static enum pobf_status run(struct places *places, const char *text)
{
    return sqlite3_exec(places->database, text, NULL, NULL, NULL) == SQLITE_OK ? POBF_OK
                                                                               : POBF_E_SYSTEM;
}

enum pobf_status places_open(struct places **places, const char *path)
{
    struct places *made = calloc(1, sizeof *made);
    int failed = made == NULL || sqlite3_open(path, &made->database) != SQLITE_OK ||
                 run(made, schema) != POBF_OK;

    for (int i = 0; i < STATEMENTS && !failed; i++) {
        failed =
            sqlite3_prepare_v2(made->database, texts[i], -1, &made->made[i], NULL) != SQLITE_OK;
    }
    if (failed) {
        places_close(made);
    }
    *places = failed ? NULL : made;
    return failed ? POBF_E_SYSTEM : POBF_OK;
}

void places_close(struct places *places)
{
    if (places == NULL) {
        return;
    }
    for (int i = 0; i < STATEMENTS; i++) {
        sqlite3_finalize(places->made[i]);
    }
    sqlite3_close(places->database);
    free(places);
}

/* Of a query with one number for an answer. */
static enum pobf_status step_number(sqlite3_stmt *statement, uint64_t *number)
{
    const int step = sqlite3_step(statement);

    *number = step == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    if (step == SQLITE_ROW) {
        return POBF_OK;
    }
    return step == SQLITE_DONE ? POBF_E_MISSING : POBF_E_SYSTEM;
}

static enum pobf_status step_done(sqlite3_stmt *statement)
{
    const int step = sqlite3_step(statement);

    sqlite3_reset(statement);
    return step == SQLITE_DONE ? POBF_OK : POBF_E_SYSTEM;
}

enum pobf_status places_find(struct places *places, struct mirror *mirror, uint64_t *index,
                             const uint8_t leaf[POBF_MERKLE_BYTES], uint64_t size)
{
    sqlite3_stmt *statement = places->made[FIND];
    uint8_t there[POBF_MERKLE_BYTES];
    enum pobf_status status =
        sqlite3_bind_blob(statement, 1, leaf, POBF_MERKLE_BYTES, SQLITE_TRANSIENT) == SQLITE_OK
            ? step_number(statement, index)
            : POBF_E_SYSTEM;

    if (status == POBF_OK && *index < size) {
        status = mirror_node(mirror, there, 0, *index, size);
    } else if (status == POBF_OK) {
        status = POBF_E_MISSING;
    }
    if (status == POBF_OK && memcmp(there, leaf, sizeof there) != 0) {
        status = POBF_E_MISSING;
    }
    return status;
}

/* It has its place already where one before this one is its own; what else is there is stale. */
static enum pobf_status put(struct places *places, struct mirror *mirror, uint64_t index,
                            uint64_t size)
{
    sqlite3_stmt *statement = places->made[PUT];
    uint8_t leaf[POBF_MERKLE_BYTES];
    enum pobf_status status = mirror_node(mirror, leaf, 0, index, size);
    uint64_t first;

    if (status == POBF_OK) {
        status = places_find(places, mirror, &first, leaf, size);
    }
    if (status != POBF_E_MISSING && (status != POBF_OK || first <= index)) {
        return status;
    }
    return sqlite3_bind_blob(statement, 1, leaf, sizeof leaf, SQLITE_TRANSIENT) == SQLITE_OK &&
                   sqlite3_bind_int64(statement, 2, (sqlite3_int64)index) == SQLITE_OK
               ? step_done(statement)
               : POBF_E_SYSTEM;
}

static enum pobf_status put_all(struct places *places, struct mirror *mirror, uint64_t from,
                                uint64_t size)
{
    enum pobf_status status = POBF_OK;

    for (uint64_t index = from; index < size && status == POBF_OK; index++) {
        status = put(places, mirror, index, size);
    }
    if (status == POBF_OK &&
        sqlite3_bind_int64(places->made[SET_SIZE], 1, (sqlite3_int64)size) != SQLITE_OK) {
        status = POBF_E_SYSTEM;
    }
    return status == POBF_OK ? step_done(places->made[SET_SIZE]) : status;
}

/* POBF_OK where the last entry that it knows is in this log as well; POBF_E_MISSING: it is of another. */
static enum pobf_status check_last(struct places *places, struct mirror *mirror, uint64_t known,
                                   uint64_t size)
{
    uint8_t leaf[POBF_MERKLE_BYTES];
    enum pobf_status status = known > size ? POBF_E_MISSING : POBF_OK;
    uint64_t index;

    if (status == POBF_OK && known > 0) {
        status = mirror_node(mirror, leaf, 0, known - 1, size);
    }
    return status == POBF_OK && known > 0 ? places_find(places, mirror, &index, leaf, size)
                                          : status;
}

enum pobf_status places_catch_up(struct places *places, struct mirror *mirror, uint64_t size)
{
    uint64_t known;
    enum pobf_status status = step_number(places->made[SIZE], &known);

    if (status != POBF_OK || (known == size && places->is_checked)) {
        return status;
    }
    status = check_last(places, mirror, known, size);
    if (status != POBF_OK && status != POBF_E_MISSING) {
        return status;
    }
    known = status == POBF_OK ? known : 0;
    status = run(places, "BEGIN");
    if (status == POBF_OK && known == 0) {
        status = run(places, "DELETE FROM places");
    }
    if (status == POBF_OK) {
        status = put_all(places, mirror, known, size);
    }
    if (status == POBF_OK) {
        status = run(places, "COMMIT");
    }
    if (status != POBF_OK && sqlite3_get_autocommit(places->database) == 0) {
        (void)sqlite3_exec(places->database, "ROLLBACK", NULL, NULL, NULL);
    }
    places->is_checked = status == POBF_OK;
    return status;
}
