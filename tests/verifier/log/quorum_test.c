#include "tests/verifier/log/fixture.h"

#include "verifier/log/quorum.h"

enum { WITNESSES = 3 };

static char log_vkey[NOTE_KEY_ROOM], witness_vkey[WITNESSES][NOTE_KEY_ROOM];

static void make_vkey(char text[NOTE_KEY_ROOM], const char *name, enum note_type type)
{
    uint8_t public_key[POBF_ED25519_PUBLIC_BYTES], secret[POBF_ED25519_SECRET_BYTES];
    uint8_t seed[POBF_ED25519_SEED_BYTES];
    struct note_key key;

    randombytes_buf(seed, sizeof seed);
    assert_int_equal(pobf_sign_keypair(public_key, secret, seed), POBF_OK);
    assert_int_equal(note_key_make(&key, name, type, public_key), POBF_OK);
    note_key_print(text, &key);
}

static int make(void **state)
{
    (void)state;
    if (sodium_init() < 0) {
        return -1;
    }
    make_vkey(log_vkey, "log.example/pobf", NOTE_SIGNATURE);
    for (int i = 0; i < WITNESSES; i++) {
        make_vkey(witness_vkey[i], "witness.example/1", NOTE_COSIGNATURE);
    }
    return 0;
}

/* A policy of the log, three witnesses, and these last lines. */
static enum pobf_status parse(struct quorum *quorum, const char *last)
{
    char text[4096];
    size_t line;

    snprintf(text, sizeof text,
             "# who\nlog %s\n\nwitness a %s\nwitness b %s http://b\nwitness c %s\n%s", log_vkey,
             witness_vkey[0], witness_vkey[1], witness_vkey[2], last);
    return quorum_parse(quorum, text, &line);
}

static void so_many_of_so_many_must_hold(void **state)
{
    struct quorum quorum;

    (void)state;
    assert_int_equal(parse(&quorum, "group g 2 a b c\nquorum g\n"), POBF_OK);
    for (uint32_t witnesses = 0; witnesses < 8; witnesses++) {
        assert_int_equal(quorum_holds(&quorum, witnesses), __builtin_popcount(witnesses) >= 2);
    }
    assert_int_equal(parse(&quorum, "group g all a b c\nquorum g\n"), POBF_OK);
    assert_int_equal(quorum_holds(&quorum, 7), 1);
    assert_int_equal(quorum_holds(&quorum, 6), 0);
    assert_int_equal(parse(&quorum, "group g any b c\nquorum g\n"), POBF_OK);
    assert_int_equal(quorum_holds(&quorum, 1), 0);
    assert_int_equal(quorum_holds(&quorum, 4), 1);
}

static void groups_hold_groups_and_one_witness_may_be_the_quorum(void **state)
{
    struct quorum quorum;

    (void)state;
    assert_int_equal(parse(&quorum, "group g any a b\ngroup h all g c\nquorum h\n"), POBF_OK);
    assert_int_equal(quorum_holds(&quorum, 4 | 1), 1);
    assert_int_equal(quorum_holds(&quorum, 4 | 2), 1);
    assert_int_equal(quorum_holds(&quorum, 3), 0);
    assert_int_equal(quorum_holds(&quorum, 4), 0);
    assert_int_equal(parse(&quorum, "quorum b"), POBF_OK);
    assert_int_equal(quorum_holds(&quorum, 2), 1);
    assert_int_equal(quorum_holds(&quorum, 5), 0);
    assert_int_equal(parse(&quorum, "quorum none\n"), POBF_OK);
    assert_int_equal(quorum_holds(&quorum, 0), 1);
}

static void what_is_no_policy_holds_for_nobody(void **state)
{
    static const char *const lasts[] = {
        "",
        "quorum\n",
        "quorum nobody\n",
        "quorum g\ngroup g any a\n",
        "group g 0 a b\nquorum g\n",
        "group g 3 a b\nquorum g\n",
        "group g 02 a b c\nquorum g\n",
        "group g 2 a a\nquorum g\n",
        "group g any\nquorum g\n",
        "group a any b\nquorum a\n",
        "group none any b\nquorum none\n",
        "group g any d\nquorum g\n",
        "quorum a\nquorum b\n",
        "quorum a\nwitness d x\n",
        "something else\nquorum a\n",
    };
    struct quorum quorum;
    char twice[1024];

    (void)state;
    for (size_t i = 0; i < sizeof lasts / sizeof lasts[0]; i++) {
        assert_int_equal(parse(&quorum, lasts[i]), POBF_E_INPUT);
        assert_int_equal(quorum_holds(&quorum, UINT32_MAX), 0);
    }
    snprintf(twice, sizeof twice, "witness d %s\nquorum d\n", witness_vkey[1]);
    assert_int_equal(parse(&quorum, twice), POBF_E_INPUT); /* one key under two names */
    snprintf(twice, sizeof twice, "log %s\nquorum a\n", log_vkey);
    assert_int_equal(parse(&quorum, twice), POBF_E_INPUT);
    snprintf(twice, sizeof twice, "witness d %s\nquorum d\n", log_vkey);
    assert_int_equal(parse(&quorum, twice), POBF_E_INPUT); /* a log's key is no witness's */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_of_so_many_must_hold),
        cmocka_unit_test(groups_hold_groups_and_one_witness_may_be_the_quorum),
        cmocka_unit_test(what_is_no_policy_holds_for_nobody),
    };

    return cmocka_run_group_tests(tests, make, NULL);
}
