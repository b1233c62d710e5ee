#include "tests/verifier/log/fixture.h"

#include <fcntl.h>

#include "verifier/log/places.h"

enum { ENTRIES = 600 };

static char index_path[2 * FIXTURE_PATH_ROOM];
static struct mirror *mirror;
static struct places *places;

/* A log of `size` entries, all different. */
static void fill(const struct fixture *f, uint64_t from, uint64_t to)
{
    struct sequencer *log = fixture_open(f);

    assert_int_equal(fixture_append(log, from, to), POBF_OK);
    assert_int_equal(sequencer_publish(log), POBF_OK);
    sequencer_close(log);
}

static void open_places(const struct fixture *f)
{
    snprintf(index_path, sizeof index_path, "%s/places", f->parent);
    assert_int_equal(mirror_open(&mirror, f->folder), POBF_OK);
    assert_int_equal(places_open(&places, index_path), POBF_OK);
}

static int end(void **state)
{
    places_close(places);
    mirror_close(mirror);
    return fixture_end(state);
}

static enum pobf_status find(uint64_t *index, uint64_t number, uint64_t size)
{
    uint8_t room[FIXTURE_ENTRY_ROOM], leaf[POBF_MERKLE_BYTES];
    const struct entry entry = fixture_entry(room, number);

    assert_int_equal(pobf_merkle_leaf(leaf, entry.bytes, entry.size), POBF_OK);
    return places_find(places, mirror, index, leaf, size);
}

static void every_entry_is_found_at_its_place(void **state)
{
    uint64_t index;

    fill(*state, 0, 300);
    open_places(*state);
    assert_int_equal(places_catch_up(places, mirror, 300), POBF_OK);
    fill(*state, 300, ENTRIES);
    places_close(places); /* the next one goes on where this one ended */
    assert_int_equal(places_open(&places, index_path), POBF_OK);
    assert_int_equal(find(&index, 300, ENTRIES), POBF_E_MISSING);
    assert_int_equal(places_catch_up(places, mirror, ENTRIES), POBF_OK);
    for (uint64_t number = 0; number < ENTRIES; number++) {
        assert_int_equal(find(&index, number, ENTRIES), POBF_OK);
        assert_int_equal(index, number);
    }
    assert_int_equal(find(&index, ENTRIES, ENTRIES), POBF_E_MISSING);
}

static void an_entry_that_is_there_twice_has_its_first_place(void **state)
{
    uint64_t index;

    fill(*state, 0, 10);
    fill(*state, 5, 15);
    open_places(*state);
    assert_int_equal(places_catch_up(places, mirror, 20), POBF_OK);
    assert_int_equal(find(&index, 7, 20), POBF_OK);
    assert_int_equal(index, 7);
    assert_int_equal(find(&index, 14, 20), POBF_OK);
    assert_int_equal(index, 19);
}

static void a_place_beyond_the_log_is_none(void **state)
{
    uint64_t index;

    fill(*state, 0, 20);
    open_places(*state);
    assert_int_equal(places_catch_up(places, mirror, 20), POBF_OK);
    assert_int_equal(find(&index, 15, 15), POBF_E_MISSING);
    assert_int_equal(find(&index, 14, 15), POBF_OK); /* control */
}

/* The log at the index's side is from now on another one, which is empty. */
static void change_log(struct fixture *f)
{
    mirror_close(mirror);
    places_close(places);
    strcpy(strrchr(f->folder, '/'), "/two");
    assert_int_equal(sequencer_create(f->folder, fixture_origin, f->key), POBF_OK);
    open_places(f);
}

/* As where the log was put back to an older copy, and has grown otherwise since. */
static void an_index_of_another_log_is_made_anew(void **state)
{
    uint64_t index;

    fill(*state, 0, 20);
    open_places(*state);
    assert_int_equal(places_catch_up(places, mirror, 20), POBF_OK);
    change_log(*state);
    fill(*state, 100, 110);
    fill(*state, 5, 15);
    assert_int_equal(places_catch_up(places, mirror, 20), POBF_OK); /* as large as the other one */
    assert_int_equal(find(&index, 103, 20), POBF_OK);
    assert_int_equal(index, 3);
    fill(*state, 15, 25);
    assert_int_equal(places_catch_up(places, mirror, 30), POBF_OK);
    for (uint64_t number = 5; number < 25; number++) {
        assert_int_equal(find(&index, number, 30), POBF_OK);
        assert_int_equal(index, 5 + number);
    }
}

/* Else one that is handed in again would be logged each time, and never be found. */
static void a_place_that_is_stale_gives_way(void **state)
{
    uint64_t index;

    fill(*state, 0, 20);
    open_places(*state);
    assert_int_equal(places_catch_up(places, mirror, 20), POBF_OK);
    change_log(*state);
    fill(*state, 100, 119);
    fill(*state, 19, 20); /* where the other one has it */
    fill(*state, 5, 6);
    assert_int_equal(places_catch_up(places, mirror, 21), POBF_OK);
    assert_int_equal(find(&index, 19, 21), POBF_OK);
    assert_int_equal(index, 19);
    assert_int_equal(find(&index, 5, 21), POBF_OK);
    assert_int_equal(index, 20);
}

static void an_index_of_another_log_is_not_believed(void **state)
{
    struct fixture *f = *state;
    uint64_t index;

    fill(f, 0, 20);
    open_places(f);
    assert_int_equal(places_catch_up(places, mirror, 20), POBF_OK);
    mirror_close(mirror);
    strcpy(strrchr(f->folder, '/'), "/two");
    assert_int_equal(sequencer_create(f->folder, fixture_origin, f->key), POBF_OK);
    fill(f, 100, 120);
    assert_int_equal(mirror_open(&mirror, f->folder), POBF_OK);
    assert_int_equal(find(&index, 3, 20), POBF_E_MISSING);
    assert_int_equal(places_catch_up(places, mirror, 10), POBF_OK); /* a smaller one: made anew */
    assert_int_equal(find(&index, 103, 10), POBF_OK);
    assert_int_equal(index, 3);
}

static void a_file_that_is_no_index_is_an_error(void **state)
{
    struct places *none;
    int file;

    open_places(*state);
    snprintf(index_path, sizeof index_path, "%s/none", ((struct fixture *)*state)->parent);
    file = open(index_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(write(file, "rubbish", 7), 7);
    }
    close(file);
    assert_int_equal(places_open(&none, index_path), POBF_E_SYSTEM);
    assert_null(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_entry_is_found_at_its_place, fixture_make, end),
        cmocka_unit_test_setup_teardown(an_entry_that_is_there_twice_has_its_first_place,
                                        fixture_make, end),
        cmocka_unit_test_setup_teardown(a_place_beyond_the_log_is_none, fixture_make, end),
        cmocka_unit_test_setup_teardown(an_index_of_another_log_is_not_believed, fixture_make, end),
        cmocka_unit_test_setup_teardown(an_index_of_another_log_is_made_anew, fixture_make, end),
        cmocka_unit_test_setup_teardown(a_place_that_is_stale_gives_way, fixture_make, end),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_index_is_an_error, fixture_make, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
