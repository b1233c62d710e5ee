#ifndef POBF_TESTS_VERIFIER_LOG_FIXTURE_H
#define POBF_TESTS_VERIFIER_LOG_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ftw.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "framework/wire/receipt.h"
#include "verifier/log/sequencer.h"
#include "verifier/log/tree.h"

/* A folder for one test, the key of a log in it, and entries to fill it with. */
enum { FIXTURE_PATH_ROOM = 256, FIXTURE_ENTRY_ROOM = 32 };

static const char fixture_origin[] = "log.example/pobf";

struct fixture {
    char folder[FIXTURE_PATH_ROOM]; /* of the log; its parent is the test's */
    char parent[FIXTURE_PATH_ROOM];
    struct key *key;
};

static inline int fixture_remove_one(const char *path, const struct stat *facts, int kind,
                                     struct FTW *where)
{
    (void)facts;
    (void)kind;
    (void)where;
    return remove(path);
}

static inline void fixture_remove(const char *path)
{
    (void)nftw(path, fixture_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline int fixture_make(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    /* In memory where there is such a folder: what is tested is the order of calls, not a disk. */
    snprintf(f->parent, sizeof f->parent, "%s/pobf-log-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (sodium_init() < 0 || mkdtemp(f->parent) == NULL ||
        key_generate(&f->key, KEY_EDDSA) != POBF_OK) {
        free(f);
        return -1;
    }
    snprintf(f->folder, sizeof f->folder, "%.200s/log", f->parent);
    *state = f;
    return sequencer_create(f->folder, fixture_origin, f->key) == POBF_OK ? 0 : -1;
}

static inline int fixture_end(void **state)
{
    struct fixture *f = *state;

    fixture_remove(f->parent);
    key_close(f->key);
    free(f);
    return 0;
}

static inline struct sequencer *fixture_open(const struct fixture *f)
{
    struct sequencer *log;

    assert_int_equal(sequencer_open(&log, f->folder, f->key), POBF_OK);
    return log;
}

/* Entry `index`: all are of different lengths and content. */
static inline struct entry fixture_entry(uint8_t room[FIXTURE_ENTRY_ROOM], uint64_t index)
{
    const int size = snprintf((char *)room, FIXTURE_ENTRY_ROOM, "entry %llu of a log",
                              (unsigned long long)index);

    return (struct entry){room, (size_t)size};
}

/* Append entries `from` .. `to` - 1, as one batch. */
static inline enum pobf_status fixture_append(struct sequencer *log, uint64_t from, uint64_t to)
{
    static uint8_t rooms[SEQUENCER_BATCH_MAX][FIXTURE_ENTRY_ROOM];
    static struct entry entries[SEQUENCER_BATCH_MAX];
    uint64_t index;

    for (uint64_t i = from; i < to; i++) {
        entries[i - from] = fixture_entry(rooms[i - from], i);
    }
    return sequencer_append(log, entries, to - from, &index);
}

/* The root by the definition alone: RFC 9162, section 2.1.1. */
static inline void fixture_root(uint8_t root[POBF_MERKLE_BYTES], uint64_t from, uint64_t to)
{
    uint8_t room[FIXTURE_ENTRY_ROOM], left[POBF_MERKLE_BYTES], right[POBF_MERKLE_BYTES];
    uint64_t width = 1;

    if (to - from == 1) {
        const struct entry entry = fixture_entry(room, from);

        assert_int_equal(pobf_merkle_leaf(root, entry.bytes, entry.size), POBF_OK);
        return;
    }
    while (2 * width < to - from) {
        width *= 2;
    }
    fixture_root(left, from, from + width);
    fixture_root(right, from + width, to);
    assert_int_equal(pobf_merkle_node(root, left, right), POBF_OK);
}

/* Each byte of a file below the log's folder, changed in place. */
static inline void fixture_flip(const struct fixture *f, const char *name, long at)
{
    char path[2 * FIXTURE_PATH_ROOM];
    FILE *file;
    int byte;

    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    byte = fgetc(file);
    assert_int_not_equal(byte, EOF);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    assert_int_not_equal(fputc(byte ^ 1, file), EOF);
    assert_int_equal(fclose(file), 0);
}

#endif
