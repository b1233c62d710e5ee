#include "tests/verifier/log/fixture.h"

#include "edge/cli/file.h"
#include "verifier/log/audit.h"

/* 600 entries: two full tiles of hashes, a partial one, and one level above them. */
enum { ENTRIES = 600 };

static const char *const pieces[] = {
    "tile/entries/000", "tile/entries/002.p/88", "tile/0/000", "tile/0/001",
    "tile/0/002.p/88",  "tile/1/000.p/2",        "checkpoint",
};
enum { PIECES = sizeof pieces / sizeof pieces[0] };

static struct audit_trust trust;

static int make(void **state)
{
    struct sequencer *log;

    if (fixture_make(state) != 0) {
        return -1;
    }
    log = fixture_open(*state);
    trust.log = *sequencer_key(log);
    assert_int_equal(fixture_append(log, 0, ENTRIES), POBF_OK);
    assert_int_equal(sequencer_publish(log), POBF_OK);
    sequencer_close(log);
    return 0;
}

static struct checks checks; /* of the last audit */

static enum checks_verdict audit(const struct fixture *f)
{
    struct checkpoint checkpoint;
    struct mirror *mirror;
    char *bytes;
    size_t size;

    checks.count = 0;
    assert_int_equal(mirror_open(&mirror, f->folder), POBF_OK);
    assert_int_equal(mirror_checkpoint(mirror, &bytes, &size), POBF_OK);
    if (audit_checkpoint(&checks, &checkpoint, bytes, size, &trust) == POBF_OK) {
        audit_entries(&checks, mirror, &checkpoint, NULL);
    }
    file_free((uint8_t *)bytes, size);
    mirror_close(mirror);
    return checks_verdict(&checks);
}

static void a_whole_log_is_affirmed(void **state)
{
    assert_int_equal(audit(*state), VERDICT_AFFIRMED);
}

static void a_flip_in_any_piece_is_refused(void **state)
{
    for (size_t i = 0; i < PIECES; i++) {
        for (long at = 0; at < 64; at += 9) {
            fixture_flip(*state, pieces[i], at);
            assert_int_not_equal(audit(*state), VERDICT_AFFIRMED);
            fixture_flip(*state, pieces[i], at);
        }
    }
    assert_int_equal(audit(*state), VERDICT_AFFIRMED); /* control */
}

static void a_piece_that_is_missing_or_cut_is_not_affirmed(void **state)
{
    const struct fixture *f = *state;

    for (size_t i = 0; i < PIECES - 1; i++) {
        char path[2 * FIXTURE_PATH_ROOM];
        uint8_t *bytes;
        size_t size;

        snprintf(path, sizeof path, "%s/%s", f->folder, pieces[i]);
        assert_int_equal(file_read(&bytes, &size, path, 1 << 20), POBF_OK);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(audit(f), VERDICT_CANNOT_TELL);
        assert_int_equal(file_write(path, bytes, size - 1, 0), POBF_OK);
        assert_int_not_equal(audit(f), VERDICT_AFFIRMED);
        assert_int_equal(file_write(path, bytes, size, 0), POBF_OK);
        file_free(bytes, size);
    }
    assert_int_equal(audit(f), VERDICT_AFFIRMED); /* control */
}

static void swapped_bundles_are_refused(void **state)
{
    const struct fixture *f = *state;
    char path[3][2 * FIXTURE_PATH_ROOM];

    for (int i = 0; i < 3; i++) {
        snprintf(path[i], sizeof path[i], "%s/tile/entries/%s", f->folder,
                 i == 0   ? "000"
                 : i == 1 ? "001"
                          : "away");
    }
    for (int turn = 0; turn < 2; turn++) {
        assert_int_equal(rename(path[0], path[2]), 0);
        assert_int_equal(rename(path[1], path[0]), 0);
        assert_int_equal(rename(path[2], path[1]), 0);
        assert_int_equal(audit(f), turn == 0 ? VERDICT_REFUSED : VERDICT_AFFIRMED);
    }
}

/* The same origin and key, other entries: each is whole by itself. */
static void a_fork_is_no_continuation(void **state)
{
    const struct fixture *f = *state;
    struct checks good = {.count = 0}, bad = {.count = 0};
    struct checkpoint old = {.size = 300}, new = {.size = ENTRIES};
    struct mirror *mirror;

    fixture_root(old.root, 0, old.size);
    fixture_root(new.root, 0, new.size);
    assert_int_equal(mirror_open(&mirror, f->folder), POBF_OK);
    audit_consistency(&good, mirror, &old, &new);
    assert_int_equal(checks_verdict(&good), VERDICT_AFFIRMED); /* control */
    fixture_root(old.root, 1, old.size + 1);
    audit_consistency(&bad, mirror, &old, &new);
    assert_int_equal(checks_verdict(&bad), VERDICT_REFUSED);
    mirror_close(mirror);
}

/* 1 where a check that failed says so, in what was seen. */
static int says(const char *id, const char *text)
{
    for (size_t i = 0; i < checks.count; i++) {
        const struct check *check = &checks.item[i];

        if (check->result == CHECK_FAIL && strcmp(check->id, id) == 0) {
            return strstr(check->seen, text) != NULL;
        }
    }
    return 0;
}

/* Growth from 300 entries on, by the tiles of the folder; kept in `checks`. */
static enum checks_verdict compare(const struct fixture *f)
{
    struct checkpoint old = {.size = 300}, new = {.size = ENTRIES};
    struct mirror *mirror;

    checks.count = 0;
    fixture_root(old.root, 0, old.size);
    fixture_root(new.root, 0, new.size);
    assert_int_equal(mirror_open(&mirror, f->folder), POBF_OK);
    audit_consistency(&checks, mirror, &old, &new);
    mirror_close(mirror);
    return checks_verdict(&checks);
}

static void path_to(char path[2 * FIXTURE_PATH_ROOM], const char *folder, const char *name)
{
    snprintf(path, 2 * FIXTURE_PATH_ROOM, "%s/%s", folder, name);
}

/* A log beside it, under the same key, with other entries. */
static void make_foreign(char folder[FIXTURE_PATH_ROOM], const struct fixture *f,
                         const char *origin, const struct key *key)
{
    struct sequencer *log;

    snprintf(folder, FIXTURE_PATH_ROOM, "%.200s/foreign", f->parent);
    fixture_remove(folder);
    assert_int_equal(sequencer_create(folder, origin, key), POBF_OK);
    assert_int_equal(sequencer_open(&log, folder, key), POBF_OK);
    assert_int_equal(fixture_append(log, 1, ENTRIES + 1), POBF_OK);
    assert_int_equal(sequencer_publish(log), POBF_OK);
    sequencer_close(log);
}

/* What takes the place of a tile, and of how it is told. */
enum { CUT, REORDERED, FOREIGN, SPOILS };

static void spoil(const struct fixture *f, const char *name, int how)
{
    char path[2 * FIXTURE_PATH_ROOM], folder[FIXTURE_PATH_ROOM];
    uint8_t *bytes, swapped[POBF_MERKLE_BYTES];
    size_t size;

    path_to(path, f->folder, name);
    if (how == FOREIGN) {
        char other[2 * FIXTURE_PATH_ROOM];

        make_foreign(folder, f, "foreign.example/pobf", f->key);
        path_to(other, folder, name);
        assert_int_equal(rename(other, path), 0);
        return;
    }
    assert_int_equal(file_read(&bytes, &size, path, 1 << 20), POBF_OK);
    memcpy(swapped, bytes, sizeof swapped);
    memmove(bytes, bytes + sizeof swapped, sizeof swapped);
    memcpy(bytes + sizeof swapped, swapped, sizeof swapped);
    assert_int_equal(file_write(path, bytes, how == CUT ? size - POBF_MERKLE_BYTES : size, 0),
                     POBF_OK);
    file_free(bytes, size);
}

static void a_tile_that_is_cut_reordered_or_foreign_is_refused_by_its_name(void **state)
{
    static const char *const tiles[] = {"tile/0/000", "tile/0/001", "tile/0/002.p/88",
                                        "tile/1/000.p/2"};
    const struct fixture *f = *state;
    int found = 0;

    for (size_t i = 0; i < sizeof tiles / sizeof tiles[0]; i++) {
        for (int how = 0; how < SPOILS; how++) {
            char path[2 * FIXTURE_PATH_ROOM];
            uint8_t *bytes;
            size_t size;

            path_to(path, f->folder, tiles[i]);
            assert_int_equal(file_read(&bytes, &size, path, 1 << 20), POBF_OK);
            spoil(f, tiles[i], how);
            assert_int_equal(audit(f), VERDICT_REFUSED);
            assert_true(says("log.tiles", tiles[i]));
            if (compare(f) != VERDICT_AFFIRMED) { /* not each is part of this proof */
                assert_true(says("consistency.path", tiles[i]));
                found++;
            }
            assert_int_equal(file_write(path, bytes, size, 0), POBF_OK);
            file_free(bytes, size);
        }
    }
    assert_in_range(found, 4, sizeof tiles / sizeof tiles[0] * SPOILS);
    assert_int_equal(audit(f), VERDICT_AFFIRMED); /* control */
    assert_int_equal(compare(f), VERDICT_AFFIRMED);
}

static void a_bundle_of_another_log_is_refused_by_its_tile(void **state)
{
    const struct fixture *f = *state;
    char path[2 * FIXTURE_PATH_ROOM];
    uint8_t *bytes;
    size_t size;

    path_to(path, f->folder, "tile/entries/001");
    assert_int_equal(file_read(&bytes, &size, path, 1 << 20), POBF_OK);
    spoil(f, "tile/entries/001", FOREIGN);
    assert_int_equal(audit(f), VERDICT_REFUSED);
    assert_true(says("log.tiles", "tile/0/001"));
    assert_int_equal(file_write(path, bytes, size, 0), POBF_OK);
    file_free(bytes, size);
    assert_int_equal(audit(f), VERDICT_AFFIRMED); /* control */
}

/* All of it is another log, whole by itself: of another origin, or signed with another key. */
static void a_log_of_another_origin_or_key_is_refused(void **state)
{
    const struct fixture *f = *state;
    struct fixture foreign = *f;
    struct key *key;

    assert_int_equal(key_generate(&key, KEY_EDDSA), POBF_OK);
    make_foreign(foreign.folder, f, fixture_origin, key);
    assert_int_equal(audit(&foreign), VERDICT_REFUSED);
    assert_true(says("log.signature", "no signature by this key"));
    make_foreign(foreign.folder, f, "foreign.example/pobf", f->key);
    assert_int_equal(audit(&foreign), VERDICT_REFUSED);
    assert_true(says("log.origin", "foreign.example/pobf"));
    make_foreign(foreign.folder, f, fixture_origin, f->key);
    assert_int_equal(audit(&foreign), VERDICT_AFFIRMED); /* control: it is the key and the name */
    key_close(key);
}

static void a_log_that_shrank_is_refused(void **state)
{
    const struct fixture *f = *state;
    struct checkpoint old = {.size = ENTRIES + 1}, new = {.size = ENTRIES};
    struct mirror *mirror;

    checks.count = 0;
    assert_int_equal(mirror_open(&mirror, f->folder), POBF_OK);
    audit_consistency(&checks, mirror, &old, &new);
    assert_int_equal(checks_verdict(&checks), VERDICT_REFUSED);
    mirror_close(mirror);
}

static void a_witness_key_is_no_key_of_a_log(void **state)
{
    struct note_key witness;

    assert_int_equal(
        note_key_make(&witness, trust.log.name, NOTE_COSIGNATURE, trust.log.public_key), POBF_OK);
    trust.log = witness;
    assert_int_equal(audit(*state), VERDICT_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_log_is_affirmed),
        cmocka_unit_test(a_flip_in_any_piece_is_refused),
        cmocka_unit_test(a_piece_that_is_missing_or_cut_is_not_affirmed),
        cmocka_unit_test(swapped_bundles_are_refused),
        cmocka_unit_test(a_fork_is_no_continuation),
        cmocka_unit_test(a_tile_that_is_cut_reordered_or_foreign_is_refused_by_its_name),
        cmocka_unit_test(a_bundle_of_another_log_is_refused_by_its_tile),
        cmocka_unit_test(a_log_of_another_origin_or_key_is_refused),
        cmocka_unit_test(a_log_that_shrank_is_refused),
        cmocka_unit_test(a_witness_key_is_no_key_of_a_log),
    };

    return cmocka_run_group_tests(tests, make, fixture_end);
}
