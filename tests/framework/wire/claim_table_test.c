#include "framework/wire/claim_table.h"

#include "framework/wire/cca.h"
#include "framework/wire/nitro.h"
#include "framework/wire/psa.h"
#include "tests/framework/wire/spoil.h"

/*
 * Every row of every table that limits a string: said again from the layout's own text, so that a
 * wrong number in a table is noticed. Each is tried at its two limits, and one beyond.
 */
enum { ROOM = 70000, CCA_TAG_BYTES = 3 };

static enum pobf_status psa(const uint8_t *bytes, size_t size)
{
    static struct pobf_psa parsed;

    return pobf_psa_parse(&parsed, bytes, &(struct pobf_span){0, size});
}

static enum pobf_status cca(const uint8_t *bytes, size_t size)
{
    static struct pobf_cca parsed;

    return pobf_cca_parse(&parsed, bytes, size);
}

static enum pobf_status cca_platform(const uint8_t *bytes, size_t size)
{
    static struct pobf_cca_platform parsed;

    return pobf_cca_platform_parse(&parsed, bytes, &(struct pobf_span){0, size});
}

static enum pobf_status cca_realm(const uint8_t *bytes, size_t size)
{
    static struct pobf_cca_realm parsed;

    return pobf_cca_realm_parse(&parsed, bytes, &(struct pobf_span){0, size});
}

static enum pobf_status nitro(const uint8_t *bytes, size_t size)
{
    static struct pobf_nitro parsed;
    static uint8_t document[FOREIGN_ROOM];

    return pobf_nitro_parse(&parsed, document, foreign_sign1(document, 0, 34, bytes, size));
}

static const struct layout {
    const char *name;
    enum pobf_status (*parse)(const uint8_t *bytes, size_t size);
    size_t (*make)(uint8_t *out);
    size_t map_at;
} layouts[] = {
    {"PSA 2", psa, foreign_psa_claims, 0},
    {"PSA 1", psa, foreign_psa_old_claims, 0},
    {"CCA", cca, foreign_cca, CCA_TAG_BYTES},
    {"CCA platform", cca_platform, foreign_cca_platform, 0},
    {"CCA realm", cca_realm, foreign_cca_realm, 0},
    {"Nitro", nitro, foreign_nitro_claims, 0},
};

enum { PSA_2, PSA_1, CCA, CCA_PLATFORM, CCA_REALM, NITRO };

static const struct limit {
    int layout;
    enum pobf_cbor_major kind;
    size_t least;
    size_t most;
    int64_t key;
    const char *name; /* in the place of a key */
} limits[] = {
    {PSA_2, POBF_CBOR_BYTES, 32, 32, 2396, NULL},
    {PSA_2, POBF_CBOR_BYTES, 33, 33, 256, NULL},
    {PSA_2, POBF_CBOR_BYTES, 32, 64, 10, NULL},
    {PSA_2, POBF_CBOR_BYTES, 8, 32, 2397, NULL},
    {PSA_1, POBF_CBOR_BYTES, 32, 32, -75003, NULL},
    {PSA_1, POBF_CBOR_BYTES, 33, 33, -75009, NULL},
    {PSA_1, POBF_CBOR_BYTES, 32, 64, -75008, NULL},
    {PSA_1, POBF_CBOR_BYTES, 8, 32, -75004, NULL},
    {CCA, POBF_CBOR_BYTES, 1, 65535, 44234, NULL},
    {CCA, POBF_CBOR_BYTES, 1, 65535, 44241, NULL},
    {CCA_PLATFORM, POBF_CBOR_BYTES, 32, 64, 10, NULL},
    {CCA_PLATFORM, POBF_CBOR_BYTES, 32, 32, 2396, NULL},
    {CCA_PLATFORM, POBF_CBOR_BYTES, 33, 33, 256, NULL},
    {CCA_PLATFORM, POBF_CBOR_BYTES, 1, 512, 2401, NULL},
    {CCA_REALM, POBF_CBOR_BYTES, 64, 64, 10, NULL},
    {CCA_REALM, POBF_CBOR_BYTES, 64, 64, 44235, NULL},
    {CCA_REALM, POBF_CBOR_BYTES, 32, 64, 44238, NULL},
    {NITRO, POBF_CBOR_TEXT, 1, 1024, 0, "module_id"},
    {NITRO, POBF_CBOR_BYTES, 1, 1024, 0, "certificate"},
    {NITRO, POBF_CBOR_BYTES, 0, 1024, 0, "public_key"},
    {NITRO, POBF_CBOR_BYTES, 0, 1024, 0, "user_data"},
    {NITRO, POBF_CBOR_BYTES, 0, 1024, 0, "nonce"},
};

/* Where the value of a claim is in a sample; nothing at its end where the claim is not there. */
static struct pobf_span value_of(const uint8_t *sample, size_t size, const struct limit *limit)
{
    const size_t map_at = layouts[limit->layout].map_at;
    const struct pobf_cbor_map *map;
    struct pobf_token token;
    struct pobf_span value;
    int found;

    pobf_token_open(&token, sample, &(struct pobf_span){map_at, size - map_at});
    assert_int_equal(token.failed, 0);
    map = &token.claims;
    found = limit->name != NULL ? pobf_cbor_map_find_text(&value, map, (const uint8_t *)limit->name,
                                                          strlen(limit->name))
                                : pobf_cbor_map_find(&value, map, limit->key);
    return found ? value : (struct pobf_span){size, 0};
}

/* The sample of a layout, with so many bytes in this claim. Returns its size. */
static size_t resize(uint8_t *out, const struct limit *limit, size_t length)
{
    static uint8_t sample[FOREIGN_ROOM];
    static uint8_t fill[ROOM];
    const size_t size = layouts[limit->layout].make(sample);
    const struct pobf_span value = value_of(sample, size, limit);
    const size_t after = value.at + value.size;
    struct pobf_cbor_writer writer;
    size_t written = 0;

    memset(fill, limit->key == 256 || limit->key == -75009 ? 1 : 'x', sizeof fill);
    memcpy(out, sample, value.at);
    pobf_cbor_write_init(&writer, out + value.at, ROOM);
    if (value.size == 0) { /* one more pair of the map */
        out[layouts[limit->layout].map_at]++;
        limit->name != NULL ? foreign_text(&writer, limit->name) : foreign_key(&writer, limit->key);
    }
    pobf_cbor_write_string(&writer, limit->kind, fill, length);
    assert_int_equal(pobf_cbor_write_end(&writer, &written), POBF_OK);
    memcpy(out + value.at + written, sample + after, size - after);
    return value.at + written + size - after;
}

static void expect(const struct limit *limit, size_t length, enum pobf_status status)
{
    static uint8_t bytes[ROOM + FOREIGN_ROOM];
    const struct layout *layout = &layouts[limit->layout];
    const enum pobf_status seen = layout->parse(bytes, resize(bytes, limit, length));

    if (seen != status) {
        fail_msg("%s, %s %d: %zu bytes: %d", layout->name,
                 limit->name != NULL ? limit->name : "key", (int)limit->key, length, seen);
    }
}

static void each_claim_is_held_to_its_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        expect(&limits[i], limits[i].least, POBF_OK);
        expect(&limits[i], limits[i].most, POBF_OK);
        expect(&limits[i], limits[i].most + 1, POBF_E_INPUT);
        if (limits[i].least > 0) {
            expect(&limits[i], limits[i].least - 1, POBF_E_INPUT);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_claim_is_held_to_its_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
