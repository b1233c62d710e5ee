/* SOURCE: RFC 9180, appendix A; RFC 9458, appendix A. */
#include "tests/vectors/vectors.h"

#include "framework/crypto/hkdf.h"
#include "framework/crypto/hpke.h"

enum { X25519_SHA256 = 0x0020, HKDF_SHA256 = 0x0001, CHACHA20_POLY1305 = 0x0003, TEXT_ROOM = 256 };
enum { MODE_BASE = 0, MODE_PSK = 1 };

static int is_ours(const json_t *vector)
{
    return vectors_number(vector, "mode") == MODE_BASE &&
           vectors_number(vector, "kem_id") == X25519_SHA256 &&
           vectors_number(vector, "kdf_id") == HKDF_SHA256 &&
           vectors_number(vector, "aead_id") == CHACHA20_POLY1305;
}

static void set_up(struct pobf_hpke *sender, struct pobf_hpke *receiver, const json_t *vector)
{
    uint8_t ephemeral[32], recipient[32], private_key[32], wanted[32], encapsulated[32], info[64];
    size_t info_size = vectors_bytes(info, sizeof info, vector, "info");

    vectors_exactly(ephemeral, 32, vector, "skEm");
    vectors_exactly(recipient, 32, vector, "pkRm");
    vectors_exactly(private_key, 32, vector, "skRm");
    vectors_exactly(wanted, 32, vector, "enc");
    assert_int_equal(
        pobf_hpke_setup_sender(sender, encapsulated, ephemeral, recipient, info, info_size),
        POBF_OK);
    assert_memory_equal(encapsulated, wanted, 32);
    assert_int_equal(pobf_hpke_setup_receiver(receiver, encapsulated, private_key, info, info_size),
                     POBF_OK);
}

static void check_keys(const struct pobf_hpke *hpke, const json_t *vector)
{
    uint8_t key[32], nonce[12], exporter[32];

    vectors_exactly(key, 32, vector, "key");
    vectors_exactly(nonce, 12, vector, "base_nonce");
    vectors_exactly(exporter, 32, vector, "exporter_secret");
    assert_memory_equal(hpke->aead.key, key, 32);
    assert_memory_equal(hpke->aead.nonce, nonce, 12);
    assert_memory_equal(hpke->exporter, exporter, 32);
}

/* The key works once: later messages of the vector take a copy, under the vector's own nonce. */
static void check_message(const struct pobf_hpke *hpke, const json_t *message)
{
    uint8_t text[TEXT_ROOM] = {0}, clear[TEXT_ROOM], sealed[TEXT_ROOM], aad[64];
    size_t size = vectors_bytes(clear, sizeof clear, message, "pt");
    size_t sealed_size = vectors_bytes(sealed, sizeof sealed, message, "ct");
    size_t aad_size = vectors_bytes(aad, sizeof aad, message, "aad");
    struct pobf_aead sealing = hpke->aead, opening;

    vectors_exactly(sealing.nonce, sizeof sealing.nonce, message, "nonce");
    opening = sealing;
    memcpy(text, clear, size);
    assert_int_equal(sealed_size, size + POBF_AEAD_TAG_BYTES);
    assert_int_equal(pobf_aead_seal(&sealing, text, size, aad, aad_size), POBF_OK);
    assert_memory_equal(text, sealed, sealed_size);
    assert_int_equal(pobf_aead_open(&opening, text, sealed_size, aad, aad_size), POBF_OK);
    assert_memory_equal(text, clear, size);
}

static void check_export(const struct pobf_hpke *hpke, const json_t *export)
{
    uint8_t context[64], wanted[32], secret[32];
    size_t context_size = vectors_bytes(context, sizeof context, export, "exporter_context");

    vectors_exactly(wanted, 32, export, "exported_value");
    assert_int_equal(pobf_hpke_export(secret, hpke, context, context_size), POBF_OK);
    assert_memory_equal(secret, wanted, 32);
}

static void our_suite_matches_rfc_9180(void **state)
{
    json_t *file = vectors_load("hpke/rfc9180-appendix-a.json");
    size_t index, at, count = 0, messages = 0;
    json_t *vector, *item;

    (void)state;
    json_array_foreach(json_object_get(file, "vectors"), index, vector)
    {
        struct pobf_hpke sender, receiver;

        if (!is_ours(vector)) {
            continue;
        }
        set_up(&sender, &receiver, vector);
        check_keys(&sender, vector);
        check_keys(&receiver, vector);
        json_array_foreach(json_object_get(vector, "encryptions"), at, item)
        {
            check_message(&sender, item);
            messages++;
        }
        json_array_foreach(json_object_get(vector, "exports"), at, item)
        {
            check_export(&receiver, item);
        }
        count++;
    }
    assert_int_equal(index, 28);
    assert_int_equal(count, 1);
    assert_int_equal(messages, 6);
    json_decref(file);
}

/* Every other suite and mode whose key agreement is the same as ours. */
static void our_key_agreement_matches_rfc_9180(void **state)
{
    json_t *file = vectors_load("hpke/rfc9180-appendix-a.json");
    size_t index, count = 0;
    json_t *vector;

    (void)state;
    json_array_foreach(json_object_get(file, "vectors"), index, vector)
    {
        uint8_t ephemeral[32], recipient[32], private_key[32], wanted[32], shared[32], enc[32];

        if (vectors_number(vector, "kem_id") != X25519_SHA256 ||
            vectors_number(vector, "mode") > MODE_PSK) {
            continue;
        }
        vectors_exactly(ephemeral, 32, vector, "skEm");
        vectors_exactly(recipient, 32, vector, "pkRm");
        vectors_exactly(private_key, 32, vector, "skRm");
        vectors_exactly(wanted, 32, vector, "shared_secret");
        assert_int_equal(pobf_kem_encapsulate(shared, enc, ephemeral, recipient), POBF_OK);
        assert_memory_equal(shared, wanted, 32);
        assert_int_equal(pobf_kem_decapsulate(shared, enc, private_key), POBF_OK);
        assert_memory_equal(shared, wanted, 32);
        count++;
    }
    assert_int_equal(count, 6);
    json_decref(file);
}

/* RFC 9458 has AES-128-GCM: the same derivation, of a shorter secret and a shorter key. */
static void the_answer_keys_are_derived_as_in_rfc_9458(void **state)
{
    json_t *file = vectors_load("ohttp/rfc9458-appendix-a.json");
    uint8_t secret[16], salt[48], wanted[32], prk[32], key[16], nonce[12];
    const struct pobf_part ikm = {secret, sizeof secret};
    const struct pobf_part key_info = {(const uint8_t *)"key", 3};
    const struct pobf_part nonce_info = {(const uint8_t *)"nonce", 5};

    (void)state;
    vectors_exactly(secret, sizeof secret, file, "response_secret");
    vectors_exactly(salt, sizeof salt, file, "salt");
    vectors_exactly(wanted, 32, file, "prk");
    assert_int_equal(pobf_hkdf_extract(prk, salt, sizeof salt, &ikm, 1), POBF_OK);
    assert_memory_equal(prk, wanted, 32);
    vectors_exactly(wanted, 16, file, "aead_key");
    assert_int_equal(pobf_hkdf_expand(key, sizeof key, prk, &key_info, 1), POBF_OK);
    assert_memory_equal(key, wanted, 16);
    vectors_exactly(wanted, 12, file, "aead_nonce");
    assert_int_equal(pobf_hkdf_expand(nonce, sizeof nonce, prk, &nonce_info, 1), POBF_OK);
    assert_memory_equal(nonce, wanted, 12);
    json_decref(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_suite_matches_rfc_9180),
        cmocka_unit_test(our_key_agreement_matches_rfc_9180),
        cmocka_unit_test(the_answer_keys_are_derived_as_in_rfc_9458),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
