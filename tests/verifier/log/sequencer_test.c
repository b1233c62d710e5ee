#include "tests/verifier/log/fixture.h"

#include "edge/cli/file.h"

static const uint64_t sizes[] = {1, 2, 3, 255, 256, 257, 511, 512, 513, 1000};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

static void the_root_is_that_of_the_definition_at_every_size(void **state)
{
    struct sequencer *log = fixture_open(*state);

    for (size_t i = 0; i < SIZES; i++) {
        uint8_t root[POBF_MERKLE_BYTES];

        assert_int_equal(fixture_append(log, sequencer_size(log), sizes[i]), POBF_OK);
        assert_int_equal(sequencer_publish(log), POBF_OK);
        assert_int_equal(sequencer_checkpoint(log)->size, sizes[i]);
        fixture_root(root, 0, sizes[i]);
        assert_memory_equal(sequencer_checkpoint(log)->root, root, sizeof root);
    }
    sequencer_close(log);
}

static void check_inclusions(struct mirror *mirror, uint64_t size)
{
    uint8_t root[POBF_MERKLE_BYTES], leaf[POBF_MERKLE_BYTES], room[FIXTURE_ENTRY_ROOM];
    struct proof proof;

    fixture_root(root, 0, size);
    for (uint64_t index = 0; index < size; index += 1 + size / 50) {
        const struct entry entry = fixture_entry(room, index);

        assert_int_equal(tree_inclusion(mirror, &proof, index, size), POBF_OK);
        assert_int_equal(pobf_merkle_leaf(leaf, entry.bytes, entry.size), POBF_OK);
        assert_int_equal(pobf_merkle_check_inclusion(leaf, index, size, proof_path(&proof), root),
                         POBF_OK);
        leaf[0] ^= 1;
        assert_int_equal(pobf_merkle_check_inclusion(leaf, index, size, proof_path(&proof), root),
                         POBF_E_AUTH);
    }
    assert_int_equal(tree_inclusion(mirror, &proof, size, size), POBF_E_MISSING);
}

static void check_consistency(struct mirror *mirror, uint64_t old, uint64_t size)
{
    uint8_t old_root[POBF_MERKLE_BYTES], root[POBF_MERKLE_BYTES];
    struct proof proof;

    fixture_root(old_root, 0, old);
    fixture_root(root, 0, size);
    assert_int_equal(tree_consistency(mirror, &proof, old, size), POBF_OK);
    assert_int_equal(
        pobf_merkle_check_consistency(0, old, size, old_root, proof_path(&proof), root), POBF_OK);
    old_root[31] ^= 1;
    assert_int_equal(
        pobf_merkle_check_consistency(0, old, size, old_root, proof_path(&proof), root),
        POBF_E_AUTH);
}

/* Also for sizes whose partial tiles were written long ago. */
static void proofs_from_the_tiles_hold_at_every_size(void **state)
{
    const struct fixture *f = *state;
    struct sequencer *log = fixture_open(f);
    struct mirror *mirror;

    for (size_t i = 0; i < SIZES; i++) {
        assert_int_equal(fixture_append(log, sequencer_size(log), sizes[i]), POBF_OK);
        assert_int_equal(sequencer_publish(log), POBF_OK);
    }
    sequencer_close(log);
    assert_int_equal(mirror_open(&mirror, f->folder), POBF_OK);
    for (size_t i = 0; i < SIZES; i++) {
        check_inclusions(mirror, sizes[i]);
        for (size_t old = 0; old <= i; old++) {
            check_consistency(mirror, sizes[old], sizes[i]);
        }
    }
    mirror_close(mirror);
}

static void what_was_taken_and_not_published_is_published_by_the_next(void **state)
{
    struct sequencer *log = fixture_open(*state);
    uint8_t root[POBF_MERKLE_BYTES];

    assert_int_equal(fixture_append(log, 0, 300), POBF_OK);
    assert_int_equal(sequencer_publish(log), POBF_OK);
    assert_int_equal(fixture_append(log, 300, 301), POBF_OK);
    assert_int_equal(fixture_append(log, 301, 700), POBF_OK);
    assert_int_equal(sequencer_checkpoint(log)->size, 300);
    sequencer_close(log); /* as a crash does: nothing is written by it */
    log = fixture_open(*state);
    fixture_root(root, 0, 700);
    assert_int_equal(sequencer_checkpoint(log)->size, 700);
    assert_memory_equal(sequencer_checkpoint(log)->root, root, sizeof root);
    sequencer_close(log);
}

static void entries_of_older_generations_of_the_journal_stay_out(void **state)
{
    struct sequencer *log = fixture_open(*state);

    assert_int_equal(fixture_append(log, 0, 100), POBF_OK);
    assert_int_equal(sequencer_publish(log), POBF_OK);
    assert_int_equal(fixture_append(log, 100, 101), POBF_OK); /* over the first record */
    sequencer_close(log);
    log = fixture_open(*state);
    assert_int_equal(sequencer_size(log), 101);
    sequencer_close(log);
}

static void a_journal_that_misses_entries_is_refused(void **state)
{
    const struct fixture *f = *state;
    struct sequencer *log = fixture_open(f);
    char tip[2 * FIXTURE_PATH_ROOM], checkpoint[2 * FIXTURE_PATH_ROOM];
    uint8_t *old;
    size_t size;

    snprintf(tip, sizeof tip, "%s/state/tip", f->folder);
    snprintf(checkpoint, sizeof checkpoint, "%s/checkpoint", f->folder);
    assert_int_equal(file_read(&old, &size, tip, 4096), POBF_OK);
    assert_int_equal(fixture_append(log, 0, 10), POBF_OK);
    assert_int_equal(sequencer_publish(log), POBF_OK);
    assert_int_equal(fixture_append(log, 10, 11), POBF_OK);
    sequencer_close(log);
    assert_int_equal(file_write(tip, old, size, 0), POBF_OK);
    assert_int_equal(sequencer_open(&log, f->folder, f->key), POBF_E_INPUT);
    assert_int_equal(file_write(checkpoint, old, size, 0), POBF_OK); /* both put back */
    assert_int_equal(sequencer_open(&log, f->folder, f->key), POBF_E_INPUT);
    file_free(old, size);
}

static void two_sequencers_never_run_at_once(void **state)
{
    const struct fixture *f = *state;
    struct sequencer *log = fixture_open(f), *second;

    assert_int_equal(sequencer_open(&second, f->folder, f->key), POBF_E_REFUSED);
    assert_null(second);
    sequencer_close(log);
    sequencer_close(fixture_open(f));
}

/* Where a lock does not hold, as on some network file systems. */
static void a_sequencer_that_was_overtaken_publishes_nothing(void **state)
{
    const struct fixture *f = *state;
    struct sequencer *log = fixture_open(f), *second;
    char path[2 * FIXTURE_PATH_ROOM];

    snprintf(path, sizeof path, "%s/state/lock", f->folder);
    assert_int_equal(unlink(path), 0);
    second = fixture_open(f);
    assert_int_equal(fixture_append(log, 0, 5), POBF_OK);
    assert_int_equal(sequencer_publish(log), POBF_E_STATE);
    assert_int_equal(sequencer_publish(log), POBF_E_STATE);
    assert_int_equal(fixture_append(second, 0, 5), POBF_OK);
    assert_int_equal(sequencer_publish(second), POBF_OK);
    sequencer_close(log);
    sequencer_close(second);
}

static void another_key_does_not_open_a_log(void **state)
{
    const struct fixture *f = *state;
    struct sequencer *log;
    struct key *other;

    assert_int_equal(key_generate(&other, KEY_EDDSA), POBF_OK);
    assert_int_equal(sequencer_open(&log, f->folder, other), POBF_E_AUTH);
    key_close(other);
    assert_int_equal(key_generate(&other, KEY_ES256), POBF_OK);
    assert_int_equal(sequencer_open(&log, f->folder, other), POBF_E_KEY);
    key_close(other);
    assert_int_equal(sequencer_create(f->folder, fixture_origin, f->key), POBF_E_REFUSED);
}

static void a_damaged_edge_is_never_built_upon(void **state)
{
    static const char *const pieces[] = {"tile/0/001.p/44", "tile/1/000.p/1", "state/tip"};
    const struct fixture *f = *state;
    struct sequencer *log = fixture_open(f);

    assert_int_equal(fixture_append(log, 0, 300), POBF_OK);
    assert_int_equal(sequencer_publish(log), POBF_OK);
    sequencer_close(log);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        fixture_flip(f, pieces[i], 24);
        assert_int_not_equal(sequencer_open(&log, f->folder, f->key), POBF_OK);
        fixture_flip(f, pieces[i], 24);
        sequencer_close(fixture_open(f)); /* control: it was the flip */
    }
}

static void an_entry_that_is_too_long_is_refused_with_its_batch(void **state)
{
    static uint8_t bytes[TILE_ENTRY_MAX + 1];
    struct sequencer *log = fixture_open(*state);
    struct entry entries[] = {{bytes, TILE_ENTRY_MAX}, {bytes, sizeof bytes}};
    uint64_t index;

    assert_int_equal(sequencer_append(log, entries, 2, &index), POBF_E_SPACE);
    assert_int_equal(sequencer_size(log), 0);
    assert_int_equal(sequencer_append(log, entries, 1, &index), POBF_OK);
    assert_int_equal(sequencer_publish(log), POBF_OK);
    sequencer_close(log);
    sequencer_close(fixture_open(*state));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_root_is_that_of_the_definition_at_every_size),
        TEST(proofs_from_the_tiles_hold_at_every_size),
        TEST(what_was_taken_and_not_published_is_published_by_the_next),
        TEST(entries_of_older_generations_of_the_journal_stay_out),
        TEST(a_journal_that_misses_entries_is_refused),
        TEST(two_sequencers_never_run_at_once),
        TEST(a_sequencer_that_was_overtaken_publishes_nothing),
        TEST(another_key_does_not_open_a_log),
        TEST(a_damaged_edge_is_never_built_upon),
        TEST(an_entry_that_is_too_long_is_refused_with_its_batch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
