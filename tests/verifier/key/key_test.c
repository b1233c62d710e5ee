#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sodium.h>

#include "edge/cli/file.h"
#include "tests/vectors/folder.h"
#include "verifier/key/key.h"

enum { MESSAGE_ROOM = 4096, WHOLE_FILE = 1 << 24 };

static const uint8_t message[] = "what is signed";
static char folder[] = "/tmp/pobf-key-XXXXXX";
static char path[64], public_path[sizeof path + 4];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(path, sizeof path, "%s/key", folder);
    snprintf(public_path, sizeof public_path, "%s.pub", path);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    unlink(public_path);
    return rmdir(folder); /* fails, and the test with it, where a temporary file was left */
}

static int remove_files(void **state)
{
    (void)state;
    unlink(path);
    unlink(public_path);
    return 0;
}

static struct key *fresh(enum key_kind kind)
{
    struct key *key;

    assert_int_equal(key_generate(&key, kind), POBF_OK);
    assert_int_equal(key_kind(key), kind);
    return key;
}

static void every_bit_of_a_signature_counts(enum key_kind kind)
{
    struct key *key = fresh(kind);
    uint8_t signature[KEY_SIGNATURE_BYTES];

    assert_int_equal(key_sign(key, signature, message, sizeof message), POBF_OK);
    assert_int_equal(key_verify(key, signature, message, sizeof message), POBF_OK);
    for (size_t bit = 0; bit < 8 * sizeof signature; bit++) {
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(key_verify(key, signature, message, sizeof message), POBF_E_AUTH);
        signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(key_verify(key, signature, message, sizeof message - 1), POBF_E_AUTH);
    key_close(key);
}

static void every_bit_of_an_es256_signature_counts(void **state)
{
    (void)state;
    every_bit_of_a_signature_counts(KEY_ES256);
}

static void every_bit_of_an_eddsa_signature_counts(void **state)
{
    (void)state;
    every_bit_of_a_signature_counts(KEY_EDDSA);
}

static void a_key_survives_its_files(enum key_kind kind)
{
    struct key *key = fresh(kind), *from_file, *public_half;
    uint8_t signature[KEY_SIGNATURE_BYTES], id[KEY_ID_BYTES], read_id[KEY_ID_BYTES];
    struct stat facts;

    assert_int_equal(key_write(key, path), POBF_OK);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_int_equal(key_open(&from_file, path), POBF_OK);
    assert_int_equal(key_open(&public_half, public_path), POBF_OK);
    key_id(key, id);
    key_id(public_half, read_id);
    assert_memory_equal(id, read_id, sizeof id);
    assert_string_equal(key_algorithm(key), key_algorithm(public_half));
    assert_int_equal(key_sign(from_file, signature, message, sizeof message), POBF_OK);
    assert_int_equal(key_verify(public_half, signature, message, sizeof message), POBF_OK);
    assert_int_equal(key_sign(public_half, signature, message, sizeof message), POBF_E_KEY);
    assert_true(sodium_is_zero(signature, sizeof signature));
    assert_int_equal(key_write(public_half, path), POBF_E_KEY);
    key_close(public_half);
    key_close(from_file);
    key_close(key);
}

static void an_es256_key_survives_its_files(void **state)
{
    (void)state;
    a_key_survives_its_files(KEY_ES256);
}

static void an_eddsa_key_survives_its_files(void **state)
{
    (void)state;
    a_key_survives_its_files(KEY_EDDSA);
}

static void assert_content(const char *file, const char *content)
{
    uint8_t *bytes;
    size_t size;

    assert_int_equal(file_read(&bytes, &size, file, MESSAGE_ROOM), POBF_OK);
    assert_string_equal((const char *)bytes, content);
    file_free(bytes, size);
}

static void no_key_is_ever_overwritten(void **state)
{
    struct key *key = fresh(KEY_ES256);

    (void)state;
    assert_int_equal(file_write(path, (const uint8_t *)"old", 3, 1), POBF_OK);
    assert_int_equal(key_write(key, path), POBF_E_REFUSED);
    assert_content(path, "old");
    assert_int_not_equal(access(public_path, F_OK), 0);
    assert_int_equal(rename(path, public_path), 0);
    assert_int_equal(key_write(key, path), POBF_E_REFUSED);
    assert_content(public_path, "old");
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(key_write(key, "-"), POBF_E_USAGE);
    assert_int_equal(key_write(key, "/nowhere/key"), POBF_E_SYSTEM);
    key_close(key);
}

/* Write `pair` as libssl does, then see it refused, and why. */
static void assert_refused(EVP_PKEY *pair, const char *why)
{
    FILE *file = fopen(path, "w");
    char text[KEY_TEXT_ROOM];
    struct key *key;

    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, pair, NULL, NULL, 0, NULL, NULL), 1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(key_open(&key, path), POBF_E_INPUT);
    assert_null(key);
    key_explain(text, path);
    assert_non_null(strstr(text, why));
    EVP_PKEY_free(pair);
}

static void other_types_and_curves_are_refused_by_name(void **state)
{
    EVP_PKEY *spelled_out = EVP_EC_gen("P-256");

    (void)state;
    assert_refused(EVP_EC_gen("P-384"), "type EC on the curve secp384r1;");
    assert_refused(EVP_EC_gen("secp256k1"), "type EC on the curve secp256k1;");
    assert_refused(EVP_RSA_gen(2048), "type RSA;");
    assert_refused(EVP_PKEY_Q_keygen(NULL, NULL, "X25519"), "type X25519;");
    assert_refused(EVP_PKEY_Q_keygen(NULL, NULL, "ED448"), "type ED448;");
    EVP_PKEY_set_utf8_string_param(spelled_out, "encoding", "explicit");
    assert_refused(spelled_out, "wanted is P-256 by name");
}

static void a_point_of_small_order_is_no_key(void **state)
{
    static const uint8_t one[32] = {1};
    EVP_PKEY *pair = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, one, sizeof one);
    FILE *file = fopen(path, "w");
    struct key *key;

    (void)state;
    assert_int_equal(PEM_write_PUBKEY(file, pair), 1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(key_open(&key, path), POBF_E_INPUT);
    EVP_PKEY_free(pair);
}

static void a_key_under_a_pass_phrase_is_refused_without_asking(void **state)
{
    EVP_PKEY *pair = EVP_EC_gen("P-256");
    FILE *file = fopen(path, "w");
    char phrase[] = "phrase";
    struct key *key;

    (void)state;
    assert_int_equal(PEM_write_PKCS8PrivateKey(file, pair, EVP_aes_256_cbc(), phrase,
                                               sizeof phrase - 1, NULL, NULL),
                     1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(key_open(&key, path), POBF_E_INPUT);
    EVP_PKEY_free(pair);
}

static void what_is_no_pem_is_refused(void **state)
{
    struct key *key;

    (void)state;
    assert_int_equal(key_open(&key, "/nowhere/key"), POBF_E_MISSING);
    assert_null(key);
    assert_int_equal(file_write(path, (const uint8_t *)"", 0, 1), POBF_OK);
    assert_int_equal(key_open(&key, path), POBF_E_INPUT);
    assert_int_equal(file_write(path, message, sizeof message, 1), POBF_OK);
    assert_int_equal(key_open(&key, path), POBF_E_INPUT);
    assert_null(key);
}

/* One group of tests: a public key, and signatures that it should accept or not. */
static size_t judge_group(const json_t *group)
{
    const char *pem = json_string_value(json_object_get(group, "publicKeyPem"));
    const json_t *test;
    struct key *key;
    size_t i;

    assert_int_equal(file_write(path, (const uint8_t *)pem, strlen(pem), 0), POBF_OK);
    assert_int_equal(key_open(&key, path), POBF_OK);
    json_array_foreach(json_object_get(group, "tests"), i, test)
    {
        const char *text = json_string_value(json_object_get(test, "msg"));
        const char *hex = json_string_value(json_object_get(test, "sig"));
        const int valid = strcmp(json_string_value(json_object_get(test, "result")), "valid") == 0;
        uint8_t signature[1024], body[MESSAGE_ROOM];
        size_t size, body_size;

        assert_int_equal(
            sodium_hex2bin(body, sizeof body, text, strlen(text), NULL, &body_size, NULL), 0);
        assert_int_equal(
            sodium_hex2bin(signature, sizeof signature, hex, strlen(hex), NULL, &size, NULL), 0);
        if (size != KEY_SIGNATURE_BYTES) {
            assert_false(valid); /* the type refuses it */
        } else if ((key_verify(key, signature, body, body_size) == POBF_OK) != valid) {
            fail_msg("test %d is judged wrongly",
                     (int)json_integer_value(json_object_get(test, "tcId")));
        }
    }
    key_close(key);
    return i;
}

static void judge_all(const char *name)
{
    const json_t *group;
    json_t *all;
    char file[512];
    size_t i, judged = 0;

    snprintf(file, sizeof file, "%s/wycheproof/%s_test.json", vectors_folder(), name);
    if (access(file, R_OK) != 0) {
        printf("SKIP: the vectors of Wycheproof are not here: %s\n", name);
        skip();
    }
    all = json_load_file(file, 0, NULL);
    assert_non_null(all);
    json_array_foreach(json_object_get(all, "testGroups"), i, group)
    {
        judged += judge_group(group);
    }
    assert_int_equal(judged, json_integer_value(json_object_get(all, "numberOfTests")));
    json_decref(all);
}

static void wycheproof_agrees_on_es256(void **state)
{
    (void)state;
    judge_all("ecdsa_secp256r1_sha256_p1363");
}

static void wycheproof_agrees_on_eddsa(void **state)
{
    (void)state;
    judge_all("ed25519");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_of_an_es256_signature_counts),
        cmocka_unit_test(every_bit_of_an_eddsa_signature_counts),
        cmocka_unit_test_teardown(an_es256_key_survives_its_files, remove_files),
        cmocka_unit_test_teardown(an_eddsa_key_survives_its_files, remove_files),
        cmocka_unit_test_teardown(no_key_is_ever_overwritten, remove_files),
        cmocka_unit_test(other_types_and_curves_are_refused_by_name),
        cmocka_unit_test(a_point_of_small_order_is_no_key),
        cmocka_unit_test(a_key_under_a_pass_phrase_is_refused_without_asking),
        cmocka_unit_test(what_is_no_pem_is_refused),
        cmocka_unit_test(wycheproof_agrees_on_es256),
        cmocka_unit_test(wycheproof_agrees_on_eddsa),
    };

    return cmocka_run_group_tests_name("verifier/key/key", tests, make_folder, remove_folder);
}
