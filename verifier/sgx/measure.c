#include <string.h>

#include <sodium.h>

#include "verifier/sgx/sgx.h"

enum { BLOCK = 64, CHUNK = 256, PAGE = 4096, SECINFO = 48, PAGE_TYPE_TCS = 1, PAGE_TYPE_REG = 2 };

/* A stream, as it is read. */
struct stream {
    const uint8_t *bytes;
    size_t size;
    size_t at;
    uint64_t page; /* the page that was added last */
    struct sgx_enclave *enclave;
};

static uint64_t number(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;

    for (size_t i = size; i > 0; i--) {
        value = value << 8 | bytes[i - 1];
    }
    return value;
}

static int is_zero_to(const uint8_t block[BLOCK], size_t from)
{
    return sodium_is_zero(block + from, BLOCK - from);
}

static const char *read_create(struct stream *stream, const uint8_t block[BLOCK])
{
    struct sgx_enclave *enclave = stream->enclave;

    if (stream->at != 0) {
        return "a second ECREATE";
    }
    enclave->ssa_frame_pages = number(block + 8, 4);
    enclave->size = number(block + 12, 8);
    return is_zero_to(block, 20) && enclave->ssa_frame_pages > 0 && enclave->size >= 2 * PAGE &&
                   (enclave->size & (enclave->size - 1)) == 0
               ? NULL
               : "an ECREATE whose size is no power of two, or with a rest that is not zero";
}

static const char *read_add(struct stream *stream, const uint8_t block[BLOCK])
{
    struct sgx_enclave *enclave = stream->enclave;
    const uint64_t offset = number(block + 8, 8);
    const uint8_t type = block[17];

    if (offset % PAGE != 0 || offset >= enclave->size ||
        (enclave->pages > 0 && offset <= stream->page)) {
        return "an EADD out of order, or outside of the enclave";
    }
    if ((type != PAGE_TYPE_TCS && type != PAGE_TYPE_REG) || !is_zero_to(block, 18)) {
        return "an EADD whose SECINFO is not one of a page";
    }
    stream->page = offset;
    enclave->pages++;
    return NULL;
}

static const char *read_extend(struct stream *stream, const uint8_t block[BLOCK])
{
    const uint64_t offset = number(block + 8, 8);

    if (stream->enclave->pages == 0 || offset % CHUNK != 0 ||
        offset - offset % PAGE != stream->page || !is_zero_to(block, 16)) {
        return "an EEXTEND that is not of the page before it";
    }
    if (stream->size - stream->at - BLOCK < CHUNK) {
        return "an EEXTEND without all of its bytes";
    }
    stream->enclave->chunks++;
    stream->at += CHUNK;
    return NULL;
}

static const struct {
    uint8_t tag[8];
    const char *(*read)(struct stream *stream, const uint8_t block[BLOCK]);
} kinds[] = {
    {"ECREATE", read_create},
    {"EADD\0\0\0", read_add},
    {"EEXTEND", read_extend},
};

static const char *read_block(struct stream *stream)
{
    const uint8_t *block = stream->bytes + stream->at;
    const size_t count = sizeof kinds / sizeof kinds[0];
    const char *defect = "a block that is none of ECREATE, EADD, EEXTEND";

    if (stream->size - stream->at < BLOCK) {
        return "a block that is cut";
    }
    for (size_t i = 0; i < count; i++) {
        if (memcmp(block, kinds[i].tag, sizeof kinds[i].tag) == 0) {
            defect = i > 0 && stream->at == 0 ? "no ECREATE first" : kinds[i].read(stream, block);
        }
    }
    stream->at += BLOCK;
    return defect;
}

enum pobf_status sgx_measure(struct sgx_enclave *enclave, const char **defect, const uint8_t *bytes,
                             size_t size)
{
    struct stream stream = {.bytes = bytes, .size = size, .enclave = enclave};
    enum pobf_status status = POBF_E_INPUT;

    memset(enclave, 0, sizeof *enclave);
    *defect = size == 0 ? "an empty file" : NULL;
    while (*defect == NULL && stream.at < size) {
        *defect = read_block(&stream);
    }
    if (*defect == NULL && enclave->pages == 0) {
        *defect = "no page";
    }
    if (*defect == NULL) {
        status = crypto_hash_sha256(enclave->mrenclave, bytes, size) == 0 ? POBF_OK : POBF_E_SYSTEM;
    }
    if (status != POBF_OK) {
        memset(enclave, 0, sizeof *enclave);
    }
    return status;
}
