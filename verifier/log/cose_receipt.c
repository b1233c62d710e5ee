#include "verifier/log/cose_receipt.h"

#include <string.h>

#include "framework/wire/cbor_read.h"
#include "framework/wire/cbor_write.h"

enum {
    TAG_SIGN1 = 18,
    LABEL_ALGORITHM = 1,
    LABEL_KEY_ID = 4,
    LABEL_CLAIMS = 15,
    LABEL_VDS = 395,
    LABEL_VDP = 396,
    CLAIM_ISSUER = 1,
    VDS_RFC9162_SHA256 = 1,
    HEADER_ROOM = 512,
    PROOF_ROOM = 64 + POBF_MERKLE_PATH_MAX * (POBF_MERKLE_BYTES + 2),
    ALGORITHM_EDDSA = -8,
    ALGORITHM_MAX = 64, /* of those that COSE numbers in one or two bytes, negated */
    SIMPLE_NULL = 22
};

static const uint8_t context[] = "Signature1";
static const uint8_t head[] = {0xd2, 0x84};

int cose_receipt_is(const uint8_t *bytes, size_t size)
{
    return size >= sizeof head && memcmp(bytes, head, sizeof head) == 0;
}

/* A negative number n is written as -1 - n. */
static void write_negative(struct pobf_cbor_writer *writer, int64_t number)
{
    pobf_cbor_write_head(writer, POBF_CBOR_NEGATIVE, (uint64_t)(-1 - number));
}

static enum pobf_status print_header(uint8_t header[HEADER_ROOM], size_t *size,
                                     const struct note_key *log)
{
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, header, HEADER_ROOM);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 4);
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, LABEL_ALGORITHM);
    write_negative(&writer, ALGORITHM_EDDSA);
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, LABEL_KEY_ID);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, log->id, sizeof log->id);
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, LABEL_CLAIMS);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 1);
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, CLAIM_ISSUER);
    pobf_cbor_write_string(&writer, POBF_CBOR_TEXT, (const uint8_t *)log->name, strlen(log->name));
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, LABEL_VDS);
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, VDS_RFC9162_SHA256);
    return pobf_cbor_write_end(&writer, size);
}

static enum pobf_status print_proof(uint8_t bytes[PROOF_ROOM], size_t *size, uint64_t first,
                                    uint64_t second, const struct proof *proof)
{
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, bytes, PROOF_ROOM);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 3);
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, first);
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, second);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, proof->count);
    for (size_t i = 0; i < proof->count; i++) {
        pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, proof->hashes[i], POBF_MERKLE_BYTES);
    }
    return pobf_cbor_write_end(&writer, size);
}

/* Sig_structure: what the signature is on.                                RFC 9052, section 4.4. */
static enum pobf_status print_signed(uint8_t *bytes, size_t *size, const uint8_t *header,
                                     size_t header_size, const uint8_t root[POBF_MERKLE_BYTES])
{
    struct pobf_cbor_writer writer;

    pobf_cbor_write_init(&writer, bytes, COSE_RECEIPT_ROOM);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    pobf_cbor_write_string(&writer, POBF_CBOR_TEXT, context, sizeof context - 1);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, header, header_size);
    pobf_cbor_write_head(&writer, POBF_CBOR_BYTES, 0);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, root, POBF_MERKLE_BYTES);
    return pobf_cbor_write_end(&writer, size);
}

/* What a receipt says: of its kind, with the two numbers in the order of that kind. */
struct said {
    enum cose_receipt_kind kind;
    uint64_t first, second;
    const struct proof *proof;
    const uint8_t *root; /* signed, and not in it */
};

static enum pobf_status sign(uint8_t bytes[COSE_RECEIPT_ROOM], size_t *size, const struct key *key,
                             const struct note_key *log, const struct said *said)
{
    uint8_t header[HEADER_ROOM], path[PROOF_ROOM], signature[KEY_SIGNATURE_BYTES];
    size_t header_size, path_size, signed_size;
    struct pobf_cbor_writer writer;
    enum pobf_status status = key_kind(key) != KEY_EDDSA ? POBF_E_KEY
                              : said->proof->count == 0  ? POBF_E_MISSING
                                                         : POBF_OK;

    *size = 0;
    if (status == POBF_OK) {
        status = print_header(header, &header_size, log);
    }
    if (status == POBF_OK) {
        status = print_proof(path, &path_size, said->first, said->second, said->proof);
    }
    if (status == POBF_OK) {
        status = print_signed(bytes, &signed_size, header, header_size, said->root);
    }
    if (status == POBF_OK) {
        status = key_sign(key, signature, bytes, signed_size);
    }
    if (status != POBF_OK) {
        memset(bytes, 0, COSE_RECEIPT_ROOM);
        return status;
    }
    pobf_cbor_write_init(&writer, bytes, COSE_RECEIPT_ROOM);
    pobf_cbor_write_head(&writer, POBF_CBOR_TAG, TAG_SIGN1);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 4);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, header, header_size);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 1);
    pobf_cbor_write_head(&writer, POBF_CBOR_UINT, LABEL_VDP);
    pobf_cbor_write_head(&writer, POBF_CBOR_MAP, 1);
    write_negative(&writer, -(int64_t)said->kind);
    pobf_cbor_write_head(&writer, POBF_CBOR_ARRAY, 1);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, path, path_size);
    pobf_cbor_write_head(&writer, POBF_CBOR_SIMPLE, SIMPLE_NULL);
    pobf_cbor_write_string(&writer, POBF_CBOR_BYTES, signature, sizeof signature);
    return pobf_cbor_write_end(&writer, size);
}

enum pobf_status cose_receipt_sign(uint8_t bytes[COSE_RECEIPT_ROOM], size_t *size,
                                   const struct key *key, const struct note_key *log,
                                   const struct checkpoint *checkpoint, uint64_t index,
                                   const struct proof *proof)
{
    const struct said said = {COSE_RECEIPT_INCLUSION, checkpoint->size, index, proof,
                              checkpoint->root};

    return sign(bytes, size, key, log, &said);
}

enum pobf_status cose_receipt_sign_growth(uint8_t bytes[COSE_RECEIPT_ROOM], size_t *size,
                                          const struct key *key, const struct note_key *log,
                                          const struct checkpoint *checkpoint, uint64_t old_size,
                                          const struct proof *proof)
{
    const struct said said = {COSE_RECEIPT_CONSISTENCY, old_size, checkpoint->size, proof,
                              checkpoint->root};

    return sign(bytes, size, key, log, &said);
}

static void fail_unless(struct pobf_cbor_reader *reader, int is_right)
{
    reader->failed |= !is_right;
}

/* Of the claims none is ours to judge but who issues. */
static void take_claims(struct cose_receipt *receipt, struct pobf_cbor_reader *reader)
{
    pobf_cbor_read_exact_head(reader, POBF_CBOR_MAP, 1);
    pobf_cbor_read_exact_head(reader, POBF_CBOR_UINT, CLAIM_ISSUER);
    receipt->issuer = pobf_cbor_read_string(reader, &receipt->issuer_size, POBF_CBOR_TEXT);
}

static void take_field(struct cose_receipt *receipt, struct pobf_cbor_reader *reader,
                       uint64_t label)
{
    uint64_t number;

    switch (label) {
    case LABEL_ALGORITHM:
        number = pobf_cbor_read_head(reader, POBF_CBOR_NEGATIVE);
        fail_unless(reader, number < ALGORITHM_MAX);
        receipt->algorithm = -1 - (int32_t)(number % ALGORITHM_MAX);
        break;
    case LABEL_KEY_ID:
        receipt->key_id = pobf_cbor_read_string(reader, &receipt->key_id_size, POBF_CBOR_BYTES);
        break;
    case LABEL_CLAIMS:
        take_claims(receipt, reader);
        break;
    case LABEL_VDS:
        pobf_cbor_read_exact_head(reader, POBF_CBOR_UINT, VDS_RFC9162_SHA256);
        break;
    default:
        fail_unless(reader, 0); /* what is not understood is not accepted */
        break;
    }
}

/* Each label once, in whatever order: others do not sort them. */
static int take_header(struct cose_receipt *receipt)
{
    struct pobf_cbor_reader reader;
    uint64_t seen = 0, count;

    pobf_cbor_read_init(&reader, receipt->header, receipt->header_size);
    count = pobf_cbor_read_head(&reader, POBF_CBOR_MAP);
    for (uint64_t i = 0; i < count && !reader.failed; i++) {
        const uint64_t label = pobf_cbor_read_head(&reader, POBF_CBOR_UINT);
        const uint64_t bit = label == LABEL_VDS ? 1 : (uint64_t)1 << (label & 63);

        fail_unless(&reader, (seen & bit) == 0);
        seen |= bit;
        take_field(receipt, &reader, label);
    }
    return pobf_cbor_read_end(&reader) == POBF_OK && (seen & 1) != 0 &&
           (seen & 1 << LABEL_ALGORITHM) != 0 && (seen & 1 << LABEL_KEY_ID) != 0;
}

static int take_proof(struct cose_receipt *receipt, const uint8_t *bytes, size_t size)
{
    struct pobf_cbor_reader reader;
    uint64_t first, second, count;

    pobf_cbor_read_init(&reader, bytes, size);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_ARRAY, 3);
    first = pobf_cbor_read_head(&reader, POBF_CBOR_UINT);
    second = pobf_cbor_read_head(&reader, POBF_CBOR_UINT);
    count = pobf_cbor_read_head(&reader, POBF_CBOR_ARRAY);
    fail_unless(&reader, count > 0 && count <= POBF_MERKLE_PATH_MAX);
    for (uint64_t i = 0; i < count && !reader.failed; i++) {
        pobf_cbor_read_bytes(&reader, receipt->proof.hashes[i], POBF_MERKLE_BYTES);
    }
    receipt->proof.count = (size_t)count;
    receipt->size = receipt->kind == COSE_RECEIPT_INCLUSION ? first : second;
    receipt->place = receipt->kind == COSE_RECEIPT_INCLUSION ? second : first;
    return pobf_cbor_read_end(&reader) == POBF_OK && receipt->place < receipt->size;
}

static int parse(struct cose_receipt *receipt, const uint8_t *bytes, size_t size)
{
    struct pobf_cbor_reader reader;
    const uint8_t *proof;
    size_t proof_size, signature_size;
    uint64_t kind;

    pobf_cbor_read_init(&reader, bytes, size);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_TAG, TAG_SIGN1);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_ARRAY, 4);
    receipt->header = pobf_cbor_read_string(&reader, &receipt->header_size, POBF_CBOR_BYTES);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_MAP, 1);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_UINT, LABEL_VDP);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_MAP, 1);
    kind = pobf_cbor_read_head(&reader, POBF_CBOR_NEGATIVE) + 1;
    fail_unless(&reader, kind == COSE_RECEIPT_INCLUSION || kind == COSE_RECEIPT_CONSISTENCY);
    receipt->kind = (enum cose_receipt_kind)kind;
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_ARRAY, 1);
    proof = pobf_cbor_read_string(&reader, &proof_size, POBF_CBOR_BYTES);
    pobf_cbor_read_exact_head(&reader, POBF_CBOR_SIMPLE, SIMPLE_NULL);
    receipt->signature = pobf_cbor_read_string(&reader, &signature_size, POBF_CBOR_BYTES);
    return pobf_cbor_read_end(&reader) == POBF_OK && signature_size == KEY_SIGNATURE_BYTES &&
           take_header(receipt) && take_proof(receipt, proof, proof_size);
}

enum pobf_status cose_receipt_parse(struct cose_receipt *receipt, const uint8_t *bytes, size_t size)
{
    memset(receipt, 0, sizeof *receipt);
    if (!parse(receipt, bytes, size)) {
        memset(receipt, 0, sizeof *receipt);
        return POBF_E_INPUT;
    }
    return POBF_OK;
}

/* The root that leaf and path lead to; that they fit together pobf_merkle_check_inclusion decides. */
static enum pobf_status climb(uint8_t root[POBF_MERKLE_BYTES], const struct cose_receipt *receipt,
                              const uint8_t leaf[POBF_MERKLE_BYTES])
{
    uint64_t at = receipt->place, last = receipt->size - 1;
    enum pobf_status status = POBF_OK;

    memcpy(root, leaf, POBF_MERKLE_BYTES);
    for (size_t i = 0; i < receipt->proof.count && status == POBF_OK; i++) {
        const uint8_t *hash = receipt->proof.hashes[i];
        uint8_t node[POBF_MERKLE_BYTES];

        while (at % 2 == 0 && at == last && at > 0) { /* it has no neighbour on this level */
            at /= 2;
            last /= 2;
        }
        status =
            at % 2 == 1 ? pobf_merkle_node(node, hash, root) : pobf_merkle_node(node, root, hash);
        memcpy(root, node, sizeof node);
        at /= 2;
        last /= 2;
    }
    return status == POBF_OK ? pobf_merkle_check_inclusion(leaf, receipt->place, receipt->size,
                                                           proof_path(&receipt->proof), root)
                             : status;
}

static int is_of(const struct cose_receipt *receipt, const struct note_key *log)
{
    return receipt->algorithm == ALGORITHM_EDDSA && receipt->key_id_size == sizeof log->id &&
           memcmp(receipt->key_id, log->id, sizeof log->id) == 0 &&
           receipt->issuer_size == strlen(log->name) &&
           memcmp(receipt->issuer, log->name, receipt->issuer_size) == 0;
}

static enum pobf_status verify_root(const struct cose_receipt *receipt, const struct note_key *log,
                                    const uint8_t root[POBF_MERKLE_BYTES])
{
    uint8_t message[COSE_RECEIPT_ROOM];
    size_t size;
    const enum pobf_status status =
        print_signed(message, &size, receipt->header, receipt->header_size, root);

    return status == POBF_OK ? pobf_sign_verify(receipt->signature, message, size, log->public_key)
                             : status;
}

enum pobf_status cose_receipt_verify(const struct cose_receipt *receipt, const struct note_key *log,
                                     const uint8_t *entry, size_t entry_size)
{
    uint8_t leaf[POBF_MERKLE_BYTES], root[POBF_MERKLE_BYTES];
    enum pobf_status status;

    if (log->type != NOTE_SIGNATURE || !is_of(receipt, log)) {
        return POBF_E_KEY;
    }
    if (receipt->kind != COSE_RECEIPT_INCLUSION) {
        return POBF_E_INPUT;
    }
    status = pobf_merkle_leaf(leaf, entry, entry_size);
    if (status == POBF_OK && climb(root, receipt, leaf) != POBF_OK) {
        return POBF_E_INPUT;
    }
    return status == POBF_OK ? verify_root(receipt, log, root) : status;
}

/*
 * The root that the old one and the path lead to.                        RFC 9162, section 2.1.4.2.
 * That they fit together pobf_merkle_check_consistency decides.
 */
static enum pobf_status grow(uint8_t root[POBF_MERKLE_BYTES], const struct cose_receipt *receipt,
                             const uint8_t old[POBF_MERKLE_BYTES])
{
    const int is_whole =
        (receipt->place & (receipt->place - 1)) == 0; /* then it stands in no path */
    uint64_t at = receipt->place - 1, last = receipt->size - 1;
    enum pobf_status status = POBF_OK;

    while (at % 2 == 1) {
        at /= 2;
        last /= 2;
    }
    memcpy(root, is_whole ? old : receipt->proof.hashes[0], POBF_MERKLE_BYTES);
    for (size_t i = is_whole ? 0 : 1; i < receipt->proof.count && status == POBF_OK; i++) {
        const uint8_t *hash = receipt->proof.hashes[i];
        const int is_left = at % 2 == 1 || at == last;
        uint8_t node[POBF_MERKLE_BYTES];

        status = is_left ? pobf_merkle_node(node, hash, root) : pobf_merkle_node(node, root, hash);
        memcpy(root, node, sizeof node);
        while (is_left && at % 2 == 0 && at > 0) {
            at /= 2;
            last /= 2;
        }
        at /= 2;
        last /= 2;
    }
    return status == POBF_OK ? pobf_merkle_check_consistency(0, receipt->place, receipt->size, old,
                                                             proof_path(&receipt->proof), root)
                             : status;
}

enum pobf_status cose_receipt_verify_growth(const struct cose_receipt *receipt,
                                            const struct note_key *log,
                                            const struct checkpoint *old)
{
    uint8_t root[POBF_MERKLE_BYTES];

    if (log->type != NOTE_SIGNATURE || !is_of(receipt, log)) {
        return POBF_E_KEY;
    }
    if (receipt->kind != COSE_RECEIPT_CONSISTENCY || old->size == 0 ||
        receipt->place != old->size || grow(root, receipt, old->root) != POBF_OK) {
        return POBF_E_INPUT;
    }
    return verify_root(receipt, log, root);
}
