#include "verifier/cose/endorsed.h"

#include <stdio.h>

#include <openssl/bio.h>
#include <openssl/pem.h>

#include "verifier/cose/jwk.h"

static EVP_PKEY *open_pem(const struct hardware_item *item)
{
    BIO *bio = item->size > INT_MAX ? NULL : BIO_new_mem_buf(item->bytes, (int)item->size);
    EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);

    BIO_free(bio);
    return key;
}

static EVP_PKEY *open_jwk(const struct hardware_item *item)
{
    json_t *jwk = json_loadb((const char *)item->bytes, item->size, JSON_REJECT_DUPLICATES, NULL);
    EVP_PKEY *key = jwk_open(jwk);

    json_decref(jwk);
    return key;
}

EVP_PKEY *endorsed_open(const struct hardware_item *item)
{
    EVP_PKEY *key = open_pem(item);

    return key == NULL ? open_jwk(item) : key;
}

EVP_PKEY *endorsed_key(const struct hardware_appraisal *appraisal, size_t *count)
{
    const struct hardware_input *input = appraisal->input;
    EVP_PKEY *found = NULL;

    *count = 0;
    for (size_t i = 0; i < input->named_count && i < input->endorsement_count; i++) {
        EVP_PKEY *key = endorsed_open(&input->endorsements[i]);

        if (key != NULL) {
            (*count)++;
            EVP_PKEY_free(found);
            found = key;
        }
    }
    if (*count != 1) {
        EVP_PKEY_free(found);
        return NULL;
    }
    return found;
}

void endorsed_certs(struct certs *certs, const struct hardware_appraisal *appraisal)
{
    const struct hardware_input *input = appraisal->input;

    *certs = (struct certs){.count = 0};
    for (size_t i = 0; i < input->named_count && i < input->endorsement_count; i++) {
        /* What is no certificate may be a key, or was told of by "endorsements.parse". */
        if (certs_add(certs, input->endorsements[i].bytes, input->endorsements[i].size) !=
            POBF_OK) {
            continue;
        }
    }
}

EVP_PKEY *endorsed_judge(struct hardware_appraisal *appraisal, size_t place)
{
    size_t count;
    EVP_PKEY *key = endorsed_key(appraisal, &count);
    char seen[CHECK_TEXT_ROOM];

    if (count == 0) {
        return NULL;
    }
    snprintf(seen, sizeof seen, "%zu", count);
    check_judge(hardware_check_at(appraisal, place), count == 1, "one key", seen);
    hardware_validity(appraisal, place + 1, "the key that you name", 0, INT64_MAX);
    return key;
}
