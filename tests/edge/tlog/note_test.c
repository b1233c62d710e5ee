#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "edge/tlog/inclusion.h"

/* A note, and the key that it is signed with. */
struct signed_note {
    struct note_key key;
    char bytes[1024];
    size_t size;
};

static void sign(struct signed_note *s, const char *name, enum note_type type, const char *text,
                 uint64_t time_s)
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES], secret_key[crypto_sign_SECRETKEYBYTES];
    uint8_t signature[crypto_sign_BYTES];
    char line[NOTE_LINE_ROOM];
    char *message;
    size_t size;

    crypto_sign_keypair(public_key, secret_key);
    assert_int_equal(note_key_make(&s->key, name, type, public_key), POBF_OK);
    assert_int_equal(note_message(&message, &size, text, strlen(text), type, time_s), POBF_OK);
    crypto_sign_detached(signature, NULL, (const uint8_t *)message, size, secret_key);
    free(message);
    note_line(line, &s->key, time_s, signature);
    s->size = (size_t)snprintf(s->bytes, sizeof s->bytes, "%s\n%s", text, line);
}

static enum pobf_status verify(const struct signed_note *s, const struct note_key *key,
                               uint64_t *time_s)
{
    struct note note;
    const enum pobf_status status = note_split(&note, s->bytes, s->size);

    return status == POBF_OK ? note_verify(&note, key, time_s) : status;
}

static void no_flipped_bit_of_a_note_verifies(void **state)
{
    struct signed_note s;

    (void)state;
    sign(&s, "a.example/log", NOTE_SIGNATURE, "one line\nanother\n", 0);
    assert_int_equal(verify(&s, &s.key, NULL), POBF_OK);
    for (size_t bit = 0; bit < 8 * s.size; bit++) {
        s.bytes[bit / 8] = (char)(s.bytes[bit / 8] ^ 1 << bit % 8);
        assert_int_not_equal(verify(&s, &s.key, NULL), POBF_OK);
        s.bytes[bit / 8] = (char)(s.bytes[bit / 8] ^ 1 << bit % 8);
    }
}

static void a_cosignature_carries_its_time_and_no_other(void **state)
{
    struct signed_note s;
    struct note_key as_log;
    uint64_t time_s;

    (void)state;
    sign(&s, "w.example/1", NOTE_COSIGNATURE, "text\n", 1700000000);
    assert_int_equal(verify(&s, &s.key, &time_s), POBF_OK);
    assert_int_equal(time_s, 1700000000);
    assert_int_equal(note_key_make(&as_log, s.key.name, NOTE_SIGNATURE, s.key.public_key), POBF_OK);
    assert_int_equal(verify(&s, &as_log, &time_s), POBF_E_MISSING); /* the type is in the id */
}

static void a_wrong_signature_spoils_a_good_one_beside_it(void **state)
{
    struct signed_note s;
    char line[NOTE_LINE_ROOM];
    uint8_t zeros[POBF_ED25519_SIGNATURE_BYTES] = {0};

    (void)state;
    sign(&s, "a.example/log", NOTE_SIGNATURE, "text\n", 0);
    s.size += note_line(line, &s.key, 0, zeros);
    strcat(s.bytes, line);
    assert_int_equal(verify(&s, &s.key, NULL), POBF_E_AUTH);
}

static void signatures_of_strangers_are_passed_over(void **state)
{
    struct signed_note s, other;

    (void)state;
    sign(&s, "a.example/log", NOTE_SIGNATURE, "text\n", 0);
    sign(&other, "a.example/log", NOTE_SIGNATURE, "text\n", 0); /* the same name, another key */
    assert_int_equal(verify(&s, &other.key, NULL), POBF_E_MISSING);
    strcat(s.bytes, strchr(other.bytes, '\n') + 2);
    s.size = strlen(s.bytes);
    assert_int_equal(verify(&s, &s.key, NULL), POBF_OK);
    assert_int_equal(verify(&s, &other.key, NULL), POBF_OK);
}

static void what_is_no_note_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "text\n",
        "text\n\n",
        "text\n\nno dash\n",
        "text\n\n\xe2\x80\x94 name\n",
        "text\n\n\xe2\x80\x94 name AAAA\n", /* no more than a key's id would be */
        "text\n\n\xe2\x80\x94 na+me AAAAAAAA\n",
        "text\n\n\xe2\x80\x94 name AAAAAAAA", /* no line feed */
        "te\txt\n\n\xe2\x80\x94 name AAAAAAAA\n",
        "text\n\n\xe2\x80\x94 name AAAAAAA\n", /* no base64 */
    };
    static const char good[] = "text\n\n\xe2\x80\x94 name AAAAAAAA\n";
    struct note note;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(note_split(&note, texts[i], strlen(texts[i])), POBF_E_INPUT);
        assert_null(note.text);
    }
    assert_int_equal(note_split(&note, good, strlen(good)), POBF_OK); /* control */
}

static void a_vkey_comes_back_as_it_was_printed(void **state)
{
    struct signed_note s;
    struct note_key back;
    char text[NOTE_KEY_ROOM + 2];

    (void)state;
    sign(&s, "a.example/log", NOTE_SIGNATURE, "text\n", 0);
    note_key_print(text, &s.key);
    assert_int_equal(note_key_parse(&back, text), POBF_OK);
    assert_memory_equal(&back, &s.key, sizeof back);
    for (size_t at = 0; text[at] != '\0'; at++) {
        text[at] ^= 1;
        assert_int_not_equal(note_key_parse(&back, text), POBF_OK);
        text[at] ^= 1;
    }
    strcat(text, "\n");
    assert_int_equal(note_key_parse(&back, text), POBF_OK);
    strcat(text, "\n");
    assert_int_equal(note_key_parse(&back, text), POBF_E_INPUT);
}

static void a_checkpoint_is_three_lines_and_no_other(void **state)
{
    static const char *const texts[] = {
        "a/log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nextra\n",
        "a/log\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a/log\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a/log\n18446744073709551616\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a/log\n1 \n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "a/log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n",
        "a/log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", /* spare bits are not zero */
        "a/log\n1\n",
        "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "b/log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", /* not the key's name */
    };
    static const char good[] = "a/log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    struct checkpoint checkpoint;
    struct signed_note s;
    struct note note;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        sign(&s, "a/log", NOTE_SIGNATURE, texts[i], 0);
        assert_int_not_equal(checkpoint_open(&checkpoint, &note, s.bytes, s.size, &s.key), POBF_OK);
        assert_int_equal(checkpoint.size, 0);
    }
    sign(&s, "a/log", NOTE_SIGNATURE, good, 0);
    assert_int_equal(checkpoint_open(&checkpoint, &note, s.bytes, s.size, &s.key), POBF_OK);
    assert_int_equal(checkpoint.size, 1);
}

static void a_proof_comes_back_as_it_was_printed(void **state)
{
    struct inclusion inclusion = {.index = 170, .checkpoint = "note\n", .checkpoint_size = 5}, back;
    char *text;
    size_t size;

    (void)state;
    inclusion.proof.count = 3;
    randombytes_buf(inclusion.proof.hashes, 3 * POBF_MERKLE_BYTES);
    assert_int_equal(inclusion_print(&text, &size, &inclusion), POBF_OK);
    text[size - 1] = '\0'; /* as file_read ends it */
    assert_int_equal(inclusion_parse(&back, text, size - 1), POBF_OK);
    assert_int_equal(back.index, 170);
    assert_memory_equal(&back.proof, &inclusion.proof, sizeof back.proof);
    assert_int_equal(back.checkpoint_size, 4);
    for (size_t cut = 0; cut < size - 6; cut++) { /* every beginning up to the empty line */
        const char kept = text[cut];

        text[cut] = '\0';
        assert_int_equal(inclusion_parse(&back, text, cut), POBF_E_INPUT);
        text[cut] = kept;
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_flipped_bit_of_a_note_verifies),
        cmocka_unit_test(a_cosignature_carries_its_time_and_no_other),
        cmocka_unit_test(a_wrong_signature_spoils_a_good_one_beside_it),
        cmocka_unit_test(signatures_of_strangers_are_passed_over),
        cmocka_unit_test(what_is_no_note_is_refused),
        cmocka_unit_test(a_vkey_comes_back_as_it_was_printed),
        cmocka_unit_test(a_checkpoint_is_three_lines_and_no_other),
        cmocka_unit_test(a_proof_comes_back_as_it_was_printed),
    };

    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
