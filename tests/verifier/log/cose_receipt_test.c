/* SOURCE: COSE Receipts of other software, one of each kind. RFC 9942. */
#include "tests/verifier/log/fixture.h"

#include "edge/cli/file.h"
#include "tests/vectors/folder.h"
#include "verifier/log/audit.h"
#include "verifier/log/cose_receipt.h"

enum { ENTRIES = 70 };

/* A log of some entries, and a COSE Receipt of one of them. */
static size_t make(uint8_t bytes[COSE_RECEIPT_ROOM], struct note_key *log_key,
                   const struct fixture *f, uint64_t size, uint64_t index)
{
    struct sequencer *log = fixture_open(f);
    struct mirror *mirror;
    struct proof proof;
    size_t made;

    if (sequencer_size(log) < size) {
        assert_int_equal(fixture_append(log, sequencer_size(log), size), POBF_OK);
        assert_int_equal(sequencer_publish(log), POBF_OK);
    }
    assert_int_equal(mirror_open(&mirror, f->folder), POBF_OK);
    assert_int_equal(tree_inclusion(mirror, &proof, index, size), POBF_OK);
    assert_int_equal(cose_receipt_sign(bytes, &made, f->key, sequencer_key(log),
                                       sequencer_checkpoint(log), index, &proof),
                     POBF_OK);
    *log_key = *sequencer_key(log);
    mirror_close(mirror);
    sequencer_close(log);
    return made;
}

static enum pobf_status verify(const uint8_t *bytes, size_t size, const struct note_key *key,
                               uint64_t index)
{
    uint8_t entry[FIXTURE_ENTRY_ROOM];
    const struct entry made = fixture_entry(entry, index);
    struct cose_receipt receipt;
    const enum pobf_status status = cose_receipt_parse(&receipt, bytes, size);

    return status == POBF_OK ? cose_receipt_verify(&receipt, key, made.bytes, made.size) : status;
}

static void every_entry_of_every_small_log_verifies_and_no_other(void **state)
{
    uint8_t bytes[COSE_RECEIPT_ROOM];
    struct note_key key;

    for (uint64_t size = 2; size <= ENTRIES; size++) {
        for (uint64_t index = size > 40 ? size - 9 : 0; index < size; index++) {
            const size_t made = make(bytes, &key, *state, size, index);

            assert_int_equal(verify(bytes, made, &key, index), POBF_OK);
            assert_int_not_equal(verify(bytes, made, &key, index + 1), POBF_OK);
        }
    }
}

/* The signature is on the root alone: a place and a size that lead there with the same path pass. */
static int is_elsewhere(const uint8_t *bytes, size_t size)
{
    struct cose_receipt receipt;

    return cose_receipt_parse(&receipt, bytes, size) == POBF_OK &&
           (receipt.size != ENTRIES || receipt.place != 41);
}

static void a_flipped_bit_or_another_key_is_refused(void **state)
{
    uint8_t bytes[COSE_RECEIPT_ROOM];
    struct note_key key, other;
    const size_t size = make(bytes, &key, *state, ENTRIES, 41);

    assert_int_equal(verify(bytes, size, &key, 41), POBF_OK); /* control */
    for (size_t i = 0; i < 8 * size; i++) {
        bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_true(verify(bytes, size, &key, 41) != POBF_OK || is_elsewhere(bytes, size));
        bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    for (size_t i = 0; i < size; i++) {
        assert_int_equal(verify(bytes, i, &key, 41), POBF_E_INPUT);
    }
    other = key;
    other.public_key[0] ^= 1;
    assert_int_equal(verify(bytes, size, &other, 41), POBF_E_AUTH);
    other = key;
    other.id[0] ^= 1;
    assert_int_equal(verify(bytes, size, &other, 41), POBF_E_KEY);
    other = key;
    other.name[0] ^= 1;
    assert_int_equal(verify(bytes, size, &other, 41), POBF_E_KEY);
}

/* Two checkpoints of one log, and the COSE Receipt that the later one only adds to the earlier. */
static size_t make_growth(uint8_t bytes[COSE_RECEIPT_ROOM], const struct fixture *f,
                          const struct note_key *log, uint64_t old, uint64_t size)
{
    struct checkpoint checkpoint = {.size = size};
    struct mirror *mirror;
    struct proof proof;
    size_t made;

    fixture_root(checkpoint.root, 0, size);
    assert_int_equal(mirror_open(&mirror, f->folder), POBF_OK);
    assert_int_equal(tree_consistency(mirror, &proof, old, size), POBF_OK);
    assert_int_equal(cose_receipt_sign_growth(bytes, &made, f->key, log, &checkpoint, old, &proof),
                     POBF_OK);
    mirror_close(mirror);
    return made;
}

static enum pobf_status verify_growth(const uint8_t *bytes, size_t size, const struct note_key *key,
                                      uint64_t old)
{
    struct checkpoint checkpoint = {.size = old};
    struct cose_receipt receipt;
    const enum pobf_status status = cose_receipt_parse(&receipt, bytes, size);

    fixture_root(checkpoint.root, 0, old);
    return status == POBF_OK ? cose_receipt_verify_growth(&receipt, key, &checkpoint) : status;
}

static void every_growth_of_a_small_log_verifies_and_from_no_other_size(void **state)
{
    uint8_t bytes[COSE_RECEIPT_ROOM];
    struct note_key key;

    for (uint64_t size = 2; size <= 34; size++) {
        make(bytes, &key, *state, size, 0); /* the log grows to it */
        for (uint64_t old = 1; old < size; old++) {
            const size_t made = make_growth(bytes, *state, &key, old, size);

            assert_int_equal(verify_growth(bytes, made, &key, old), POBF_OK);
            assert_int_equal(verify_growth(bytes, made, &key, old + 1), POBF_E_INPUT);
            assert_int_not_equal(verify(bytes, made, &key, old), POBF_OK);
        }
    }
}

static void a_flipped_bit_or_another_beginning_shows_no_growth(void **state)
{
    struct checkpoint other = {.size = 41};
    uint8_t bytes[COSE_RECEIPT_ROOM];
    struct cose_receipt receipt;
    struct note_key key;
    size_t made;

    make(bytes, &key, *state, ENTRIES, 3);
    made = make_growth(bytes, *state, &key, 41, ENTRIES);
    assert_int_equal(verify_growth(bytes, made, &key, 41), POBF_OK); /* control */
    fixture_root(other.root, 1, 42);
    assert_int_equal(cose_receipt_parse(&receipt, bytes, made), POBF_OK);
    assert_int_equal(cose_receipt_verify_growth(&receipt, &key, &other), POBF_E_INPUT);
    other = (struct checkpoint){.size = 0};
    assert_int_equal(cose_receipt_verify_growth(&receipt, &key, &other), POBF_E_INPUT);
    for (size_t i = 0; i < 8 * made; i++) {
        bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        assert_true(verify_growth(bytes, made, &key, 41) != POBF_OK ||
                    (cose_receipt_parse(&receipt, bytes, made) == POBF_OK &&
                     receipt.size != ENTRIES)); /* the size is not signed */
        bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    key.public_key[0] ^= 1;
    assert_int_equal(verify_growth(bytes, made, &key, 41), POBF_E_AUTH);
}

static void a_log_of_one_entry_has_none(void **state)
{
    const struct fixture *f = *state;
    uint8_t bytes[COSE_RECEIPT_ROOM];
    struct sequencer *log = fixture_open(f);
    const struct proof none = {.count = 0};
    size_t size;

    assert_int_equal(fixture_append(log, 0, 1), POBF_OK);
    assert_int_equal(sequencer_publish(log), POBF_OK);
    assert_int_equal(cose_receipt_sign(bytes, &size, f->key, sequencer_key(log),
                                       sequencer_checkpoint(log), 0, &none),
                     POBF_E_MISSING);
    assert_int_equal(size, 0);
    sequencer_close(log);
}

/* It has no place for their words: who asks for them gets no yes. */
static void witnesses_that_are_asked_for_are_missed(void **state)
{
    struct audit_trust trust = {.quorum = NULL};
    static const struct quorum quorum;
    uint8_t bytes[COSE_RECEIPT_ROOM], entry[FIXTURE_ENTRY_ROOM];
    const size_t size = make(bytes, &trust.log, *state, ENTRIES, 3);
    const struct entry made = fixture_entry(entry, 3);
    struct checks checks = {.count = 0};
    struct checkpoint checkpoint;
    uint64_t index;

    audit_inclusion(&checks, &index, &checkpoint, made.bytes, made.size, (char *)bytes, size,
                    &trust);
    assert_int_equal(checks_verdict(&checks), VERDICT_AFFIRMED); /* control */
    assert_string_equal(checkpoint.origin, fixture_origin);
    checks = (struct checks){.count = 0};
    trust.quorum = &quorum;
    audit_inclusion(&checks, &index, &checkpoint, made.bytes, made.size, (char *)bytes, size,
                    &trust);
    assert_int_equal(checks_verdict(&checks), VERDICT_CANNOT_TELL);
}

static void those_of_other_software_parse(void **state)
{
    static const struct {
        const char *name;
        enum cose_receipt_kind kind;
        uint64_t size, place;
        size_t count;
    } samples[] = {
        {"inclusion", COSE_RECEIPT_INCLUSION, 5, 3, 3},
        {"consistency", COSE_RECEIPT_CONSISTENCY, 5, 3, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        struct cose_receipt receipt;
        char path[512];
        uint8_t *bytes;
        size_t size;

        snprintf(path, sizeof path, "%s/cose-receipts/%s-receipt.cbor", vectors_folder(),
                 samples[i].name);
        if (file_read(&bytes, &size, path, COSE_RECEIPT_ROOM) != POBF_OK) {
            printf("SKIP: no %s: set POBF_VECTORS to the folder that holds it\n", path);
            skip();
        }
        assert_int_equal(cose_receipt_parse(&receipt, bytes, size), POBF_OK);
        assert_int_equal(receipt.kind, samples[i].kind);
        assert_int_equal(receipt.algorithm, -7);
        assert_int_equal(receipt.size, samples[i].size);
        assert_int_equal(receipt.place, samples[i].place);
        assert_int_equal(receipt.proof.count, samples[i].count);
        for (size_t cut = 0; cut < size; cut++) {
            assert_int_equal(cose_receipt_parse(&receipt, bytes, cut), POBF_E_INPUT);
        }
        file_free(bytes, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_entry_of_every_small_log_verifies_and_no_other,
                                        fixture_make, fixture_end),
        cmocka_unit_test_setup_teardown(a_flipped_bit_or_another_key_is_refused, fixture_make,
                                        fixture_end),
        cmocka_unit_test_setup_teardown(every_growth_of_a_small_log_verifies_and_from_no_other_size,
                                        fixture_make, fixture_end),
        cmocka_unit_test_setup_teardown(a_flipped_bit_or_another_beginning_shows_no_growth,
                                        fixture_make, fixture_end),
        cmocka_unit_test_setup_teardown(a_log_of_one_entry_has_none, fixture_make, fixture_end),
        cmocka_unit_test_setup_teardown(witnesses_that_are_asked_for_are_missed, fixture_make,
                                        fixture_end),
        cmocka_unit_test(those_of_other_software_parse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
