#include "tests/verifier/corim/made.h"
#include "verifier/corim/corim.h"
#include "verifier/cose/endorsed.h"

static uint8_t bytes[MADE_ROOM];
static size_t size;
static struct pobf_corim corim;
static EVP_PKEY *key, *stranger;

static int open_keys(void **state)
{
    (void)state;
    key = EVP_EC_gen("P-256");
    stranger = EVP_EC_gen("P-256");
    return 0;
}

static int close_keys(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    EVP_PKEY_free(stranger);
    return 0;
}

static enum pobf_status parse(const struct corim_wish *wish)
{
    size = corim_make(bytes, sizeof bytes, wish);
    return pobf_corim_parse(&corim, bytes, size);
}

static int has(uint64_t number, uint8_t fill, size_t wanted)
{
    uint8_t measurement[64];

    memset(measurement, fill, sizeof measurement);
    return corim_has(&corim, bytes, number, measurement, wanted);
}

static void a_digest_and_a_raw_value_are_references(void **state)
{
    const struct corim_wish digest = {.number = 641, .fill = 0x22};
    const struct corim_wish raw = {.number = 641, .fill = 0x22, .is_raw = 1};

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(parse(i == 0 ? &digest : &raw), POBF_OK);
        assert_int_equal(corim.values.count, 1);
        assert_int_equal(corim.is_signed, 0);
        assert_int_equal(has(641, 0x22, 48), 1);
        assert_int_equal(has(641, 0x23, 48), 0);
        assert_int_equal(has(641, 0x22, 47), 0); /* no shorter, and no longer one */
        assert_int_equal(has(641, 0x22, 49), 0);
        assert_int_equal(has(640, 0x22, 48), 0); /* of another measurement */
        assert_int_equal(has(0, 0x22, 48), 0);
    }
}

static void a_key_says_of_what_it_is_a_reference(void **state)
{
    const struct corim_wish none = {.fill = 0x22};
    const struct corim_wish text = {.text = "measurement", .fill = 0x22};
    const struct corim_wish other = {.text = "firmware", .fill = 0x22};

    (void)state;
    assert_int_equal(parse(&none), POBF_OK);
    assert_int_equal(has(641, 0x22, 48), 1);
    assert_int_equal(has(0, 0x22, 48), 1);
    assert_int_equal(parse(&text), POBF_OK);
    assert_int_equal(has(0, 0x22, 48), 1);
    assert_int_equal(parse(&other), POBF_OK);
    assert_int_equal(has(641, 0x22, 48), 0);
}

static void it_counts_until_it_ends(void **state)
{
    const struct corim_wish wish = {.fill = 1, .until = 1800000000};

    (void)state;
    assert_int_equal(parse(&wish), POBF_OK);
    assert_int_equal(corim.until, 1800000000);
    assert_int_equal(corim.from, 0);
}

static void assert_empty(void)
{
    static const struct pobf_corim zeros;

    assert_memory_equal(&corim, &zeros, sizeof zeros);
}

static void what_is_no_corim_is_refused_and_leaves_nothing(void **state)
{
    static const struct corim_wish wrong[] = {
        {.fill = 1, .leftover = 1},
        {.fill = 1, .twice = 1},
        {.fill = 1, .count = POBF_COMID_VALUES_MAX + 1},
    };
    const struct corim_wish good = {.fill = 1, .count = POBF_COMID_VALUES_MAX};

    (void)state;
    assert_int_equal(parse(&good), POBF_OK);
    assert_int_equal(corim.values.count, POBF_COMID_VALUES_MAX);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(parse(&wrong[i]), POBF_E_INPUT);
        assert_empty();
    }
    assert_int_equal(pobf_corim_parse(&corim, bytes, 0), POBF_E_INPUT);
    assert_empty();
}

static void a_corim_cut_off_anywhere_is_refused(void **state)
{
    const struct corim_wish good = {.number = 641, .fill = 1, .until = 1};
    size_t whole;

    (void)state;
    assert_int_equal(parse(&good), POBF_OK);
    whole = size;
    for (size_t i = 0; i < whole; i++) {
        assert_int_equal(pobf_corim_parse(&corim, bytes, i), POBF_E_INPUT);
        assert_empty();
    }
}

static enum pobf_status sign_and_verify(const struct corim_wish *wish, EVP_PKEY *with)
{
    size = corim_sign(bytes, sizeof bytes, key, wish);
    assert_int_equal(pobf_corim_parse(&corim, bytes, size), POBF_OK);
    assert_int_equal(corim.is_signed, 1);
    return corim_verify(&corim, bytes, with);
}

static void a_signature_counts_under_its_key_alone(void **state)
{
    const struct corim_wish good = {.number = 641, .fill = 0x22};
    const struct corim_wish bad[] = {{.fill = 1, .no_algorithm = 1}, {.fill = 1, .critical = 1}};

    (void)state;
    assert_int_equal(sign_and_verify(&good, stranger), POBF_E_AUTH);
    assert_int_equal(sign_and_verify(&good, key), POBF_OK);
    assert_int_equal(has(641, 0x22, 48), 1);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size = corim_sign(bytes, sizeof bytes, key, &bad[i]);
        assert_int_equal(pobf_corim_parse(&corim, bytes, size), POBF_E_INPUT);
        assert_empty();
    }
    assert_int_equal(parse(&good), POBF_OK);
    assert_int_equal(corim_verify(&corim, bytes, key), POBF_E_AUTH); /* it has none */
}

/* Every bit: of the unprotected header, too, which is one empty map. */
static void assert_no_flip_verifies(EVP_PKEY *with)
{
    for (size_t bit = 0; bit < 8 * size; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (pobf_corim_parse(&corim, bytes, size) == POBF_OK &&
            corim_verify(&corim, bytes, with) == POBF_OK) {
            fail_msg("bit %zu of byte %zu may be flipped", bit % 8, bit / 8);
        }
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(pobf_corim_parse(&corim, bytes, size), POBF_OK);
    assert_int_equal(corim_verify(&corim, bytes, with), POBF_OK);
}

static void no_flip_of_a_signed_one_verifies(void **state)
{
    const struct corim_wish good = {.number = 641, .fill = 0x22};

    (void)state;
    assert_int_equal(sign_and_verify(&good, key), POBF_OK);
    assert_no_flip_verifies(key);
}

#define VERAISON "corim/veraison-corim"

static void corims_of_others_parse(void **state)
{
    static const struct {
        const char *name;
        size_t count;
        int is_signed;
    } files[] = {
        {"corim__testcases__unsigned-good-corim.cbor", 3, 0},
        {"corim__testcases__signed-good-corim.cbor", 3, 1},
        {"corim__testcases__corim-1.cbor", 1, 0},
        {"corim__testcases__corim-roles.cbor", 0, 0},
        {"corim__testcases__corim-design-cd.cbor", 4, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        size = fixture_vector(bytes, sizeof bytes, VERAISON, files[i].name);
        if (pobf_corim_parse(&corim, bytes, size) != POBF_OK) {
            fail_msg("%s does not parse", files[i].name);
        }
        assert_int_equal(corim.is_signed, files[i].is_signed);
        if (corim.values.count != files[i].count) {
            fail_msg("%s has %zu values", files[i].name, corim.values.count);
        }
    }
}

static void the_signed_one_of_others_verifies(void **state)
{
    static uint8_t jwk[1024];
    struct hardware_item item = {jwk, 0};
    EVP_PKEY *theirs;

    (void)state;
    item.size = fixture_vector(jwk, sizeof jwk, VERAISON, "corim__testcases__src__ec-p256.jwk");
    theirs = endorsed_open(&item);
    assert_non_null(theirs);
    size =
        fixture_vector(bytes, sizeof bytes, VERAISON, "corim__testcases__signed-good-corim.cbor");
    assert_int_equal(pobf_corim_parse(&corim, bytes, size), POBF_OK);
    assert_int_equal(corim_verify(&corim, bytes, theirs), POBF_OK);
    assert_int_equal(corim_verify(&corim, bytes, stranger), POBF_E_AUTH);
    assert_no_flip_verifies(theirs);
    EVP_PKEY_free(theirs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digest_and_a_raw_value_are_references),
        cmocka_unit_test(a_key_says_of_what_it_is_a_reference),
        cmocka_unit_test(it_counts_until_it_ends),
        cmocka_unit_test(what_is_no_corim_is_refused_and_leaves_nothing),
        cmocka_unit_test(a_corim_cut_off_anywhere_is_refused),
        cmocka_unit_test(a_signature_counts_under_its_key_alone),
        cmocka_unit_test(no_flip_of_a_signed_one_verifies),
        cmocka_unit_test(corims_of_others_parse),
        cmocka_unit_test(the_signed_one_of_others_verifies),
    };

    return cmocka_run_group_tests_name("verifier/corim", tests, open_keys, close_keys);
}
