/* SOURCE: C2SP signed-note, tlog-tiles; a log of 256 entries made by other software. */
#include "tests/vectors/vectors.h"

#include "edge/cli/file.h"
#include "verifier/log/audit.h"

enum { PATH_ROOM = 512 };

static void sample_path(char path[PATH_ROOM], const char *name)
{
    snprintf(path, PATH_ROOM, "%s/tlog-sample-256%s", vectors_folder(), name);
}

/* A file of the sample; free with file_free. */
static char *sample(const char *name, size_t *size)
{
    char path[PATH_ROOM];
    uint8_t *bytes;

    sample_path(path, name);
    if (file_read(&bytes, size, path, 1 << 20) != POBF_OK) {
        printf("SKIP: no %s: set POBF_VECTORS to the folder that holds it\n", path);
        skip();
    }
    return (char *)bytes;
}

static struct note_key sample_key(const char *name)
{
    struct note_key key;
    size_t size;
    char *text = sample(name, &size);

    assert_int_equal(note_key_parse(&key, text), POBF_OK);
    file_free((uint8_t *)text, size);
    return key;
}

static void the_example_of_signed_note_verifies(void **state)
{
    json_t *vector = vectors_load("signed-note/c2sp-example.json");
    const char *text = vectors_text(vector, "note");
    struct note_key key;
    struct note note;

    (void)state;
    assert_int_equal(note_key_parse(&key, vectors_text(vector, "vkey")), POBF_OK);
    assert_int_equal(note_split(&note, text, strlen(text)), POBF_OK);
    assert_int_equal(note_verify(&note, &key, NULL), POBF_OK);
    key.public_key[0] ^= 1; /* control */
    assert_int_equal(note_verify(&note, &key, NULL), POBF_E_AUTH);
    json_decref(vector);
}

static void tiles_are_where_tlog_tiles_says(void **state)
{
    json_t *vectors = vectors_load("tlog-paths.json");
    char path[TILE_PATH_ROOM], wanted[PATH_ROOM];

    (void)state;
    snprintf(wanted, sizeof wanted, "tile/0/%s", vectors_text(vectors, "index_1234067"));
    tile_path(path, 0, 1234067, TILE_WIDTH);
    assert_string_equal(path, wanted);
    assert_int_equal(tile_width(0, 272, 70000), TILE_WIDTH);
    assert_int_equal(tile_width(0, 273, 70000), 112);
    assert_int_equal(tile_width(1, 1, 70000), 17);
    assert_int_equal(tile_width(2, 0, 70000), 1);
    assert_int_equal(tile_width(1, 0, 256), 1);
    json_decref(vectors);
}

static void a_log_of_others_is_affirmed_by_audit(void **state)
{
    const struct audit_trust trust = {.log = sample_key("/vkey")};
    struct checks checks = {.count = 0};
    struct checkpoint checkpoint;
    struct mirror *mirror;
    char path[PATH_ROOM];
    size_t size;
    char *note = sample("/checkpoint", &size);

    (void)state;
    sample_path(path, "");
    assert_int_equal(mirror_open(&mirror, path), POBF_OK);
    assert_int_equal(audit_checkpoint(&checks, &checkpoint, note, size, &trust), POBF_OK);
    audit_entries(&checks, mirror, &checkpoint, NULL);
    assert_int_equal(checks_verdict(&checks), VERDICT_AFFIRMED);
    file_free((uint8_t *)note, size);
    mirror_close(mirror);
}

static void a_proof_of_others_holds_for_its_entry_alone(void **state)
{
    const struct audit_trust trust = {.log = sample_key("/vkey")};
    size_t size;
    char *proof = sample("/receipt.tlog-proof", &size);

    (void)state;
    for (int wrong = 0; wrong < 2; wrong++) {
        const char *entry = wrong ? "receipt 171" : "receipt 170";
        struct checks checks = {.count = 0};
        struct checkpoint checkpoint;
        uint64_t index;

        audit_inclusion(&checks, &index, &checkpoint, (const uint8_t *)entry, strlen(entry), proof,
                        size, &trust);
        assert_int_equal(checks_verdict(&checks), wrong ? VERDICT_REFUSED : VERDICT_AFFIRMED);
        assert_int_equal(index, wrong ? 0 : 170);
    }
    file_free((uint8_t *)proof, size);
}

static void a_cosignature_of_others_verifies(void **state)
{
    const struct note_key witness = sample_key("/witness.vkey");
    struct note note;
    uint64_t time_s;
    size_t size;
    char *bytes = sample("/checkpoint", &size);

    (void)state;
    assert_int_equal(note_split(&note, bytes, size), POBF_OK);
    assert_int_equal(note_verify(&note, &witness, &time_s), POBF_OK);
    assert_true(time_s > 1700000000);
    file_free((uint8_t *)bytes, size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_signed_note_verifies),
        cmocka_unit_test(tiles_are_where_tlog_tiles_says),
        cmocka_unit_test(a_log_of_others_is_affirmed_by_audit),
        cmocka_unit_test(a_proof_of_others_holds_for_its_entry_alone),
        cmocka_unit_test(a_cosignature_of_others_verifies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
