#include <string.h>

#include "framework/wire/cbor_item.h"
#include "verifier/ratls/ratls.h"

enum { TAG = 60000, CLAIMS_MAX = 16, HASH_MAX = 64 };

static struct hardware_item read_bytes(struct pobf_cbor_reader *reader)
{
    struct hardware_item item;

    item.bytes = pobf_cbor_read_string(reader, &item.size, POBF_CBOR_BYTES);
    return item;
}

/* A byte string that is there once, is not empty, and no longer than `most`: 1; else 0. */
static int take(struct hardware_item *item, struct pobf_cbor_reader *reader, size_t most)
{
    const int is_first = item->size == 0;

    *item = read_bytes(reader);
    return is_first && item->size > 0 && item->size <= most;
}

static int read_claim(struct ratls_claims *claims, struct hardware_item *key,
                      struct pobf_cbor_reader *reader)
{
    size_t size;
    const char *name = (const char *)pobf_cbor_read_string(reader, &size, POBF_CBOR_TEXT);

    if (name == NULL) {
        return 0;
    }
    if (size == 11 && memcmp(name, "pubkey-hash", size) == 0) {
        return take(key, reader, HASH_MAX + 8);
    }
    if (size == 5 && memcmp(name, "nonce", size) == 0) {
        return take(&claims->nonce, reader, HARDWARE_DATA_MAX);
    }
    pobf_cbor_read_item(reader); /* claims of one's own are allowed */
    return 1;
}

static int read_claims(struct ratls_claims *claims, struct hardware_item *key)
{
    struct pobf_cbor_reader reader;
    uint64_t count;
    int good;

    pobf_cbor_read_init(&reader, claims->claims.bytes, claims->claims.size);
    count = pobf_cbor_read_head(&reader, POBF_CBOR_MAP);
    good = count <= CLAIMS_MAX;
    for (uint64_t i = 0; good && i < count; i++) {
        good = read_claim(claims, key, &reader);
    }
    return pobf_cbor_read_end(&reader) == POBF_OK && good && key->size > 0;
}

static int read_key_hash(struct ratls_claims *claims, const struct hardware_item *key)
{
    struct pobf_cbor_reader reader;

    pobf_cbor_read_init(&reader, key->bytes, key->size);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_ARRAY, 2);
    claims->algorithm = pobf_cbor_read_head(&reader, POBF_CBOR_UINT);
    claims->key_hash = read_bytes(&reader);
    return pobf_cbor_read_end(&reader) == POBF_OK;
}

enum pobf_status ratls_parse(struct ratls_claims *claims, const uint8_t *bytes, size_t size)
{
    struct pobf_cbor_reader reader;
    struct hardware_item key = {NULL, 0};

    *claims = (struct ratls_claims){.algorithm = 0};
    pobf_cbor_read_init(&reader, bytes, size);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_TAG, TAG);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_ARRAY, 2);
    claims->evidence = read_bytes(&reader);
    claims->claims = read_bytes(&reader);
    if (pobf_cbor_read_end(&reader) != POBF_OK || !read_claims(claims, &key) ||
        !read_key_hash(claims, &key)) {
        *claims = (struct ratls_claims){.algorithm = 0};
        return POBF_E_INPUT;
    }
    return POBF_OK;
}
