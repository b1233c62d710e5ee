#include "tests/verifier/log/fixture.h"

#include <sys/wait.h>

#include "edge/cli/file.h"
#include "edge/tlog/inclusion.h"
#include "verifier/log/witness.h"

/* golang.org/x/mod/sumdb, as Debian packs it, reads what we write. */
static const uint64_t sizes[] = {1, 2, 255, 256, 257, 70000};
enum { SIZES = sizeof sizes / sizeof sizes[0], COMMAND_ROOM = 8 * FIXTURE_PATH_ROOM };

static char program[FIXTURE_PATH_ROOM];

static int run(const char *command)
{
    const int result = system(command);

    return WIFEXITED(result) ? WEXITSTATUS(result) : -1;
}

/* Built once; without Go, or without the library, there is nothing to test with. */
static void build(const struct fixture *f)
{
    char command[COMMAND_ROOM];

    if (*program != '\0') {
        return;
    }
    if (run("command -v go >/dev/null") != 0 ||
        access("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog", R_OK) != 0) {
        printf("SKIP: no golang-go and golang-golang-x-mod-dev\n");
        skip();
    }
    snprintf(program, sizeof program, "%.200s/interop", f->parent);
    snprintf(command, sizeof command,
             "GOPATH=/usr/share/gocode GO111MODULE=off GOCACHE=%s/cache GOFLAGS= "
             "go build -o %s tests/verifier/log/interop.go",
             f->parent, program);
    assert_int_equal(run(command), 0);
}

static void write_text(const struct fixture *f, const char *name, const void *text, size_t size)
{
    char path[2 * FIXTURE_PATH_ROOM];

    snprintf(path, sizeof path, "%s/%s", f->parent, name);
    assert_int_equal(file_write(path, text, size, 0), POBF_OK);
}

/* What the log sends to a witness that has seen `old` entries, as a file. */
static void hand_out_growth(const struct fixture *f, struct mirror *mirror,
                            const struct sequencer *log, uint64_t old)
{
    size_t note_size, size;
    const char *note = sequencer_note(log, &note_size);
    struct proof proof;
    char *body;

    assert_int_equal(tree_consistency(mirror, &proof, old, sequencer_checkpoint(log)->size),
                     POBF_OK);
    assert_int_equal(witness_request(&body, &size, old, &proof, note, note_size), POBF_OK);
    write_text(f, "growth", body, size);
    free(body);
}

/* The vkey, an entry, its proof, and that of the growth since before it, as files. */
static void hand_out(const struct fixture *f, const struct sequencer *log, uint64_t index)
{
    struct inclusion inclusion = {.index = index};
    uint8_t room[FIXTURE_ENTRY_ROOM];
    const struct entry entry = fixture_entry(room, index);
    char vkey[NOTE_KEY_ROOM];
    struct mirror *mirror;
    char *text;
    size_t size;

    note_key_print(vkey, sequencer_key(log));
    write_text(f, "vkey", vkey, strlen(vkey));
    write_text(f, "entry", entry.bytes, entry.size);
    assert_int_equal(mirror_open(&mirror, f->folder), POBF_OK);
    assert_int_equal(
        tree_inclusion(mirror, &inclusion.proof, index, sequencer_checkpoint(log)->size), POBF_OK);
    inclusion.checkpoint = sequencer_note(log, &inclusion.checkpoint_size);
    assert_int_equal(inclusion_print(&text, &size, &inclusion), POBF_OK);
    write_text(f, "proof", text, size);
    free(text);
    hand_out_growth(f, mirror, log, index == 0 ? 1 : index);
    mirror_close(mirror);
}

static int others_accept(const struct fixture *f)
{
    char command[COMMAND_ROOM];

    snprintf(command, sizeof command, "%s %s %s/vkey %s/proof %s/entry %s/growth 2>%s/said",
             program, f->folder, f->parent, f->parent, f->parent, f->parent, f->parent);
    return run(command) == 0;
}

static void grow(struct sequencer *log, uint64_t size)
{
    while (sequencer_size(log) < size) {
        const uint64_t from = sequencer_size(log);
        const uint64_t room = size - from;

        assert_int_equal(
            fixture_append(log, from,
                           from + (room < SEQUENCER_BATCH_MAX ? room : SEQUENCER_BATCH_MAX)),
            POBF_OK);
    }
    assert_int_equal(sequencer_publish(log), POBF_OK);
}

static void others_read_our_logs_at_every_size(void **state)
{
    const struct fixture *f = *state;
    struct sequencer *log;

    build(f);
    log = fixture_open(f);
    for (size_t i = 0; i < SIZES; i++) {
        grow(log, sizes[i]);
        hand_out(f, log, sizes[i] / 2);
        assert_true(others_accept(f));
    }
    sequencer_close(log);
}

/* A hash of the proof of growth, behind the line "old 35000". */
static void flip_growth(const struct fixture *f)
{
    struct fixture parent = *f;

    memcpy(parent.folder, f->parent, sizeof parent.folder);
    fixture_flip(&parent, "growth", 20);
}

/* The log is as the test before left it: 70,000 entries. */
static void others_refuse_one_flipped_byte(void **state)
{
    static const char *const pieces[] = {"tile/0/136", "tile/0/273.p/112", "tile/1/001.p/17",
                                         "checkpoint"};
    const struct fixture *f = *state;

    build(f);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        fixture_flip(f, pieces[i], 40);
        assert_false(others_accept(f));
        fixture_flip(f, pieces[i], 40);
    }
    flip_growth(f);
    assert_false(others_accept(f));
    flip_growth(f);
    assert_true(others_accept(f));
    write_text(f, "entry", "another", 7);
    assert_false(others_accept(f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(others_read_our_logs_at_every_size),
        cmocka_unit_test(others_refuse_one_flipped_byte),
    };

    return cmocka_run_group_tests(tests, fixture_make, fixture_end);
}
