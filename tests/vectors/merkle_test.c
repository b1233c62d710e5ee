/* SOURCE: transparency-dev/merkle, as SOURCE.md beside the vectors says. */
#include "tests/vectors/vectors.h"

#include <ftw.h>

#include "framework/crypto/merkle.h"

enum { FILES_OPEN = 16, TEXT_ROOM = 4096 };

static size_t judged, accepted, stricter, wrong;

/* A hash in base64. A hash that is not 32 bytes is one that no caller could pass on: 0. */
static int hash_of(uint8_t hash[POBF_MERKLE_BYTES], const json_t *text)
{
    const char *base64 = json_string_value(text);
    uint8_t bytes[TEXT_ROOM];
    size_t size = 0;

    if (base64 == NULL || sodium_base642bin(bytes, sizeof bytes, base64, strlen(base64), NULL,
                                            &size, NULL, sodium_base64_VARIANT_ORIGINAL) != 0) {
        return 0;
    }
    if (size == POBF_MERKLE_BYTES) {
        memcpy(hash, bytes, size);
    }
    return size == POBF_MERKLE_BYTES;
}

static int path_of(struct pobf_merkle_path *path, uint8_t room[][POBF_MERKLE_BYTES],
                   const json_t *proof)
{
    *path = (struct pobf_merkle_path){room[0], json_array_size(proof)};
    if (path->count > POBF_MERKLE_PATH_MAX) {
        return 0;
    }
    for (size_t i = 0; i < path->count; i++) {
        if (!hash_of(room[i], json_array_get(proof, i))) {
            return 0;
        }
    }
    return 1;
}

/* Some are larger than jansson's integers: they are read as reals, and the largest is cut. */
static uint64_t number(const json_t *vector, const char *field)
{
    const double value = json_number_value(json_object_get(vector, field));

    return value < 18446744073709551616.0 ? (uint64_t)value : UINT64_MAX;
}

/* Of a whole tree where there is no "start", else of a part of it. */
static enum pobf_status inclusion(const json_t *vector, struct pobf_merkle_path path)
{
    const int is_part = json_object_get(vector, "start") != NULL;
    const uint64_t start = number(vector, "start");
    const uint64_t end = number(vector, is_part ? "end" : "treeSize");
    const uint64_t index = number(vector, "leafIdx");
    uint8_t leaf[POBF_MERKLE_BYTES], root[POBF_MERKLE_BYTES];

    if (!hash_of(leaf, json_object_get(vector, "leafHash")) ||
        !hash_of(root, json_object_get(vector, "root")) || start > index || start > end) {
        return POBF_E_INPUT;
    }
    if (start != 0 && end - start > (start & (~start + 1))) {
        return POBF_E_INPUT; /* such a part is no subtree */
    }
    return pobf_merkle_check_inclusion(leaf, index - start, end - start, path, root);
}

static enum pobf_status consistency(const json_t *vector, struct pobf_merkle_path path)
{
    const int is_part = json_object_get(vector, "start") != NULL;
    uint8_t part[POBF_MERKLE_BYTES], root[POBF_MERKLE_BYTES];

    if (!hash_of(part, json_object_get(vector, "root1")) ||
        !hash_of(root, json_object_get(vector, "root2"))) {
        return POBF_E_INPUT;
    }
    return pobf_merkle_check_consistency(
        number(vector, "start"), number(vector, is_part ? "end" : "size1"),
        number(vector, is_part ? "size" : "size2"), part, path, root);
}

/* What we refuse though the vectors do not: a part without entries, and roots that are no hashes. */
static int is_stricter(const json_t *vector)
{
    uint8_t root[POBF_MERKLE_BYTES];

    return !hash_of(root, json_object_get(vector, "root2")) ||
           (json_object_get(vector, "start") != NULL &&
            number(vector, "start") == number(vector, "end"));
}

static int judge(const char *name, const struct stat *facts, int kind, struct FTW *where)
{
    uint8_t room[POBF_MERKLE_PATH_MAX][POBF_MERKLE_BYTES];
    struct pobf_merkle_path path;
    enum pobf_status status = POBF_E_INPUT;
    json_t *vector;

    (void)facts;
    (void)where;
    if (kind != FTW_F) {
        return 0;
    }
    vector = json_load_file(name, JSON_DECODE_INT_AS_REAL, NULL);
    assert_non_null(vector);
    if (path_of(&path, room, json_object_get(vector, "proof"))) {
        status = json_object_get(vector, "leafIdx") != NULL ? inclusion(vector, path)
                                                            : consistency(vector, path);
    }
    if (status != POBF_OK && is_stricter(vector)) {
        stricter += json_is_false(json_object_get(vector, "wantErr"));
    } else if ((status == POBF_OK) == json_is_true(json_object_get(vector, "wantErr"))) {
        print_error("%s: %s\n", name, vectors_text(vector, "desc"));
        wrong++;
    }
    accepted += status == POBF_OK;
    judged++;
    json_decref(vector);
    return 0;
}

static void every_merkle_vector_is_judged_as_it_should_be(void **state)
{
    char path[512];

    (void)state;
    snprintf(path, sizeof path, "%s/merkle/testdata", vectors_folder());
    if (nftw(path, judge, FILES_OPEN, FTW_PHYS) != 0) {
        printf("SKIP: no merkle/testdata: set POBF_VECTORS to the folder that holds it\n");
        skip();
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(stricter, 8);
    assert_int_equal(judged, 518);
    assert_true(accepted > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_merkle_vector_is_judged_as_it_should_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
