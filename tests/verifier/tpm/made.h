#ifndef POBF_TESTS_VERIFIER_TPM_MADE_H
#define POBF_TESTS_VERIFIER_TPM_MADE_H

#include "tests/verifier/cose/made.h"

/* Quotes of our own, as a TPM would sign them; what is to be wrong with one is in `wish`. */
struct tpm_wish {
    uint32_t magic;             /* 0: the right one */
    uint32_t type;              /* 0: a quote       */
    int other_register;         /* a given register is not the one that was signed */
    int no_register;            /* a signed register is not given                  */
    int sha1;                   /* the signature says SHA-1                        */
    int leftover;               /* a byte after the signature                      */
    const uint8_t *data;        /* 32 bytes that are quoted over; NULL: tpm_nonce */
    const uint8_t *register_23; /* its value; NULL: one of its own          */
    int by_stranger;            /* another AK signs                            */
};

static EVP_PKEY *tpm_ak, *tpm_stranger;
static uint8_t tpm_pem[1024];
static size_t tpm_pem_size;
static uint8_t tpm_nonce[32] = {3, 1, 4};

/* Bytes put one after another, numbers big-endian. */
struct tpm_bytes_out {
    uint8_t bytes[1024];
    size_t size;
};

static inline void tpm_put(struct tpm_bytes_out *out, const void *bytes, size_t size)
{
    memcpy(out->bytes + out->size, bytes, size);
    out->size += size;
}

static inline void tpm_put_number(struct tpm_bytes_out *out, uint64_t number, size_t size)
{
    for (size_t i = size; i > 0; i--) {
        const uint8_t byte = (uint8_t)(number >> 8 * (i - 1));

        tpm_put(out, &byte, 1);
    }
}

static inline void tpm_put_sized(struct tpm_bytes_out *out, const void *bytes, size_t size)
{
    tpm_put_number(out, size, 2);
    tpm_put(out, bytes, size);
}

/* Registers 0 and 23 of the bank of SHA-256 are in the quotes; the log comes along, where there is one. */
static uint8_t tpm_values[24][32];
static struct tpm_bytes_out tpm_log;

static inline void tpm_register(uint8_t value[32], uint8_t index, const struct tpm_wish *wish)
{
    memcpy(value, tpm_values[index], 32);
    if (index == 23 && wish->register_23 != NULL) {
        memcpy(value, wish->register_23, 32);
    }
}

static inline void tpm_make_message(struct tpm_bytes_out *out, const struct tpm_wish *wish)
{
    uint8_t values[64];
    uint8_t digest[32];
    const uint8_t selection[] = {3, 0x01, 0x00, 0x80};

    tpm_register(values, 0, wish);
    tpm_register(values + 32, 23, wish);
    EVP_Digest(values, sizeof values, digest, NULL, EVP_sha256(), NULL);
    *out = (struct tpm_bytes_out){.size = 0};
    tpm_put_number(out, wish->magic == 0 ? 0xff544347 : wish->magic, 4);
    tpm_put_number(out, wish->type == 0 ? 0x8018 : wish->type, 2);
    tpm_put_sized(out, values, 34);
    tpm_put_sized(out, wish->data != NULL ? wish->data : tpm_nonce, sizeof tpm_nonce);
    tpm_put_number(out, 1000, 8);
    tpm_put_number(out, 2, 4);
    tpm_put_number(out, 3, 4);
    tpm_put_number(out, 1, 1);
    tpm_put_number(out, 4, 8);
    tpm_put_number(out, 1, 4);
    tpm_put_number(out, 0x000b, 2);
    tpm_put(out, selection, sizeof selection);
    tpm_put_sized(out, digest, sizeof digest);
}

static inline void tpm_make_signature(struct tpm_bytes_out *out, const struct tpm_wish *wish,
                                      const struct tpm_bytes_out *message)
{
    uint8_t flat[96];

    assert_int_equal(made_sign(flat, wish->by_stranger ? tpm_stranger : tpm_ak, EVP_sha256(),
                               message->bytes, message->size),
                     64);
    *out = (struct tpm_bytes_out){.size = 0};
    tpm_put_number(out, 0x0018, 2);
    tpm_put_number(out, wish->sha1 ? 0x0004 : 0x000b, 2);
    tpm_put_sized(out, flat, 32);
    tpm_put_sized(out, flat + 32, 32);
    tpm_put_number(out, 0, wish->leftover ? 1 : 0);
}

static inline json_t *tpm_hex(const uint8_t *bytes, size_t size)
{
    char text[2100];

    for (size_t i = 0; i < size; i++) {
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
    return json_stringn(text, 2 * size);
}

static inline json_t *tpm_make_registers(const struct tpm_wish *wish)
{
    json_t *list = json_array();
    uint8_t value[32];

    for (uint8_t i = 0; i < 24; i++) {
        tpm_register(value, i, wish);
        value[31] ^= (uint8_t)(i == 23 && wish->other_register);
        json_array_append_new(list, (i != 0 && i != 23) || (i == 0 && wish->no_register)
                                        ? json_null()
                                        : tpm_hex(value, sizeof value));
    }
    return list;
}

static inline size_t tpm_print(uint8_t *out, const struct tpm_bytes_out *message,
                               const struct tpm_bytes_out *signature, json_t *registers)
{
    json_t *root = json_pack("{s:{s:o, s:o, s:o}}", "tpm_quote", "message",
                             tpm_hex(message->bytes, message->size), "signature",
                             tpm_hex(signature->bytes, signature->size), "pcrs", registers);
    size_t size;

    if (tpm_log.size > 0) {
        json_object_set_new(root, "event_log", tpm_hex(tpm_log.bytes, tpm_log.size));
    }
    size = json_dumpb(root, (char *)out, MADE_ROOM, 0);
    assert_true(size > 0 && size <= MADE_ROOM);
    json_decref(root);
    return size;
}

static inline size_t tpm_make(uint8_t *out, const struct tpm_wish *wish)
{
    struct tpm_bytes_out message, signature;

    tpm_make_message(&message, wish);
    tpm_make_signature(&signature, wish, &message);
    return tpm_print(out, &message, &signature, tpm_make_registers(wish));
}

/* Keys, and an input that asks for the nonce of the quotes and names the AK. */
static inline int tpm_begin(void **state)
{
    (void)state;
    if (tpm_ak == NULL) {
        tpm_ak = EVP_EC_gen("P-256");
        tpm_stranger = EVP_EC_gen("P-256");
        tpm_pem_size = made_pem(tpm_pem, sizeof tpm_pem, tpm_ak);
    }
    for (uint8_t i = 0; i < 24; i++) {
        memset(tpm_values[i], 0x50 + i, 32);
    }
    tpm_log.size = 0;
    fixture_begin(CHAIN_AT);
    fixture_input.any_report_data = 0;
    fixture_input.nonce = tpm_nonce;
    fixture_input.nonce_size = sizeof tpm_nonce;
    fixture_endorse(tpm_pem, tpm_pem_size);
    return 0;
}

#endif
