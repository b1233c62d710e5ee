/* SOURCE: C2SP/wycheproof, as SOURCE.md beside the vectors says. */
#include "tests/vectors/vectors.h"

#include "framework/crypto/aead.h"
#include "framework/crypto/hkdf.h"
#include "framework/crypto/kem.h"
#include "framework/crypto/sign.h"

#include "contracts/sodium.h"

enum { ROOM = 16384 };

static uint8_t message[ROOM];

/* One vector: whether it was judged as it should be. Some are not for us: NOT_OURS. */
enum outcome { WRONG, RIGHT, NOT_OURS };

static void judge_all(const char *name, enum outcome (*judge)(const json_t *, const json_t *),
                      size_t wanted, size_t wanted_not_ours)
{
    json_t *file = vectors_load(name);
    size_t count[3] = {0};
    size_t group_index, index;
    json_t *group, *test;

    json_array_foreach(json_object_get(file, "testGroups"), group_index, group)
    {
        json_array_foreach(json_object_get(group, "tests"), index, test)
        {
            enum outcome outcome = judge(group, test);

            count[outcome]++;
            if (outcome == WRONG) {
                print_error("%s, test %d: %s\n", name, (int)vectors_number(test, "tcId"),
                            vectors_text(test, "comment"));
            }
        }
    }
    json_decref(file);
    assert_int_equal(count[WRONG], 0);
    assert_int_equal(count[RIGHT], wanted);
    assert_int_equal(count[NOT_OURS], wanted_not_ours);
}

static int is_valid(const json_t *test)
{
    return strcmp(vectors_text(test, "result"), "valid") == 0;
}

static enum outcome right_if(int condition)
{
    return condition ? RIGHT : WRONG;
}

static enum outcome judge_aead(const json_t *group, const json_t *test)
{
    struct pobf_aead sealing = {.uses = 1}, opening;
    uint8_t sealed[2048], text[2048], clear[2048], aad[2048];

    if (vectors_number(group, "ivSize") != 8 * POBF_AEAD_NONCE_BYTES) {
        return NOT_OURS;
    }
    vectors_exactly(sealing.key, 32, test, "key");
    vectors_exactly(sealing.nonce, 12, test, "iv");
    opening = sealing;
    size_t aad_size = vectors_bytes(aad, sizeof aad, test, "aad");
    size_t size = vectors_bytes(clear, sizeof clear, test, "msg");
    assert_int_equal(vectors_bytes(sealed, sizeof sealed - 16, test, "ct"), size);
    vectors_exactly(sealed + size, 16, test, "tag");
    memcpy(text, clear, size);
    assert_int_equal(pobf_aead_seal(&sealing, text, size, aad, aad_size), POBF_OK);
    int sealed_so = memcmp(text, sealed, size + 16) == 0;
    enum pobf_status opened = pobf_aead_open(&opening, sealed, size + 16, aad, aad_size);
    if (!is_valid(test)) {
        return right_if(!sealed_so && opened == POBF_E_AUTH && sodium_is_zero(sealed, size + 16));
    }
    return right_if(sealed_so && opened == POBF_OK && memcmp(sealed, clear, size) == 0);
}

static void chacha20_poly1305(void **state)
{
    (void)state;
    judge_all("wycheproof/chacha20_poly1305_test.json", judge_aead, 316, 9);
}

/* X25519 itself, as libsodium gives it; and that the KEM refuses exactly the zero results. */
static enum outcome judge_x25519(const json_t *group, const json_t *test)
{
    uint8_t public_key[32], private_key[32], wanted[32], product[32], shared[32];

    (void)group;
    vectors_exactly(public_key, 32, test, "public");
    vectors_exactly(private_key, 32, test, "private");
    vectors_exactly(wanted, 32, test, "shared");
    int status = crypto_scalarmult_curve25519(product, private_key, public_key);
    enum pobf_status agreed = pobf_kem_decapsulate(shared, public_key, private_key);
    if (sodium_is_zero(wanted, 32)) {
        return right_if(status == -1 && agreed == POBF_E_KEY && sodium_is_zero(shared, 32));
    }
    return right_if(status == 0 && memcmp(product, wanted, 32) == 0 && agreed == POBF_OK);
}

static void x25519(void **state)
{
    (void)state;
    judge_all("wycheproof/x25519_test.json", judge_x25519, 518, 0);
}

/* HPKE needs one block of output; longer outputs begin with the same block. */
static enum outcome judge_hkdf(const json_t *group, const json_t *test)
{
    uint8_t ikm[256], salt[256], info[256], prk[32], key[32];
    const struct pobf_part secret = {ikm, vectors_bytes(ikm, sizeof ikm, test, "ikm")};
    const struct pobf_part context = {info, vectors_bytes(info, sizeof info, test, "info")};
    size_t salt_size = vectors_bytes(salt, sizeof salt, test, "salt");
    size_t size = vectors_bytes(message, sizeof message, test, "okm");

    (void)group;
    if (!is_valid(test)) {
        return NOT_OURS; /* more than 255 blocks */
    }
    size = size < sizeof key ? size : sizeof key;
    assert_int_equal(pobf_hkdf_extract(prk, salt, salt_size, &secret, 1), POBF_OK);
    assert_int_equal(pobf_hkdf_expand(key, size, prk, &context, 1), POBF_OK);
    return right_if(memcmp(key, message, size) == 0);
}

static void hkdf_sha256(void **state)
{
    (void)state;
    judge_all("wycheproof/hkdf_sha256_test.json", judge_hkdf, 83, 3);
}

/* HKDF-Extract is HMAC, with the salt as its key. */
static enum outcome judge_hmac(const json_t *group, const json_t *test)
{
    uint8_t key[256], tag[32], mac[32];
    size_t key_size = vectors_bytes(key, sizeof key, test, "key");
    const struct pobf_part part = {message, vectors_bytes(message, sizeof message, test, "msg")};
    size_t tag_size = vectors_bytes(tag, sizeof tag, test, "tag");

    assert_int_equal(8 * tag_size, vectors_number(group, "tagSize"));
    assert_int_equal(pobf_hkdf_extract(mac, key, key_size, &part, 1), POBF_OK);
    return right_if((memcmp(mac, tag, tag_size) == 0) == is_valid(test));
}

static void hmac_sha256(void **state)
{
    (void)state;
    judge_all("wycheproof/hmac_sha256_test.json", judge_hmac, 174, 0);
}

static enum outcome judge_ed25519(const json_t *group, const json_t *test)
{
    uint8_t public_key[32], signature[128];
    size_t size = vectors_bytes(message, sizeof message, test, "msg");

    vectors_exactly(public_key, 32, json_object_get(group, "publicKey"), "pk");
    if (vectors_bytes(signature, sizeof signature, test, "sig") != POBF_ED25519_SIGNATURE_BYTES) {
        return NOT_OURS; /* our type has no other size */
    }
    enum pobf_status status = pobf_sign_verify(signature, message, size, public_key);
    return right_if(status == (is_valid(test) ? POBF_OK : POBF_E_AUTH));
}

static void ed25519(void **state)
{
    (void)state;
    judge_all("wycheproof/ed25519_test.json", judge_ed25519, 139, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chacha20_poly1305), cmocka_unit_test(x25519),
        cmocka_unit_test(hkdf_sha256),       cmocka_unit_test(hmac_sha256),
        cmocka_unit_test(ed25519),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
